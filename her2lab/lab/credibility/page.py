"""The page of the credibility report, from its JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from her2lab.lab.credibility import forest, tables
from her2lab.lab.credibility.words import setting_name
from her2lab.lab.report.frame import Figure, fill, placed

USES = {
    "validation": "Validation: nothing was fitted to these trials; their outcomes are predicted",
    "calibration": "Calibration: agreement is a fit, not a prediction",
}
CAPTION = (
    "Grey diamonds: published, with 95 % interval (as published, or from the number of patients). Dots: predicted, "
    "with 90 % interval."
)


def render(document: dict[str, Any]) -> str:
    """Return the report as one HTML document that loads nothing.

    Parameters
    ----------
    document
        What :func:`her2lab.lab.credibility.document` returned.
    """
    figures = {use: [each for each in document["figures"] if each["use"] == use] for use in USES}
    return fill(
        "credibility.html.j2", "her2lab.lab.credibility",
        document=document, uses=USES, targets=tables.targets(document), tables=tables,
        rows={use: tables.figures(chosen) for use, chosen in figures.items()},
        plots={use: list(_forests(use, chosen)) for use, chosen in figures.items()},
        setting_name=setting_name,
    )


def _forests(use: str, figures: list[dict[str, Any]]) -> Iterator[Figure]:
    for title, unit, belongs in forest.GROUPS:
        if chosen := [each for each in figures if belongs(each)]:
            key = f"{use}-{title.lower().replace(' ', '-')}"
            yield placed(key, use, forest.forest(chosen, unit), f"{title}. {CAPTION}")
