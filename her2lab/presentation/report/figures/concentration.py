"""Concentration of a drug against time: the first two cycles as recorded, then the lowest of each three weeks."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from her2lab.presentation.report.data import ArmData, Array
from her2lab.presentation.report.figures.canvas import LOWER, UPPER, median_and_band
from her2lab.presentation.report.palette import AXIS, LAYOUT, arm_colour

FIRST_WEEKS = 6.0  # as long as the record is finer than weekly
WINDOW = 3  # weeks; most of these drugs are given every three weeks
DAYS_PER_WEEK = 7.0
FAST = 0.01  # a drug that falls below this part of its maximum within a cycle needs a logarithmic scale
MOST_DECADES = 5.0


def concentration_figure(drug: str, arms: list[ArmData]) -> go.Figure:
    """Draw median and 5-95 % band of one drug in each arm that receives it.

    A drug that comes and goes within a cycle has no trough to follow and gets the first panel only.
    """
    treated = [(arm, arm_colour(index)) for index, arm in enumerate(arms) if drug in arm.concentrations]
    axis = scale(np.concatenate([arm.concentrations[drug].ravel() for arm, _ in treated]))
    titles = ["first six weeks", "lowest value of each three weeks"][: 1 if axis.get("type") == "log" else 2]
    figure = make_subplots(
        rows=1, cols=len(titles), shared_yaxes=True, horizontal_spacing=0.04, subplot_titles=titles
    )
    figure.update_layout(**LAYOUT, height=380)
    figure.update_layout(legend_y=1.12, margin_t=76)
    figure.update_xaxes(**AXIS, showgrid=False, rangemode="tozero", title_text="weeks")
    figure.update_yaxes(**AXIS, **axis)
    figure.update_yaxes(title_text="concentration, mg/L", col=1)
    for arm, colour in treated:
        weeks, values = arm.days / DAYS_PER_WEEK, arm.concentrations[drug]
        early = weeks <= FIRST_WEEKS
        weekly = arm.days % DAYS_PER_WEEK == 0
        courses = ((weeks[early], values[:, early]), lowest(weeks[weekly], values[:, weekly]))[: len(titles)]
        for column, (times, course) in enumerate(courses, start=1):
            shown = np.where(course > 0, course, np.nan)
            median_and_band(figure, times, shown, arm.id, colour, row=1, col=column, showlegend=column == 1)
    return figure


def lowest(weeks: Array, values: Array) -> tuple[Array, Array]:
    """Return the lowest value of each patient in each window, and the weeks at which the windows end.

    The value at time 0 is left out: it is that before the first dose.
    """
    windows = (len(weeks) - 1) // WINDOW
    grouped = values[:, 1 : 1 + windows * WINDOW].reshape(len(values), windows, WINDOW)
    return weeks[WINDOW : 1 + windows * WINDOW : WINDOW], grouped.min(axis=2)


def scale(values: Array) -> dict[str, object]:
    """Return the axis for these values: linear for a drug that stays, logarithmic for one that comes and goes."""
    positive = values[values > 0]
    if positive.size == 0:
        return {"rangemode": "tozero"}
    low, middle, high = np.percentile(positive, [LOWER, 50.0, UPPER])
    if middle > FAST * high:
        return {"rangemode": "tozero"}
    top, bottom = float(np.log10(positive.max())), float(np.log10(low))
    return {"type": "log", "dtick": 1, "exponentformat": "power", "range": [max(top - MOST_DECADES, bottom), top + 0.2]}
