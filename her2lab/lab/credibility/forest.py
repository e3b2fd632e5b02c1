"""Forest plots: each published figure with its interval, and the prediction beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from her2lab.lab.credibility.words import whose
from her2lab.lab.report.figures.canvas import canvas
from her2lab.lab.report.palette import GRID, QUIET
from her2lab.lab.wording import endpoint_name

INSIDE, OUTSIDE = "#0072B2", "#D55E00"
ROW, EDGE, LEAST = 17, 110, 340  # pixels
LONGEST = 40          # letters of the arms
APART = 0.17         # of a row, between prediction and publication
PREDICTED = (("predicted (90 %), holds it", INSIDE, True), ("predicted (90 %), misses it", OUTSIDE, False))

# Title, unit and figures of each plot.
GROUPS: tuple[tuple[str, str, Callable[[dict[str, Any]], bool]], ...] = (
    ("Hazard ratios", "hazard ratio", lambda figure: figure["reference"] is not None),
    ("Responses", "%", lambda figure: figure["reference"] is None and _unit(figure) == "%" and not _landmark(figure)),
    ("Survival at a landmark", "%", lambda figure: figure["reference"] is None and _landmark(figure)),
    ("Medians", "months", lambda figure: figure["reference"] is None and _unit(figure) == "months"),
)


def forest(figures: Sequence[dict[str, Any]], unit: str) -> go.Figure:
    """Draw figures from top to bottom: published open, predicted filled, those outside in another colour."""
    rows = list(reversed(figures))
    plot = canvas(unit, "", height=max(EDGE + ROW * len(rows), LEAST), margin={"l": 360, "r": 24, "t": 40, "b": 56})
    if unit == "hazard ratio":
        plot.update_xaxes(type="log", tickvals=[0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3], showgrid=True)
        plot.add_vline(x=1, line={"color": QUIET, "width": 1, "dash": "dash"})
    plot.update_yaxes(tickvals=list(range(len(rows))), ticktext=[_label(row) for row in rows], showgrid=False,
                      range=[-0.8, len(rows) - 0.2], tickfont={"size": 11})
    for place in range(len(rows)):
        plot.add_hline(y=place, line={"color": GRID, "width": 0.5}, layer="below")
    published = [(place - APART, row["published"], row["published_low"], row["published_high"])
                 for place, row in enumerate(rows)]
    known = [row[name] for row in rows for name in ("published_low", "published_high", "low", "high", "value")
             if row[name] is not None]
    _draw(plot, published, "published (95 %)", QUIET, "diamond-open", max(known))
    for name, colour, wanted in PREDICTED:
        mine = [(place + APART, row["value"], row["low"], row["high"]) for place, row in enumerate(rows)
                if row["inside"] is wanted and (row["low"] is not None or row["high"] is not None)]
        _draw(plot, mine, name, colour, "circle", max(known))
    return plot


def _draw(plot: go.Figure, points: Sequence[tuple[float, Any, Any, Any]], name: str, colour: str, symbol: str,
          edge: float) -> None:
    """Draw intervals as lines and values as marks; an interval without an upper end goes on to the edge."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, value, low, high in points:
        ends = [end for end in (low, value, edge if high is None else high) if end is not None]
        x += [min(ends), max(ends), None]
        y += [place, place, None]
    plot.add_trace(go.Scatter(x=x, y=y, mode="lines", line={"color": colour, "width": 2}, hoverinfo="skip",
                              showlegend=False, legendgroup=name))
    plot.add_trace(go.Scatter(
        x=[value for _, value, _, _ in points], y=[place for place, *_ in points], mode="markers", name=name,
        marker={"color": colour, "symbol": symbol, "size": 7}, legendgroup=name,
        hovertemplate="%{x:.3g}<extra>" + escape(name) + "</extra>",
    ))


def _label(figure: dict[str, Any]) -> str:
    arms = whose(figure)
    shown = arms if len(arms) <= LONGEST else f"{arms[:LONGEST]}…"
    return escape(f"{figure['trial']} {shown}, {figure['endpoint']}")


def _landmark(figure: dict[str, Any]) -> bool:
    return str(figure["family"]).endswith("at a landmark")


def _unit(figure: dict[str, Any]) -> str:
    return "months" if endpoint_name(figure["endpoint"]).startswith("Median") else "%"
