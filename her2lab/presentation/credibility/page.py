"""The page of the credibility report, from its JSON document: tables and forest plots put into the template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from her2lab.presentation.credibility import tables
from her2lab.presentation.figures.forest import Point, intervals, rows
from her2lab.presentation.figures.palette import QUIET
from her2lab.presentation.html import Figure, fill, placed
from her2lab.presentation.words import endpoint_name, review_citation, setting_name

USES: dict[str | None, str] = {
    "validation": "Validation: nothing was fitted to these trials; their outcomes are predicted",
    "calibration": "Calibration: these trials may be fitted; agreement is no prediction",
}
ROWS: dict[str | None, str] = {**USES, None: "Neither: trials that say nothing of their use"}
CAPTION = (
    "Grey diamonds: published, with 95 % interval (as published, or from the number of patients). Dots: predicted, "
    "with 90 % interval."
)
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


def render(document: dict[str, Any]) -> str:
    """Return the report as one HTML document that loads nothing.

    Parameters
    ----------
    document
        What :func:`her2lab.presentation.credibility.document` returned.
    """
    figures = {use: [each for each in document["figures"] if each["use"] == use and each["subgroup"] is None]
               for use in ROWS}
    subgroups = {use: [each for each in document["figures"] if each["use"] == use and each["subgroup"] is not None]
                 for use in USES}
    return fill(
        "credibility.html.j2", "her2lab.presentation.credibility",
        document=document, uses=USES, targets=tables.targets(document), tables=tables,
        rows={ROWS[use]: tables.figures(chosen) for use, chosen in figures.items() if chosen},
        subgroups={use: tables.subgroups(chosen) for use, chosen in subgroups.items()},
        plots={use: list(_forests(use, figures[use])) for use in USES},
        setting_name=setting_name, review=review_citation(),
    )


def _forests(use: str | None, figures: list[dict[str, Any]]) -> Iterator[Figure]:
    for title, unit, belongs in GROUPS:
        if chosen := [each for each in figures if belongs(each)]:
            key = f"{use}-{title.lower().replace(' ', '-')}"
            yield placed(key, "forest", forest(chosen, unit), f"{title}. {CAPTION}")


# ------------------------------------------------------------------------------------------------ forest plots
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
    arms = tables.whose(figure)
    shown = arms if len(arms) <= LONGEST else f"{arms[:LONGEST]}…"
    return escape(f"{figure['trial']} {shown}, {figure['endpoint']}")


def _landmark(figure: dict[str, Any]) -> bool:
    return str(figure["family"]).endswith("at a landmark")


def _unit(figure: dict[str, Any]) -> str:
    return "months" if endpoint_name(figure["endpoint"]).startswith("Median") else "%"
