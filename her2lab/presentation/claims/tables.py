"""What came out for a claim as one table, and what is said beside it; for terminal, Markdown and pages alike."""

from __future__ import annotations

from dataclasses import dataclass

from her2lab.review.claim import Verdict

FAULTS = {
    "primary sources": "expected: primary sources contradict it",
    "model": "the model is at fault: primary sources do not contradict it",
    "both": "primary sources contradict a part of it; in the rest the model is at fault",
    "too few patients": "fewer patients than it asks for, by which the model cannot be judged",
}
MISSES = ("NOT AS STATED", "DIFFERS")  # cells that call for attention


@dataclass(frozen=True)
class EvidenceTable:
    """Headings, and one row of texts for each check and readout, or each fact."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def evidence_table(verdict: Verdict) -> EvidenceTable:
    """Return what was read for a claim; without headings where nothing was."""
    cells = [outcome.evidence().cells for outcome in verdict.outcomes]
    return EvidenceTable(tuple(cells[0]) if cells else (), tuple(tuple(row.values()) for row in cells))


def remarks(verdict: Verdict) -> list[str]:
    """Return what stands beside a claim: what primary sources say, how it is read, and why it fails."""
    claim, why = verdict.claim, explanation(verdict)
    lines = [f"Primary sources: {claim.primary}."] if claim.primary else []
    lines += [f"Reading: {claim.reading}."] if claim.reading else []
    lines += [f"Why it fails: {FAULTS[verdict.fault]}."] if verdict.fault is not None else []
    return lines + ([f"Likely explanation: {why}."] if why is not None else [])


def explanation(verdict: Verdict) -> str | None:
    """Return why the model does not show what is stated, if it does not and somebody has looked."""
    return None if verdict.fault is None else verdict.claim.record.explanation
