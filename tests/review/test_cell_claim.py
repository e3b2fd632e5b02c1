"""The review's claims on mechanisms: each runs, and its verdict follows the mechanism behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from her2lab.errors import InputError
from her2lab.review import library
from her2lab.review.cell_claim import CellClaim
from her2lab.review.checks import verdicts
from her2lab.review.claim import Verdict
from her2lab.review.records.cell_experiment import CellCheck
from her2lab.review.records.claim import MechanismOff

CLAIMS = library.cell_claims()
SWITCHED = [name for name, claim in CLAIMS.items() if claim.mechanism is not None]


@pytest.fixture(scope="module")
def found() -> dict[str, Verdict]:
    return {verdict.claim.id: verdict for verdict in verdicts(CLAIMS.values())}


@pytest.mark.parametrize("claim", ["C03", "C04", "C07", "C09", "C15", "C18", "C22", "C23", "C31", "C32", "C35", "C36"])
def test_claim_holds(found: dict[str, Verdict], claim: str) -> None:
    assert found[claim].holds, found[claim].reason


def test_the_claim_that_primary_sources_contradict_fails(found: dict[str, Verdict]) -> None:
    assert (found["C10"].word, found["C10"].fault) == ("fails", "primary sources")
    assert found["C10"].claim.record.primary is not None


def test_a_claim_is_read_by_every_readout_of_its_checks(found: dict[str, Verdict]) -> None:
    for name, claim in CLAIMS.items():
        read = [(check.says, readout) for check in claim.record.checks for readout in check.readouts]
        assert [(each.says, each.evidence().cells["read"]) for each in found[name].outcomes] == read


@pytest.fixture(scope="module")
def switched() -> dict[str, Verdict]:
    return {each.claim.id: each for each in verdicts([CLAIMS[name] for name in SWITCHED], without=True)}


def test_nearly_every_claim_says_what_switches_its_mechanism_off() -> None:
    assert set(CLAIMS) - set(SWITCHED) == {"C21", "C24"}


@pytest.mark.parametrize("claim", SWITCHED)
def test_the_verdict_follows_the_mechanism(found: dict[str, Verdict], switched: dict[str, Verdict],
                                           claim: str) -> None:
    assert switched[claim].word != found[claim].word, switched[claim].reason
    assert switched[claim].fault is None


def test_a_claim_that_does_not_say_what_is_behind_it_cannot_be_switched_off() -> None:
    with pytest.raises(InputError, match=r"claim, value 'C21': the claim does not say"):
        verdicts([CLAIMS["C21"]], without=True)


def changed(claim: CellClaim, **changes: object) -> CellClaim:
    return replace(claim, record=claim.record.model_copy(update=changes))


@pytest.mark.parametrize(("off", "said"), [
    ({"parameters": {"network.half_mdm3": 0}}, "no such constant"),
    ({"drugs": {"pertuzumab": {"block_ligand_indused": 0}}}, "did you mean block_ligand_induced"),
])
def test_what_is_switched_off_must_exist(off: dict[str, Any], said: str) -> None:
    claim = changed(CLAIMS["C09"], without=MechanismOff(mechanism="x", **off))
    with pytest.raises(InputError, match=said):
        verdicts([claim], without=True)


@pytest.mark.parametrize("claim", ["C09", "C18", "C04"])
def test_the_verdict_changes_when_the_treatment_is_taken_away(claim: str) -> None:
    untreated = {name: CellCheck.model_fields[name].default for name in ("treatment", "reference")}
    checks = [check.model_copy(update=untreated) for check in CLAIMS[claim].record.checks]
    assert not verdicts([changed(CLAIMS[claim], checks=checks)])[0].holds
