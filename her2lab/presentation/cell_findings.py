"""Published findings on cells, and what came out for them, as rows of a table and plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from her2lab.comparison.cell_findings import Finding
from her2lab.review.cell_words import fold


def finding_rows(found: Sequence[Finding]) -> list[tuple[str, ...]]:
    """Return one row for each published finding: id, statement, what is expected, what came out, whether it holds."""
    table: list[tuple[str, ...]] = []
    for finding in found:
        fact = finding.fact
        bounds = "" if fact.fold is None else " ({} to {})".format(*("–" if b is None else f"{b:g}" for b in fact.fold))
        came = "; ".join(
            f"{c.line} {c.readout} {fold(c.ratio)}" + ("" if c.late_share is None else f", late {c.late_share:.2f}")
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
