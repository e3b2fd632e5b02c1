"""The review's statements that are facts, beside what the product holds, as tables and plain data."""

from __future__ import annotations

from typing import Any

from her2lab.review.reference_checks import ReferenceVerdict

COLUMNS = ("fact", "review", "primary sources", "held here", "")
WORDS = {True: "as in the review", False: "DIFFERS", None: ""}


def rows(verdict: ReferenceVerdict) -> list[tuple[str, ...]]:
    """Return one row for each fact of a statement."""
    return [(each.says, each.review or "", each.primary or "", each.held, WORDS[each.agrees])
            for each in verdict.outcomes]


def evidence(verdict: ReferenceVerdict) -> list[dict[str, Any]]:
    """Return the same as plain data."""
    return [{"says": each.says, "review": each.review, "primary": each.primary, "source": each.source,
             "held": each.held, "agrees": each.agrees} for each in verdict.outcomes]
