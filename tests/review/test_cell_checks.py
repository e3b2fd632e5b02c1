"""The review's statements on mechanisms: each runs, and its verdict follows the mechanism behind it."""

from __future__ import annotations

from typing import Any

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.claims import Check, Claim, Without
from her2lab.review.cell_checks import CellVerdict, verdicts

MECHANISMS = ("C03", "C04", "C05", "C07", "C09", "C10", "C15", "C18", "C21", "C22", "C23", "C24", "C31", "C32", "C35",
              "C36")


@pytest.fixture(scope="module")
def found() -> dict[str, CellVerdict]:
    return {verdict.claim.id: verdict for verdict in verdicts()}


def test_every_statement_on_mechanisms_is_an_experiment(found: dict[str, CellVerdict]) -> None:
    assert tuple(found) == MECHANISMS


@pytest.mark.parametrize("claim", ["C03", "C04", "C07", "C09", "C15", "C18", "C22", "C23", "C31", "C32", "C35", "C36"])
def test_statement_holds(found: dict[str, CellVerdict], claim: str) -> None:
    assert found[claim].holds, [outcome for outcome in found[claim].outcomes if not outcome.holds]


def test_the_statement_that_primary_sources_contradict_fails(found: dict[str, CellVerdict]) -> None:
    assert not found["C10"].holds
    assert found["C10"].claim.primary is not None


SWITCHED = [name for name, claim in library.claims().items() if claim.without is not None]


@pytest.fixture(scope="module")
def switched() -> dict[str, CellVerdict]:
    return {each.claim.id: each for each in verdicts([library.claims()[name] for name in SWITCHED], without=True)}


def test_nearly_every_statement_says_what_switches_its_mechanism_off() -> None:
    assert set(MECHANISMS) - set(SWITCHED) == {"C21", "C24"}


@pytest.mark.parametrize("claim", SWITCHED)
def test_the_verdict_follows_the_mechanism(found: dict[str, CellVerdict], switched: dict[str, CellVerdict],
                                           claim: str) -> None:
    assert switched[claim].word != found[claim].word, switched[claim].reason


def test_a_statement_that_does_not_say_what_is_behind_it_cannot_be_switched_off() -> None:
    with pytest.raises(InputError, match=r"--without, value 'C21'"):
        verdicts([library.claims()["C21"]], without=True)


@pytest.mark.parametrize(("off", "said"), [
    ({"parameters": {"network.half_mdm3": 0}}, "no such constant"),
    ({"drugs": {"pertuzumab": {"block_ligand_indused": 0}}}, "did you mean block_ligand_induced"),
])
def test_what_is_switched_off_must_exist(off: dict[str, Any], said: str) -> None:
    claim = library.claims()["C09"].model_copy(update={"without": Without(mechanism="x", **off)})
    with pytest.raises(InputError, match=said):
        verdicts([claim], without=True)


def without(claim: Claim, **changes: object) -> Claim:
    """Return a statement whose checks are changed."""
    return claim.model_copy(update={"checks": [check.model_copy(update=changes) for check in claim.checks]})


@pytest.mark.parametrize("claim", ["C09", "C18", "C04"])
def test_the_verdict_changes_when_the_treatment_is_taken_away(claim: str) -> None:
    idle = without(library.claims()[claim], treatment=Check.model_fields["treatment"].default,
                   reference=Check.model_fields["reference"].default)
    assert not verdicts([idle])[0].holds
