"""Forest plots: each published figure with its interval, and the prediction beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from her2lab.presentation.credibility.words import whose
from her2lab.presentation.figures.forest import Point, intervals, rows
from her2lab.presentation.figures.palette import QUIET
from her2lab.presentation.words import endpoint_name

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
    plot = rows([_label(each) for each in figures], unit, ratio=unit == "hazard ratio",
                height=max(EDGE + ROW * len(figures), LEAST), left=360)
    placed = list(enumerate(reversed(figures)))
    published = [Point(place - APART, each["published"], each["published_low"], each["published_high"])
                 for place, each in placed]
    edge = max(each[name] for _, each in placed
               for name in ("published_low", "published_high", "low", "high", "value") if each[name] is not None)
    intervals(plot, published, "published (95 %)", QUIET, "diamond-open", edge)
    for name, colour, wanted in PREDICTED:
        mine = [Point(place + APART, each["value"], each["low"], each["high"]) for place, each in placed
                if each["inside"] is wanted and (each["low"] is not None or each["high"] is not None)]
        intervals(plot, mine, name, colour, "circle", edge)
    return plot


def _label(figure: dict[str, Any]) -> str:
    arms = whose(figure)
    shown = arms if len(arms) <= LONGEST else f"{arms[:LONGEST]}…"
    return escape(f"{figure['trial']} {shown}, {figure['endpoint']}")


def _landmark(figure: dict[str, Any]) -> bool:
    return str(figure["family"]).endswith("at a landmark")


def _unit(figure: dict[str, Any]) -> str:
    return "months" if endpoint_name(figure["endpoint"]).startswith("Median") else "%"
