"""The review's statements on mechanisms: each runs, and its verdict follows the mechanism behind it."""

from __future__ import annotations

import pytest

from her2lab.evidence.mechanisms import Verdict, verdicts
from her2lab.facts import library
from her2lab.facts.claims import Check, Claim

MECHANISMS = ("C03", "C04", "C05", "C07", "C09", "C10", "C15", "C18", "C21", "C22", "C23", "C24", "C31", "C32", "C35",
              "C36")


@pytest.fixture(scope="module")
def found() -> dict[str, Verdict]:
    return {verdict.claim.id: verdict for verdict in verdicts()}


def test_every_statement_on_mechanisms_is_an_experiment(found: dict[str, Verdict]) -> None:
    assert tuple(found) == MECHANISMS


@pytest.mark.parametrize("claim", ["C03", "C04", "C07", "C09", "C15", "C18", "C22", "C23", "C31", "C32", "C35", "C36"])
def test_statement_holds(found: dict[str, Verdict], claim: str) -> None:
    assert found[claim].holds, [outcome for outcome in found[claim].outcomes if not outcome.holds]


def test_the_statement_that_primary_sources_contradict_fails(found: dict[str, Verdict]) -> None:
    assert not found["C10"].holds
    assert found["C10"].claim.primary is not None


def without(claim: Claim, **changes: object) -> Claim:
    """Return a statement whose checks are changed."""
    return claim.model_copy(update={"checks": [check.model_copy(update=changes) for check in claim.checks]})


@pytest.mark.parametrize("claim", ["C09", "C18", "C04"])
def test_the_verdict_changes_when_the_treatment_is_taken_away(claim: str) -> None:
    idle = without(library.claims()[claim], treatment=Check.model_fields["treatment"].default,
                   reference=Check.model_fields["reference"].default)
    assert not verdicts([idle])[0].holds
