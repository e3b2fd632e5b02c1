"""Forest plots: rows from top to bottom on one axis, intervals as lines with a mark at the value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from her2lab.presentation.figures.canvas import canvas
from her2lab.presentation.figures.palette import GRID, QUIET

RATIOS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20]  # ticks


@dataclass(frozen=True)
class Point:
    """A value with its interval at a place on the vertical axis; an interval without an end is open there."""

    place: float
    value: float | None
    low: float | None
    high: float | None


def rows(labels: Sequence[str], unit: str, *, ratio: bool, height: int, left: int, right: int = 24) -> go.Figure:
    """Return an empty forest plot with these rows, the last one at place 0.

    Parameters
    ----------
    labels
        From top to bottom, as HTML.
    unit
        Title of the axis.
    ratio
        Whether the axis is logarithmic, with a line at 1.
    height, left, right
        Pixels: of the plot, and of the margins for what stands beside it.
    """
    plot = canvas(unit, "", height=height, margin={"l": left, "r": right, "t": 40, "b": 56})
    if ratio:
        plot.update_xaxes(type="log", tickvals=RATIOS, showgrid=True)
        plot.add_vline(x=1, line={"color": QUIET, "width": 1, "dash": "dash"})
    plot.update_yaxes(tickvals=list(range(len(labels))), ticktext=list(reversed(labels)), showgrid=False,
                      range=[-0.8, len(labels) - 0.2], tickfont={"size": 11})
    for place in range(len(labels)):
        plot.add_hline(y=place, line={"color": GRID, "width": 0.5}, layer="below")
    return plot


def intervals(plot: go.Figure, points: Sequence[Point], name: str, colour: str, symbol: str, edge: float) -> None:
    """Draw intervals as lines and values as marks; an interval without an upper end goes on to the edge."""
    x: list[float | None] = []
    y: list[float | None] = []
    for point in points:
        ends = [end for end in (point.low, point.value, edge if point.high is None else point.high) if end is not None]
        x += [min(ends), max(ends), None]
        y += [point.place, point.place, None]
    plot.add_trace(go.Scatter(x=x, y=y, mode="lines", line={"color": colour, "width": 2}, hoverinfo="skip",
                              showlegend=False, legendgroup=name))
    plot.add_trace(go.Scatter(
        x=[point.value for point in points], y=[point.place for point in points], mode="markers", name=name,
        marker={"color": colour, "symbol": symbol, "size": 7}, legendgroup=name,
        hovertemplate="%{x:.3g}<extra>" + escape(name) + "</extra>",
    ))
