"""What came out for claims of the review as plain data, as ``her2lab review check --json`` gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, get_args

from her2lab.presentation.claims.tables import FAULTS, explanation
from her2lab.review.claim import Verdict, Word


def data(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    claim = verdict.claim
    return {
        "id": claim.id,
        "verdict": verdict.word,
        "reason": verdict.reason,
        "fails_because": verdict.fault,
        "explanation": explanation(verdict),
        "states": claim.text,
        "section": claim.section,
        "primary": claim.primary,
        "kind": claim.kind,
        "reading": claim.reading,
        "side_by_side": figures(verdict),
        "without": None if claim.mechanism is None else claim.mechanism.mechanism,
        "evidence": [dict(outcome.evidence().data) for outcome in verdict.outcomes],
    }


def figures(verdict: Verdict) -> list[dict[str, str | None]]:
    """Return the figures in which the review and primary sources differ, side by side with the model's."""
    sources = verdict.claim.sources
    came_out = {each.says: each.evidence().summary for each in reversed(verdict.outcomes)}  # of one name, the first
    return [{"says": each.says, "review": each.review, "primary": each.primary,
             "source": sources.get(each.source, each.source), "model": came_out.get(each.model or "")}
            for each in verdict.claim.differing_figures]


def counts(found: Sequence[Verdict]) -> dict[str, Any]:
    """Return how many claims hold, fail (and why), are facts, or cannot be checked."""
    words = Counter(verdict.word for verdict in found)
    faults = Counter[str | None](verdict.fault for verdict in found)
    return {**{word: words[word] for word in get_args(Word)}, "fails_because": {each: faults[each] for each in FAULTS}}
