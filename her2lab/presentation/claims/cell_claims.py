"""The review's statements on mechanisms, and the published findings on cells, as tables and plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from her2lab.cell_culture.change import limits
from her2lab.comparison.cell_findings import Finding
from her2lab.facts.claims import Check
from her2lab.facts.perturbations import Treatment
from her2lab.review.cell_checks import CellCheckOutcome, CellVerdict

WITHOUT = "untreated"
COLUMNS = ("experiment", "read", "value", "reference", "ratio", "stated", "")


def experiment(check: Check) -> str:
    """Return one experiment in a few words: what is done to which cell, against what."""
    cell = check.cell if isinstance(check.cell, str) else _receptors(check.cell)
    other = check.reference_cell
    reference = treatment(check.reference)
    if other is not None:
        reference = f"{other if isinstance(other, str) else _receptors(other)}, {reference}"
    added = " ".join(check.features)
    washed = f", washed out at {check.washout}" if check.washout else ""
    return f"{cell} {added}".strip() + f": {treatment(check.treatment)}{washed} against {reference}, {check.at}"


def treatment(named: Treatment) -> str:
    """Return a treatment in a few words."""
    parts = [f"{name} {text}" for name, text in (*named.drugs.items(), *named.ligands.items())]
    parts += [f"{gene} −{100 * share:.0f} %" for gene, share in named.knockdown.items()]
    parts += [f"with {feature}" for feature in named.features]
    return ", ".join(parts) or WITHOUT


def rows(verdict: CellVerdict) -> list[tuple[str, ...]]:
    """Return one row for each check and readout of a statement."""
    return [
        (f"{o.check.says} ({experiment(o.check)})", o.readout, f"{o.value:.3g}", f"{o.reference:.3g}", _ratio(o.ratio),
         o.check.expect, "as stated" if o.holds else "NOT AS STATED")
        for o in verdict.outcomes
    ]


def compared(outcome: CellCheckOutcome) -> str:
    """Return in a few words what came out."""
    return f"{outcome.readout} {outcome.value:.3g} against {outcome.reference:.3g}, ratio {_ratio(outcome.ratio)}"


def evidence(verdict: CellVerdict) -> list[dict[str, Any]]:
    """Return the same as plain data."""
    return [
        {"says": o.check.says, "experiment": experiment(o.check), "readout": o.readout, "value": o.value,
         "reference": o.reference, "ratio": o.ratio, "expected": o.check.expect,
         "limits": limits(o.check.expect, o.readout), "holds": o.holds}
        for o in verdict.outcomes
    ]


def finding_rows(found: Sequence[Finding]) -> list[tuple[str, ...]]:
    """Return one row for each published finding: id, statement, what is expected, what came out, whether it holds."""
    table: list[tuple[str, ...]] = []
    for finding in found:
        fact = finding.fact
        bounds = "" if fact.fold is None else " ({} to {})".format(*("–" if b is None else f"{b:g}" for b in fact.fold))
        came = "; ".join(
            f"{c.line} {c.readout} {_ratio(c.ratio)}" + ("" if c.late_share is None else f", late {c.late_share:.2f}")
            + ("" if c.holds else " ✗") for c in finding.checks
        )
        table.append((fact.id, fact.grade, fact.statement, fact.expect + bounds, came, "yes" if finding.holds else "no",
                      fact.expected_failure or ""))
    return table


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return one published finding and what came out as plain data."""
    fact = finding.fact
    return {
        "id": fact.id, "statement": fact.statement, "grade": fact.grade, "source": fact.source, "expect": fact.expect,
        "fold": fact.fold, "holds": finding.holds, "expected_failure": fact.expected_failure,
        "contract_readouts": not fact.extra_readout,
        "checks": [{"line": c.line, "readout": c.readout, "ratio": c.ratio, "late_share": c.late_share,
                    "holds": c.holds} for c in finding.checks],
    }


def _ratio(ratio: float) -> str:
    return f"{ratio:.3g}" if ratio < 1e4 else "from none"


def _receptors(cell: dict[Any, float]) -> str:
    return "typical cell with " + ", ".join(f"{name.upper()} {number:.0e}" for name, number in cell.items())
