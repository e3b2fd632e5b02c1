"""Infusions: what is prescribed is delivered, wherever the stops lie."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.trial.conduct.dosing import Dosing, Planned
from her2lab.trial.conduct.regimen import DosingCourse


@given(
    st.lists(st.floats(0.01, 3), min_size=1, max_size=12),
    st.lists(st.floats(1e-3, 5000), min_size=1, max_size=4),
    st.floats(0.01, 0.9),
)
def test_fault_3_delivered_is_prescribed_for_any_stops(gaps: list[float], doses: list[float], length: float) -> None:
    """The same infusions cut at random stops: parts are positive, do not overlap and add up to the dose."""
    days = np.arange(len(doses), dtype=float)
    dosing = Dosing([Planned("drug", "input", days, np.array([doses]), np.full(len(doses), length))], 1)
    stops = np.unique(np.concatenate([days, np.cumsum(gaps), [days[-1] + 1]]))
    everybody, ended = np.ones(1, dtype=bool), 0.0
    for now, until in pairwise(stops):
        dosing.give(dosing.next_days() <= now, np.array([now]))
        for _, begin, _, amount, duration in dosing.inputs(np.array([now]), np.array([until]), everybody):
            assert amount[0] > 0
            assert begin[0] >= ended - 1e-12
            ended = begin[0] + duration[0]
            assert ended <= until + 1e-12
    np.testing.assert_allclose(dosing.delivered, dosing.prescribed, rtol=1e-9)
    np.testing.assert_allclose(dosing.prescribed[0, 0], sum(doses), rtol=1e-9)


def test_an_infusion_longer_than_the_interval_is_refused() -> None:
    course = DosingCourse("docetaxel", "iv", np.array([0.0, 0.5]), np.zeros((2, 4)), np.zeros(2))
    with pytest.raises(InputError, match="docetaxel is given again before its last dose has entered"):
        Planned.of(course, np.zeros((1, 2)), "input", 1.0)


def test_only_active_patients_receive() -> None:
    dosing = Dosing([Planned("drug", "input", np.zeros(1), np.full((2, 1), 100.0), np.array([0.1]))], 2)
    dosing.give(np.ones((1, 2), dtype=bool), np.zeros(2))
    [(who, _, _, amount, _)] = dosing.inputs(np.zeros(2), np.ones(2), np.array([False, True]))
    assert who.tolist() == [1]
    assert amount.tolist() == [100.0]


def test_planned_doses_until_a_day_are_half_open() -> None:
    dosing = Dosing([Planned("drug", "input", 21.0 * np.arange(4), np.full((2, 4), 10.0), np.full(4, 0.1))], 2)
    np.testing.assert_allclose(dosing.planned(np.array([42.0, 43.0])), [[20.0, 30.0]])
