"""The page of the checked review, from its JSON document and the tables of what was read."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from markupsafe import Markup

from her2lab.presentation import claims
from her2lab.presentation.html import fill
from her2lab.presentation.review.drawing import drawing
from her2lab.presentation.review.plots import plot
from her2lab.review.claim import Verdict

PACKAGE = "her2lab.presentation.review"
WORDS = {"holds": "holds", "fails": "fails", "reference": "reference", "not_testable": "not testable yet"}


def render(document: dict[str, Any], found: Sequence[Verdict]) -> str:
    """Return the page as one HTML document that loads nothing and runs nothing.

    Parameters
    ----------
    document
        What :func:`her2lab.presentation.review.document` returned.
    found
        The claims as they came out.
    """
    own = Markup(resources.files(PACKAGE).joinpath("review.css").read_text(encoding="utf-8"))  # noqa: S704  # ours
    tables = {verdict.claim.id: claims.evidence_table(verdict) for verdict in found}
    return fill("review.html.j2", PACKAGE, document=document, drawing=drawing(document["figure_1"]), plot=plot,
                words=WORDS, faults=claims.FAULTS, misses=claims.MISSES, own_style=own, tables=tables)
