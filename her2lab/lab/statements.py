"""The review's statements as tables, Markdown and plain data, whether tried in the dish or in virtual trials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from her2lab.evidence import mechanisms, trial_claims
from her2lab.lab import trial_statements
from her2lab.lab.cells import statements as cell_statements
from her2lab.lab.markdown import pipe_table

AnyVerdict = mechanisms.Verdict | trial_claims.Verdict


def columns(verdict: AnyVerdict) -> tuple[str, ...]:
    """Return the heads of the table of one statement."""
    return trial_statements.COLUMNS if isinstance(verdict, trial_claims.Verdict) else cell_statements.COLUMNS


def rows(verdict: AnyVerdict) -> list[tuple[str, ...]]:
    """Return one row for each check and readout of a statement."""
    if isinstance(verdict, trial_claims.Verdict):
        return trial_statements.rows(verdict)
    return cell_statements.rows(verdict)


def evidence(verdict: AnyVerdict) -> list[dict[str, Any]]:
    """Return the same as plain data."""
    if isinstance(verdict, trial_claims.Verdict):
        return trial_statements.evidence(verdict)
    return cell_statements.evidence(verdict)


def beside(verdict: AnyVerdict) -> list[str]:
    """Return what stands beside a statement: what primary sources say, and how it is read."""
    lines = [f"Primary sources: {verdict.claim.primary}."] if verdict.claim.primary else []
    reading = verdict.claim.reading if isinstance(verdict, trial_claims.Verdict) else None
    return lines + ([f"Reading: {reading}."] if reading else [])


def data(verdict: AnyVerdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    of_trials = {"kind": verdict.claim.kind, "reading": verdict.claim.reading} if isinstance(
        verdict, trial_claims.Verdict) else {"kind": "mechanism"}
    return {
        "id": verdict.claim.id,
        "verdict": verdict.word,
        "reason": verdict.reason,
        "states": verdict.claim.states,
        "primary": verdict.claim.primary,
        **of_trials,
        "evidence": evidence(verdict),
    }


def markdown(found: Sequence[AnyVerdict]) -> list[str]:
    """Return statements as Markdown: an overview, then the command of each, what is read and what came out."""
    lines = [] if len(found) < 2 else [
        pipe_table(("statement", "verdict"), [(f"{v.claim.id} {v.claim.states}", v.word) for v in found]), ""]
    for verdict in found:
        lines += [f"### {verdict.claim.id}: {verdict.word}", "", f"*{verdict.claim.states}.*", ""]
        lines += [line for said in beside(verdict) for line in (said, "")]
        if verdict.word == "not_testable":
            lines += [f"Cannot be tried: {verdict.reason}.", ""]
        lines += [f"`her2lab review check {verdict.claim.id}`", ""]
        if verdict.outcomes:
            lines += [pipe_table(columns(verdict), rows(verdict)), ""]
    return lines
