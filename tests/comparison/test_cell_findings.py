"""The published findings on cells as tests of the model, each by its number and source.

What the model gets wrong stays visible as an expected failure with a reason; one that begins to hold fails the test, so
that its reason is taken out.
"""

from __future__ import annotations

import pytest

from her2lab.comparison.cell_findings import Finding, findings
from her2lab.facts import library

FACTS = {fact.id: fact for fact in library.perturbations().values() if fact.expressible}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Finding]:
    return {finding.fact.id: finding for finding in findings(FACTS.values())}


def named(identifier: str) -> str:
    return f"{identifier}-{FACTS[identifier].source}"


@pytest.mark.parametrize("identifier", FACTS, ids=named)
def test_finding(outcomes: dict[str, Finding], identifier: str, request: pytest.FixtureRequest) -> None:
    finding = outcomes[identifier]
    reason = finding.fact.expected_failure
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    assert finding.holds, [check for check in finding.checks if not check.holds]


def test_at_least_85_percent_hold(outcomes: dict[str, Finding]) -> None:
    held = [finding.holds for finding in outcomes.values()]
    assert sum(held) >= 0.85 * len(held)


def test_at_least_85_percent_of_those_read_by_the_contract_hold(outcomes: dict[str, Finding]) -> None:
    held = [finding.holds for finding in outcomes.values() if not finding.fact.extra_readout]
    assert sum(held) >= 0.85 * len(held)
