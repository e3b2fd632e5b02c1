"""Messages on unknown names show the nearest ones, never a list of hundreds."""

from __future__ import annotations

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.nearest import nearest_of, unknown

MANY = [f"trial_{n}" for n in range(200)]


def test_a_near_name_is_the_only_one_shown() -> None:
    problem = unknown("drug", "trastuzumb", library.drugs())
    assert "did you mean trastuzumab?" in str(problem)
    assert problem.expected is None


def test_of_many_names_the_few_nearest_are_shown() -> None:
    text = nearest_of("Trial_19", MANY)
    assert text.startswith("one of trial_19, ")
    assert text.endswith(" or 195 others")


def test_a_short_list_is_shown_whole() -> None:
    assert nearest_of("x", ["breast", "gastric"]) == "one of breast, gastric"


def test_an_unknown_trial_is_one_short_line() -> None:
    with pytest.raises(InputError) as caught:
        library.trial("xyz")
    assert len(str(caught.value)) < 200
    assert "others, or a file" in str(caught.value)
