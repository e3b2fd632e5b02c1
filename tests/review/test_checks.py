"""Which statements are asked for, and in which order they are answered."""

from __future__ import annotations

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.review import checks

KINDS = ("mechanism", "safety", "clinical", "selection", "reference", "method")


def test_all_are_asked_for_in_the_order_of_the_review() -> None:
    everything = checks.asked_for([], KINDS)
    assert len(everything.names) == len(set(everything.names)) == 74
    in_sections = [section.id for section in library.sections()]
    claims = {**everything.in_dish, **everything.shown, **{n: p.claim for n, p in everything.in_trials.items()}}
    places = [in_sections.index(section) for name in everything.names if (section := claims[name].section)]
    assert places == sorted(places)


def test_some_are_answered_in_the_order_in_which_they_are_named_each_once() -> None:
    asked = checks.asked_for(["T02", "C09", "T02"], KINDS)
    assert [each.claim.id for each in checks.verdicts(asked)] == ["T02", "C09"]


def test_without_mechanisms_all_are_those_with_something_to_switch_off() -> None:
    off = checks.asked_for([], KINDS, without=True)
    assert not off.shown
    assert len(off.names) >= 20
    assert all(claim.without is not None for claim in off.in_dish.values())
    assert all(posed.claim.without is not None for posed in off.in_trials.values())


@pytest.mark.parametrize(("name", "kinds", "without", "said"), [
    ("C99", KINDS, False, "no such statement"),
    ("C09", ("safety",), False, "not of this kind"),
    ("T02", KINDS, True, "--without"),
])
def test_what_cannot_be_asked_for_is_refused(name: str, kinds: tuple[str, ...], without: bool, said: str) -> None:
    with pytest.raises(InputError, match=said):
        checks.asked_for([name], kinds, without=without)
