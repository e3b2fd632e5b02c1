"""The review's statements as tables, Markdown and plain data, whatever they were tried in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from her2lab.facts import library
from her2lab.facts.claims import Beside
from her2lab.facts.trial_claims import TrialClaim
from her2lab.presentation.claims import cell_claims as cell_statements
from her2lab.presentation.claims import reference_claims
from her2lab.presentation.claims import trial_claims as trial_statements
from her2lab.presentation.markdown import pipe_table
from her2lab.review import cell_checks, reference_checks, trial_checks
from her2lab.review.checks import AnyVerdict

FAULTS = {
    "primary sources": "expected: primary sources contradict it",
    "model": "the model is at fault: primary sources do not contradict it",
    "both": "primary sources contradict a part of it; in the rest the model is at fault",
}


def columns(verdict: AnyVerdict) -> tuple[str, ...]:
    """Return the heads of the table of one statement."""
    if isinstance(verdict, trial_checks.TrialVerdict):
        return trial_statements.COLUMNS
    return reference_claims.COLUMNS if isinstance(verdict,
                                                  reference_checks.ReferenceVerdict) else cell_statements.COLUMNS


def rows(verdict: AnyVerdict) -> list[tuple[str, ...]]:
    """Return one row for each check and readout, or each fact, of a statement."""
    if isinstance(verdict, trial_checks.TrialVerdict):
        return trial_statements.rows(verdict)
    return (reference_claims.rows(verdict) if isinstance(verdict, reference_checks.ReferenceVerdict)
            else cell_statements.rows(verdict))


def evidence(verdict: AnyVerdict) -> list[dict[str, Any]]:
    """Return the same as plain data."""
    if isinstance(verdict, trial_checks.TrialVerdict):
        return trial_statements.evidence(verdict)
    return (reference_claims.evidence(verdict) if isinstance(verdict, reference_checks.ReferenceVerdict)
            else cell_statements.evidence(verdict))


def beside(verdict: AnyVerdict) -> list[str]:
    """Return what stands beside a statement: what primary sources say, how it is read, and why it fails."""
    lines = [f"Primary sources: {verdict.claim.primary}."] if verdict.claim.primary else []
    reading = verdict.claim.reading if isinstance(verdict, trial_checks.TrialVerdict) else None
    lines += [f"Reading: {reading}."] if reading else []
    lines += [f"Why it fails: {FAULTS[verdict.fault]}."] if verdict.fault is not None else []
    return lines + [f"Likely explanation: {text}." for text in (explanation(verdict),) if text is not None]


def explanation(verdict: AnyVerdict) -> str | None:
    """Return why the model does not show what is stated, if it does not and somebody has looked."""
    return None if verdict.fault is None else verdict.claim.explanation


def figures(verdict: AnyVerdict) -> list[dict[str, str | None]]:
    """Return the figures in which the review and primary sources differ, side by side with the model's."""
    sources = library.claim_sources().get(verdict.claim.id, {})
    return [{"says": each.says, "review": each.review, "primary": each.primary,
             "source": sources.get(each.source, each.source), "model": _model(verdict, each)}
            for each in verdict.claim.beside]


def counts(found: Sequence[AnyVerdict]) -> dict[str, Any]:
    """Return how many statements hold, fail (and why), are facts, or cannot be tried."""
    words = Counter(verdict.word for verdict in found)
    faults = Counter[str | None](verdict.fault for verdict in found)
    return {**{word: words[word] for word in ("holds", "fails", "reference", "not_testable")},
            "fails_because": {fault: faults[fault] for fault in FAULTS}}


def data(verdict: AnyVerdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    claim = verdict.claim
    return {
        "id": claim.id,
        "verdict": verdict.word,
        "reason": verdict.reason,
        "fails_because": verdict.fault,
        "explanation": explanation(verdict),
        "states": claim.states,
        "section": claim.section,
        "primary": claim.primary,
        "kind": kind(verdict),
        "reading": claim.reading if isinstance(claim, TrialClaim) else None,
        "side_by_side": figures(verdict),
        "without": None if claim.without is None else claim.without.mechanism,
        "evidence": evidence(verdict),
    }


def kind(verdict: AnyVerdict) -> str:
    """Return what kind of statement it is."""
    return "mechanism" if isinstance(verdict, cell_checks.CellVerdict) else verdict.claim.kind


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


def _model(verdict: AnyVerdict, figure: Beside) -> str | None:
    """Return what came out for the check that a figure names, in words."""
    if isinstance(verdict, trial_checks.TrialVerdict):
        return next((trial_statements.compared(each) for each in verdict.outcomes if each.check.says == figure.model),
                    None)
    if isinstance(verdict, cell_checks.CellVerdict):
        return next((cell_statements.compared(each) for each in verdict.outcomes if each.check.says == figure.model),
                    None)
    return None
