"""The review's statements as tables, Markdown and plain data, whether tried in the dish or in virtual trials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from her2lab.evidence import mechanisms, safety_claims
from her2lab.lab import safety_statements
from her2lab.lab.cells import statements as cell_statements

AnyVerdict = mechanisms.Verdict | safety_claims.Verdict


def columns(verdict: AnyVerdict) -> tuple[str, ...]:
    """Return the heads of the table of one statement."""
    return safety_statements.COLUMNS if isinstance(verdict, safety_claims.Verdict) else cell_statements.COLUMNS


def rows(verdict: AnyVerdict) -> list[tuple[str, ...]]:
    """Return one row for each check and readout of a statement."""
    if isinstance(verdict, safety_claims.Verdict):
        return safety_statements.rows(verdict)
    return cell_statements.rows(verdict)


def evidence(verdict: AnyVerdict) -> list[dict[str, Any]]:
    """Return the same as plain data."""
    if isinstance(verdict, safety_claims.Verdict):
        return safety_statements.evidence(verdict)
    return cell_statements.evidence(verdict)


def data(verdict: AnyVerdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    return {
        "id": verdict.claim.id,
        "verdict": verdict.word,
        "reason": verdict.reason,
        "states": verdict.claim.states,
        "primary": verdict.claim.primary,
        "evidence": evidence(verdict),
    }


def markdown(found: Sequence[AnyVerdict]) -> list[str]:
    """Return statements as Markdown: the command of each, what is read and what came out."""
    lines = []
    for verdict in found:
        heads = columns(verdict)
        lines += [f"### {verdict.claim.id}: {verdict.word}", "", f"*{verdict.claim.states}.*", ""]
        if verdict.claim.primary:
            lines += [f"Primary sources: {verdict.claim.primary}.", ""]
        lines += [f"`her2lab review check {verdict.claim.id}`", "",
                  f"| {' | '.join(heads).rstrip()} |", "| --- " * len(heads) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in rows(verdict)] + [""]
    return lines
