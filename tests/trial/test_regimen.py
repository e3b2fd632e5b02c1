"""Regimens become planned doses: counts, windows, shifts, loading doses, ramps, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts.records import Administration, Dose
from her2lab.trial.regimen import administrations, courses

FULL = Dose(amount=6, unit="mg/kg")


def line(**fields: Any) -> Administration:
    return Administration(**{"drug": "trastuzumab", "dose": FULL} | fields)


def days(horizon: float = 400.0, **fields: Any) -> list[float]:
    return [day for day, _ in administrations(line(**fields), horizon)]


def test_listed_days_and_single_dose() -> None:
    assert days(at=[0.0, 7.0, 500.0]) == [0, 7]
    assert days() == [0]
    assert days(start=3.0, days=[1, 8]) == [3, 10]


def test_loading_and_maintenance_are_one_course() -> None:
    load = line(dose=Dose(amount=8, unit="mg/kg"), at=[0.0])
    [course] = courses([load, line(start=21.0, every=21.0, until="progression")], horizon=64)
    assert course.days.tolist() == [0, 21, 42, 63]
    doses = course.milligrams(np.array([50.0, 100.0]), np.array([1.5, 2.0]))
    np.testing.assert_allclose(doses, [[400, 300, 300, 300], [800, 600, 600, 600]])


def test_doses_of_one_day_add() -> None:
    [course] = courses([line(at=[0.0]), line(dose=Dose(amount=100, unit="mg"), at=[0.0])], horizon=64)
    np.testing.assert_allclose(course.milligrams(np.array([70.0]), np.array([1.8])), [[520.0]])


def test_days_within_the_cycle() -> None:
    assert days(days=[1, 8, 15], every=21.0, cycles=2) == [0, 7, 14, 21, 28, 35]
    with pytest.raises(InputError, match="outside the cycle"):
        days(days=[1, 22], every=21.0, cycles=2)


def test_several_doses_a_day() -> None:
    assert days(days=[1, 2], every=21.0, cycles=1, per_day=2) == [0, 0.5, 1, 1.5]


def test_ramp_climbs_to_the_full_dose() -> None:
    ramp = [(Dose(amount=120, unit="mg"), 7.0), (Dose(amount=160, unit="mg"), 7.0)]
    full = Dose(amount=240, unit="mg")
    amounts = [dose.amount for _, dose in administrations(line(dose=full, every=1.0, duration=20.0, ramp=ramp), 99)]
    assert amounts == [120] * 7 + [160] * 7 + [240] * 6


def test_a_line_that_never_ends_is_refused() -> None:
    with pytest.raises(InputError, match="never ends"):
        days(every=21.0)


@pytest.mark.parametrize(("fields", "words"), [
    ({"route": "sc", "every": 21.0, "duration": 365.0}, "subcutaneous dosing of trastuzumab is not yet simulated"),
    ({"route": "oral", "every": 1.0, "duration": 365.0}, "oral dosing of trastuzumab is not yet simulated"),
    ({"auc": 6.0, "dose": None, "every": 21.0, "cycles": 6}, "by AUC is not yet simulated"),
])
def test_what_the_model_cannot_do_is_refused_by_name(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        courses([line(**fields)], horizon=100)


every = st.floats(0.5, 60)
cycle_count = st.integers(1, 20)


@given(every, cycle_count, st.floats(0, 100))
def test_counts_and_spacing(interval: float, cycles: int, start: float) -> None:
    given_days = days(horizon=1e6, every=interval, cycles=cycles, start=start)
    assert len(given_days) == cycles
    assert given_days[0] == start
    np.testing.assert_allclose(np.diff(given_days), interval, rtol=1e-9)


@given(every, cycle_count, st.integers(0, 50))
def test_time_shift(interval: float, cycles: int, shift: int) -> None:
    moved = days(horizon=1e6, every=interval, cycles=cycles, start=float(shift))
    np.testing.assert_allclose(moved, np.array(days(horizon=1e6, every=interval, cycles=cycles)) + shift, rtol=1e-12)


@given(st.integers(1, 30), st.integers(1, 20))
def test_fault_3_windows_are_half_open(interval: int, cycles: int) -> None:
    """A course of `cycles` intervals holds `cycles` doses: the dose at its very end belongs to the next course."""
    length = float(interval * cycles)
    first = days(horizon=1e6, every=float(interval), duration=length)
    second = days(horizon=1e6, every=float(interval), duration=length, start=length)
    assert len(first) == cycles
    assert not set(first) & set(second)
    assert days(horizon=length, every=float(interval), until="progression") == first
