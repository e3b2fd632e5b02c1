"""The benchmark gives every engine the same problem. No speed is asserted anywhere."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from benchmarks import cases, conformance, rate
from benchmarks.measure import Row, errors, speed_at
from benchmarks.peer_her2lab import Her2lab
from benchmarks.peer_roadrunner import Roadrunner


@pytest.mark.parametrize("make", [cases.reference, pytest.param(cases.patient, marks=pytest.mark.slow)])
def test_events_of_the_peers_are_the_doses_of_ours(make: Callable[[int], cases.Case]) -> None:
    pytest.importorskip("roadrunner")
    case, ours, theirs = make(2), Her2lab(), Roadrunner()
    ours.prepare(case)
    theirs.prepare(case)
    found = errors(theirs.run(range(2), 1e-7), ours.run(range(2), 1e-7))
    assert found.max() < 2e-3


def test_speed_at_an_error_is_interpolated_and_never_far_extrapolated() -> None:
    rows = [Row("a", 1e-4, 10, [1.0], 1e-3), Row("a", 1e-6, 10, [4.0], 1e-5)]
    assert speed_at(rows, 1e-4) == pytest.approx(5.0)
    assert math.isnan(speed_at(rows, 1e-7))


def test_error_is_the_worst_over_states_and_times() -> None:
    exact = np.full((1, 3, 2), 10.0)
    values = exact.copy()
    values[0, 1, 1] = 10.5
    assert errors(values, exact) == pytest.approx([0.05])


@pytest.mark.parametrize(
    ("components", "tests", "plain"),
    [
        ("Compartment, Species, Reaction, Parameter", "Amount", True),
        ("Parameter, RateRule, EventNoDelay", "", True),
        ("Compartment, Species,\n               Reaction, AssignmentRule", "Amount", True),
        ("Compartment, Species, EventWithDelay", "Amount", False),
        ("Compartment, Species,\n               AlgebraicRule", "Amount", False),
        ("Compartment, Species, Reaction", "Amount, FastReaction", False),
        ("", "", False),
    ],
)
def test_plain_conformance_cases_are_told_by_their_tags(components: str, tests: str, plain: bool) -> None:
    head = f"(*\ncategory: Test\ncomponentTags: {components}\ntestTags:      {tests}\ntestType: TimeCourse\n"
    text = f"{head}\nThe model has one species.\n"
    assert conformance.is_plain(text) is plain


def test_operations_of_a_step_are_those_of_the_method() -> None:
    """One state with x' = -k x, counted by hand."""
    factor = 1 + 1  # shift the diagonal, invert it
    stages = 8 * (1 + 1 + 1)  # the rate, its sum with what the stages before add, times the pivot
    combinations = 2 * (15 + 2 + 28) + 8  # increments into the state, for two stages one alone; into the sum, times 1/h
    moments, diagonal = 8 * 2, 1
    finish = 1 + 2 + 1 + 2 + 1  # the new state, its scale, the ratio, its square, the mean
    expected = factor + stages + combinations + moments + diagonal + finish
    assert rate.operations("model a; x = 1; k = 2; x' = -k*x; end", 4) == expected


def test_achieved_rate_is_a_share_of_the_peak() -> None:
    found = rate.Rate(1000, 1e6, 5e9)
    assert found.achieved == 1e9
    assert "20%" in str(found)
