"""Which claims are asked for, and in which order they are answered."""

from __future__ import annotations

import pytest

from her2lab.errors import InputError
from her2lab.review import checks, library
from her2lab.review.checks import KINDS


def test_all_are_asked_for_in_the_order_of_the_review() -> None:
    assert [claim.id for claim in checks.asked_for()] == list(library.claims())


@pytest.mark.parametrize("kind", KINDS)
def test_those_of_a_kind_are_asked_for(kind: str) -> None:
    assert {claim.kind for claim in checks.asked_for(kinds=[kind])} == {kind}


def test_some_are_answered_in_the_order_in_which_they_are_named_each_once() -> None:
    asked = checks.asked_for(["T02", "C09", "T02"])
    assert [each.claim.id for each in checks.verdicts(asked)] == ["T02", "C09"]


def test_without_mechanisms_all_are_those_with_something_to_switch_off() -> None:
    off = {claim.id for claim in checks.asked_for(without=True)}
    assert off == {name for name, claim in library.claims().items() if claim.mechanism is not None}
    assert {"C09", "C41"} <= off


@pytest.mark.parametrize(("name", "kinds", "without", "said"), [
    ("C99", KINDS, False, "no such claim"),
    ("C09", ("safety",), False, "not of this kind"),
    ("T02", KINDS, True, "does not say what switches"),
])
def test_what_cannot_be_asked_for_is_refused(name: str, kinds: tuple[str, ...], without: bool, said: str) -> None:
    with pytest.raises(InputError, match=said):
        checks.asked_for([name], kinds, without=without)


def test_a_claim_says_how_much_is_simulated_for_it() -> None:
    claims = library.claims()
    assert claims["C09"].patient_days() == claims["T02"].patient_days() == 0
    read = library.trial_claims()["C41"]
    designs = read.designs().values()
    most = sum(each.patients * each.trial.followup * len(each.trial.arms) for each in designs)
    assert min(each.patients * each.trial.followup for each in designs) <= read.patient_days() <= most
