"""What happens to tumour, heart and marrow in time: median, band, and for the tumour some single patients."""

from __future__ import annotations

from html import escape

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from her2lab._types import Bools, Reals
from her2lab.presentation.figures.canvas import canvas, line, median_and_band, recist_lines, thin
from her2lab.presentation.figures.data import ArmTimeCourses
from her2lab.presentation.figures.palette import AXIS, LAYOUT, QUIET, arm_colour, faint
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

SINGLE_PATIENTS = 24
TUMOUR_MONTHS = 36.0
LOWEST_TOP, HIGHEST_CHANGE = 40.0, 150.0


def tumour_figure(arms: list[ArmTimeCourses]) -> go.Figure:
    """Draw the change of the sum of diameters, one panel for each arm."""
    figure = make_subplots(
        rows=1,
        cols=len(arms),
        shared_yaxes=True,
        horizontal_spacing=0.03,
        subplot_titles=[escape(arm.id) for arm in arms],
    )
    changes = [percent_change(arm.diameters)[:, _shown(arm)] for arm in arms]
    figure.update_layout(**LAYOUT, height=420, showlegend=False)
    figure.update_layout(margin_t=48)
    figure.update_xaxes(**AXIS, showgrid=False, title_text="months")
    figure.update_yaxes(**AXIS, range=[-105, max(map(_highest, changes))])
    figure.update_yaxes(title_text="change of the sum of diameters, %", col=1)
    for index, (arm, change) in enumerate(zip(arms, changes, strict=True)):
        months = arm.days[_shown(arm)] / DAYS_PER_MONTH
        _draw_single(figure, months, change, arm_colour(index), index + 1)
        median_and_band(figure, months, change, arm.id, arm_colour(index), row=1, col=index + 1)
    for level in recist_lines():
        figure.add_hline(y=level, line={"color": QUIET, "width": 1, "dash": "dash"})
    return figure


def _shown(arm: ArmTimeCourses) -> Bools:
    return np.asarray(arm.days <= TUMOUR_MONTHS * DAYS_PER_MONTH)


def _highest(change: Reals) -> float:
    """Return the top of the axis: what nearly all values stay below, within sensible limits."""
    known = change[np.isfinite(change)]
    return float(np.clip(np.percentile(known, 99.5), LOWEST_TOP, HIGHEST_CHANGE)) if known.size else LOWEST_TOP


def percent_change(diameters: Reals) -> Reals:
    """Return the change from the first value of each patient, in percent."""
    first = diameters[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(first > 0, 100 * (diameters / first - 1), np.nan)


def organ_figure(arms: list[ArmTimeCourses], organ: str, title: str, months_shown: float) -> go.Figure:
    """Draw one organ's measure (``lvef`` or ``neutrophils``) with all arms in one panel."""
    figure = canvas("months", title, height=370)
    for index, arm in enumerate(arms):
        months = arm.days / DAYS_PER_MONTH
        shown = months <= months_shown
        median_and_band(figure, months[shown], arm.organs[organ][:, shown], arm.id, arm_colour(index))
    return figure


def _draw_single(figure: go.Figure, months: Reals, change: Reals, colour: str, column: int) -> None:
    for row in thin(len(change), SINGLE_PATIENTS):
        known = np.isfinite(change[row])
        if known.any():
            path = np.minimum(change[row][known], 2 * HIGHEST_CHANGE)
            figure.add_trace(
                line(months[known], path, "", faint(colour, 0.28), width=0.8, hoverinfo="skip"),
                row=1,
                col=column,
            )
