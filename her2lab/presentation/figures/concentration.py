"""Concentration of a drug against time: the first two cycles as recorded, then the lowest of each three weeks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from her2lab._types import Reals
from her2lab.presentation.figures.canvas import LOWER, UPPER, median_and_band
from her2lab.presentation.figures.data import ArmTimeCourses
from her2lab.presentation.figures.palette import AXIS, LAYOUT, arm_colour
from her2lab.presentation.words import plain

PANELS = ("first six weeks", "lowest value of each three weeks")
FIRST_WEEKS = 6.0  # as long as the record is finer than weekly
WINDOW = 3  # weeks; most of these drugs are given every three weeks
DAYS_PER_WEEK = 7.0
FAST = 0.01  # a drug that falls below this part of its maximum within a cycle needs a logarithmic scale
MOST_DECADES = 5.0


def concentration_figure(drugs: Sequence[str], arms: Sequence[ArmTimeCourses]) -> go.Figure:
    """Draw median and 5-95 % band of each drug, one below the other, in each arm that receives it.

    A drug that comes and goes within a cycle has no trough to follow and gets the first panel only.
    """
    axes = [scale(np.concatenate([arm.concentrations[drug].ravel() for arm in arms if drug in arm.concentrations]))
            for drug in drugs]
    columns = [1 if axis.get("type") == "log" else 2 for axis in axes]
    panels = [(drug, PANELS[column]) for drug, count in zip(drugs, columns, strict=True) for column in range(count)]
    figure = make_subplots(
        rows=len(drugs), cols=max(columns), shared_yaxes=True, horizontal_spacing=0.04,
        vertical_spacing=0.3 / len(drugs),
        specs=[[{}] * count + [None] * (max(columns) - count) for count in columns],
        subplot_titles=[title if len(drugs) == 1 else f"{plain(drug)}, {title}" for drug, title in panels],
    )
    figure.update_layout(**LAYOUT, height=80 + 300 * len(drugs))
    figure.update_layout(legend_y=1 + 0.12 / len(drugs), margin_t=76)
    figure.update_xaxes(**AXIS, showgrid=False, rangemode="tozero", title_text="weeks")
    figure.update_yaxes(**AXIS)
    named: set[str] = set()
    for row, (drug, axis, count) in enumerate(zip(drugs, axes, columns, strict=True), start=1):
        figure.update_yaxes(**axis, row=row)
        figure.update_yaxes(title_text="concentration, mg/L", row=row, col=1)
        for index, arm in enumerate(arms):
            if drug in arm.concentrations:
                _draw(figure, arm, drug, arm_colour(index), row, count, legend=arm.id not in named)
                named.add(arm.id)
    return figure


def _draw(figure: go.Figure, arm: ArmTimeCourses, drug: str, colour: str, row: int, columns: int, *,
          legend: bool) -> None:
    weeks, values = arm.days / DAYS_PER_WEEK, arm.concentrations[drug]
    early, weekly = weeks <= FIRST_WEEKS, arm.days % DAYS_PER_WEEK == 0
    courses = ((weeks[early], values[:, early]), lowest(weeks[weekly], values[:, weekly]))[:columns]
    for column, (times, course) in enumerate(courses, start=1):
        shown = np.where(course > 0, course, np.nan)
        median_and_band(figure, times, shown, arm.id, colour, row=row, col=column, showlegend=legend and column == 1)


def lowest(weeks: Reals, values: Reals) -> tuple[Reals, Reals]:
    """Return the lowest value of each patient in each window, and the weeks at which the windows end.

    The value at time 0 is left out: it is that before the first dose.
    """
    windows = (len(weeks) - 1) // WINDOW
    grouped = values[:, 1 : 1 + windows * WINDOW].reshape(len(values), windows, WINDOW)
    return weeks[WINDOW : 1 + windows * WINDOW : WINDOW], grouped.min(axis=2)


def scale(values: Reals) -> dict[str, object]:
    """Return the axis for these values: linear for a drug that stays, logarithmic for one that comes and goes."""
    positive = values[values > 0]
    if positive.size == 0:
        return {"rangemode": "tozero"}
    low, middle, high = np.percentile(positive, [LOWER, 50.0, UPPER])
    if middle > FAST * high:
        return {"rangemode": "tozero"}
    top, bottom = float(np.log10(positive.max())), float(np.log10(low))
    return {"type": "log", "dtick": 1, "exponentformat": "power", "range": [max(top - MOST_DECADES, bottom), top + 0.2]}
