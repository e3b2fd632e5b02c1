"""Kaplan-Meier figures: simulated curves with their bands, published ones, numbers at risk."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go

from her2lab.presentation.figures.canvas import band, canvas, line
from her2lab.presentation.figures.palette import GRID, QUIET
from her2lab.presentation.figures.survival_curves import HALF, ArmSurvival, SurvivalPlot

ROW_HEIGHT = 18
HEAD = -62  # pixels from the axis down to the heading of the numbers at risk


def survival_figure(plot: SurvivalPlot) -> go.Figure:
    """Draw one endpoint: a curve for each arm, published curves dotted, published values marked."""
    height = ROW_HEIGHT * len(plot.arms)
    figure = canvas("months", f"{plot.title.lower()}, %", height=430 + height,
                    margin={"l": 120, "r": 24, "t": 64, "b": 96 + height})
    figure.update_xaxes(range=[-0.01 * plot.last, plot.last * 1.01], tickvals=plot.ticks, title_standoff=4)
    figure.update_yaxes(range=[0, 102], tickvals=[0, 25, 50, 75, 100])
    figure.add_hline(y=HALF, line={"color": GRID, "width": 1.5, "dash": "dash"}, layer="below")
    for arm in plot.arms:
        _draw_arm(figure, arm)
    _mark_published(figure, plot)
    _write_numbers(figure, plot)
    return figure


def _draw_arm(figure: go.Figure, arm: ArmSurvival) -> None:
    if arm.simulated is not None:
        corners = arm.simulated.stairs
        figure.add_trace(band(corners.months, corners.low, corners.high, arm.colour, legendgroup=escape(arm.id)))
        figure.add_trace(line(arm.simulated.months, arm.simulated.percent, f"{arm.id}, simulated", arm.colour,
                              line={"shape": "hv"}, legendgroup=escape(arm.id)))
    if arm.published is not None:
        figure.add_trace(line(arm.published.months, arm.published.percent, f"{arm.id}, published (digitised)",
                              arm.colour, line={"shape": "hv", "dash": "dot"}, width=1.4))


def _mark_published(figure: go.Figure, plot: SurvivalPlot) -> None:
    """Mark the published values; one entry in the legend stands for all of them."""
    marks = [(month, percent, arm) for arm in plot.arms for month, percent in arm.points]
    if marks:
        outline: dict[str, Any] = {"color": [arm.colour for *_, arm in marks], "width": 2.2}
        figure.add_trace(go.Scatter(
            x=[month for month, *_ in marks], y=[percent for _, percent, _ in marks], mode="markers",
            marker={"symbol": "diamond", "size": 11, "color": "#ffffff", "line": outline}, name="published value",
            hovertext=[f"{escape(arm.id)}, published: {percent:g} % at {month:g} months"
                       for month, percent, arm in marks],
            hoverinfo="text",
        ))


def _write_numbers(figure: go.Figure, plot: SurvivalPlot) -> None:
    """Write the numbers at risk under the axis, in the colour of the arm."""
    _write_left(figure, "at risk", QUIET, HEAD)
    for index, arm in enumerate(plot.arms):
        shift = HEAD - ROW_HEIGHT * (index + 1)
        _write_left(figure, arm.id, arm.colour, shift)
        for month, left in zip(plot.ticks, arm.at_risk, strict=False):  # none where no patient was simulated
            figure.add_annotation(x=float(month), y=0, yref="paper", yshift=shift, text=str(left), showarrow=False,
                                  font={"size": 12, "color": arm.colour})


def _write_left(figure: go.Figure, text: str, colour: str, shift: int) -> None:
    figure.add_annotation(x=0, xref="paper", xanchor="right", xshift=-14, y=0, yref="paper", yshift=shift,
                          text=escape(text), showarrow=False, font={"size": 12, "color": colour})
