"""Claims of the review and what came out, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from her2lab.presentation.claims.tables import evidence_table, remarks
from her2lab.presentation.markdown import pipe_table
from her2lab.review import library
from her2lab.review.claim import Verdict


def markdown(found: Sequence[Verdict]) -> list[str]:
    """Return the review's citation, an overview, then of each claim its command, what is read and what came out."""
    citation = library.review_citation()
    lines = [] if citation is None else [f"The review: {citation}.", ""]
    if len(found) > 1:
        lines += [pipe_table(("statement", "verdict"), [(f"{v.claim.id} {v.claim.text}", v.word) for v in found]), ""]
    for verdict in found:
        lines += _of_claim(verdict)
    return lines


def _of_claim(verdict: Verdict) -> list[str]:
    claim, table = verdict.claim, evidence_table(verdict)
    lines = [f"### {claim.id}: {verdict.word}", "", f"*{claim.text}.*", ""]
    lines += [line for said in remarks(verdict) for line in (said, "")]
    if verdict.word == "not_testable":
        lines += [f"Cannot be tried: {verdict.reason}.", ""]
    lines += [f"`her2lab review check {claim.id}`", ""]
    return lines + ([pipe_table(table.columns, table.rows), ""] if table.rows else [])
