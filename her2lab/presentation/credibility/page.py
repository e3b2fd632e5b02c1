"""The page of the credibility report, from its JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from her2lab.presentation.credibility import forest, tables
from her2lab.presentation.credibility.words import setting_name
from her2lab.presentation.html import Figure, fill, placed

USES: dict[str | None, str] = {
    "validation": "Validation: nothing was fitted to these trials; their outcomes are predicted",
    "calibration": "Calibration: these trials may be fitted; agreement is no prediction",
}
ROWS: dict[str | None, str] = {**USES, None: "Neither: trials that say nothing of their use"}
CAPTION = (
    "Grey diamonds: published, with 95 % interval (as published, or from the number of patients). Dots: predicted, "
    "with 90 % interval."
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
        setting_name=setting_name,
    )


def _forests(use: str | None, figures: list[dict[str, Any]]) -> Iterator[Figure]:
    for title, unit, belongs in forest.GROUPS:
        if chosen := [each for each in figures if belongs(each)]:
            key = f"{use}-{title.lower().replace(' ', '-')}"
            yield placed(key, "forest", forest.forest(chosen, unit), f"{title}. {CAPTION}")
