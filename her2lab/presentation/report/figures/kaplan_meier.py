"""Kaplan-Meier curves with numbers at risk, simulated and published."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import plotly.graph_objects as go

from her2lab.presentation.report.data import ArmData, Array
from her2lab.presentation.report.figures.canvas import band, canvas, line
from her2lab.presentation.report.palette import GRID, QUIET, arm_colour
from her2lab.trial.statistics.survival import Times, at_risk, kaplan_meier

TICKS = (3, 6, 12, 24, 60)
MOST_TICKS = 12
ROW_HEIGHT = 18
HEAD = -62  # pixels from the axis down to the heading of the numbers at risk


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier estimate: percent without the event at `months`, with its interval."""

    months: Array
    percent: Array
    low: Array
    high: Array


def estimate(times: Times) -> Curve:
    """Return the Kaplan-Meier estimate of a group, in percent."""
    fitted = kaplan_meier(times)
    limits = fitted.confidence_interval_.to_numpy()
    months = fitted.survival_function_.index.to_numpy(dtype=float)
    percent = 100 * fitted.survival_function_.to_numpy()[:, 0]
    # Before the first event the interval is undefined and the curve is certain to be at its start.
    low, high = (np.where(np.isfinite(limit), 100 * limit, percent) for limit in limits.T)
    return Curve(months, percent, low, high)


def ticks(last: float) -> Array:
    """Return the times under the axis: the finest spacing that gives at most a dozen."""
    step = next((step for step in TICKS if last / step <= MOST_TICKS), TICKS[-1])
    return np.arange(0, last + 1e-9, step)


def survival_figure(
    endpoint: str,
    title: str,
    arms: list[ArmData],
    published: dict[str, Times],
    medians: dict[str, float],
) -> go.Figure:
    """Draw one endpoint: a curve for each arm, published curves dotted, published medians marked."""
    last = max(float(arm.survival[endpoint].durations.max()) for arm in arms)
    times = ticks(last)
    figure = canvas(
        "months",
        f"{title}, %",
        height=430 + ROW_HEIGHT * len(arms),
        margin={"l": 120, "r": 24, "t": 64, "b": 96 + ROW_HEIGHT * len(arms)},
    )
    figure.update_xaxes(range=[-0.01 * last, last * 1.01], tickvals=times, title_standoff=4)
    figure.update_yaxes(range=[0, 102], tickvals=[0, 25, 50, 75, 100])
    figure.add_hline(y=50, line={"color": GRID, "width": 1.5, "dash": "dash"}, layer="below")
    for index, arm in enumerate(arms):
        _draw_arm(figure, arm, estimate(arm.survival[endpoint]), arm_colour(index))
        if arm.id in published:
            _draw_published(figure, arm, estimate(published[arm.id]), arm_colour(index))
    _mark_medians(figure, arms, medians)
    _write_numbers(figure, endpoint, arms, times)
    return figure


def _draw_arm(figure: go.Figure, arm: ArmData, curve: Curve, colour: str) -> None:
    stairs = {"shape": "hv"}
    wide = (np.repeat(curve.months, 2)[1:], np.repeat(curve.low, 2)[:-1], np.repeat(curve.high, 2)[:-1])
    figure.add_trace(band(*wide, colour, legendgroup=escape(arm.id)))
    figure.add_trace(
        line(
            curve.months,
            curve.percent,
            f"{arm.id}, simulated",
            colour,
            line=stairs,
            legendgroup=escape(arm.id),
        )
    )


def _draw_published(figure: go.Figure, arm: ArmData, curve: Curve, colour: str) -> None:
    dotted = {"shape": "hv", "dash": "dot"}
    name = f"{arm.id}, published (digitised)"
    figure.add_trace(line(curve.months, curve.percent, name, colour, line=dotted, width=1.4))


def _mark_medians(figure: go.Figure, arms: list[ArmData], medians: dict[str, float]) -> None:
    """Mark the published medians; one entry in the legend stands for all of them."""
    marked = [(arm.id, index) for index, arm in enumerate(arms) if arm.id in medians]
    colours = [arm_colour(index) for _, index in marked]
    if marked:
        figure.add_trace(
            go.Scatter(
                x=[medians[arm] for arm, _ in marked],
                y=[50] * len(marked),
                mode="markers",
                marker={"symbol": "diamond", "size": 11, "color": "#ffffff", "line": {"color": colours, "width": 2.2}},
                name="published median",
                hovertext=[f"{escape(arm)}, published median {medians[arm]:g} months" for arm, _ in marked],
                hoverinfo="text",
            )
        )


def _write_numbers(figure: go.Figure, endpoint: str, arms: list[ArmData], times: Array) -> None:
    """Write the numbers at risk under the axis, in the colour of the arm."""
    _write_left(figure, "at risk", QUIET, HEAD)
    for index, arm in enumerate(arms):
        colour, shift = arm_colour(index), HEAD - ROW_HEIGHT * (index + 1)
        _write_left(figure, arm.id, colour, shift)
        for month, left in zip(times, at_risk(arm.survival[endpoint], times), strict=True):
            figure.add_annotation(
                x=float(month),
                y=0,
                yref="paper",
                yshift=shift,
                text=str(left),
                showarrow=False,
                font={"size": 12, "color": colour},
            )


def _write_left(figure: go.Figure, text: str, colour: str, shift: int) -> None:
    figure.add_annotation(
        x=0,
        xref="paper",
        xanchor="right",
        xshift=-14,
        y=0,
        yref="paper",
        yshift=shift,
        text=escape(text),
        showarrow=False,
        font={"size": 12, "color": colour},
    )
