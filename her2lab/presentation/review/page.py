"""The page of the checked review, from its JSON document."""

from __future__ import annotations

from importlib import resources
from typing import Any

from markupsafe import Markup

from her2lab.presentation.claims import claims
from her2lab.presentation.html import fill
from her2lab.presentation.review.drawing import drawing
from her2lab.presentation.review.plots import plot

PACKAGE = "her2lab.presentation.review"
WORDS = {"holds": "holds", "fails": "fails", "reference": "reference", "not_testable": "not testable yet"}


def render(document: dict[str, Any]) -> str:
    """Return the page as one HTML document that loads nothing and runs nothing.

    Parameters
    ----------
    document
        What :func:`her2lab.presentation.review.document` returned.
    """
    own = Markup(resources.files(PACKAGE).joinpath("review.css").read_text(encoding="utf-8"))  # noqa: S704  # ours
    return fill("review.html.j2", PACKAGE, document=document, drawing=drawing(document["figure_1"]), plot=plot,
                words=WORDS, faults=claims.FAULTS, own_style=own, table=_table)


def _table(claim: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of what was read for a claim."""
    rows = claim["evidence"]
    if claim["kind"] in ("reference", "method"):
        return (["Fact", "Review", "Primary sources", "Held here", ""],
                [[row["says"], row["review"] or "", row["primary"] or "", row["held"],
                  {True: "as in the review", False: "differs", None: ""}[row["agrees"]]] for row in rows])
    if claim["kind"] == "mechanism":
        return (["Experiment", "Read", "Value", "Reference", "Stated", ""],
                [[f"{row['says']} ({row['experiment']})", row["readout"], f"{row['value']:.3g}",
                  f"{row['reference']:.3g}", row["expected"], _word(row["holds"])] for row in rows])
    return (["Groups", "Read", "Value", "Reference", "Stated", ""],
            [[f"{row['says']} ({row['groups']})", row["read"], _estimate(row["value"]), _estimate(row["reference"]),
              _stated(row), _word(row["holds"])] for row in rows])


def _word(holds: bool | None) -> str:
    return "shown only" if holds is None else "as stated" if holds else "not as stated"


def _estimate(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    return ("–" if found["value"] is None else f"{found['value']:.4g}") + f" (n {found['patients']})"


def _stated(row: dict[str, Any]) -> str:
    figure = "" if row["figure"] is None else f" {row['figure']:g}"
    margin = f", margin {row['margin']:g}" if row["margin"] else ""
    by = "" if row["by"] == "review" else "primary: "
    return f"{by}{row['expected'].replace('_', ' ')}{figure}{margin}"
