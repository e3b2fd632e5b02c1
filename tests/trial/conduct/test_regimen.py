"""Regimens become planned doses: counts, windows, shifts, loading doses, ramps, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts.records import Administration, Dose
from her2lab.trial.conduct.regimen import UNITS, DosingCourse, administrations, courses, dispensed

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
    np.testing.assert_allclose(course.per_unit[:, UNITS.index("mg/kg")], [8, 6, 6, 6])
    assert course.per_unit.sum() == 26


def test_doses_of_one_day_add() -> None:
    [course] = courses([line(at=[0.0]), line(dose=Dose(amount=100, unit="mg"), at=[0.0])], horizon=64)
    np.testing.assert_allclose(course.per_unit, [[100, 6, 0, 0]])


def test_days_within_the_cycle() -> None:
    assert days(days=[1, 8, 15], every=21.0, cycles=2) == [0, 7, 14, 21, 28, 35]
    with pytest.raises(InputError, match="outside the cycle"):
        days(days=[1, 22], every=21.0, cycles=2)


def test_several_doses_a_day() -> None:
    assert days(days=[1, 2], every=21.0, cycles=1, per_day=2) == [0, 0.5, 1, 1.5]


def test_ramp_climbs_to_the_full_dose() -> None:
    ramp = [(Dose(amount=120, unit="mg"), 7.0), (Dose(amount=160, unit="mg"), 7.0)]
    full = Dose(amount=240, unit="mg")
    amounts = [dose[0] for _, dose in administrations(line(dose=full, every=1.0, duration=20.0, ramp=ramp), 99)]
    assert amounts == [120] * 7 + [160] * 7 + [240] * 6


def test_a_line_that_never_ends_is_refused() -> None:
    with pytest.raises(InputError, match="never ends"):
        days(every=21.0)


def test_two_routes_of_one_drug_in_one_arm_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"iv and sc.: trastuzumab is given by two routes"):
        courses([line(at=[0.0]), line(at=[21.0], route="sc")], horizon=100)


# ------------------------------------------------------------------------------------------------ by mouth
def oral(horizon: float = 400.0, **fields: Any) -> DosingCourse:
    [course] = courses([line(**{"dose": Dose(amount=100, unit="mg"), "route": "oral"} | fields)], horizon)
    return dispensed(course, horizon)


def test_daily_doses_are_dispensed_by_the_week() -> None:
    course = oral(every=1.0, duration=17.0)
    assert course.days.tolist() == [0, 7, 14]
    assert course.lengths.tolist() == [7, 7, 3]
    assert course.per_unit[:, 0].tolist() == [700, 700, 300]


def test_days_without_a_dose_get_none() -> None:
    course = oral(days=list(range(1, 15)), every=21.0, per_day=2, cycles=2)
    assert course.days.tolist() == [0, 7, 21, 28]
    assert course.lengths.tolist() == [7, 7, 7, 7]
    assert course.per_unit[:, 0].tolist() == [1400] * 4


def test_a_ramp_begins_a_new_block() -> None:
    ramp = [(Dose(amount=20, unit="mg"), 3.0), (Dose(amount=40, unit="mg"), 7.0)]
    course = oral(every=1.0, duration=21.0, ramp=ramp)
    assert course.days.tolist() == [0, 3, 10, 17]
    assert course.per_unit[:, 0].tolist() == [60, 280, 700, 400]


def test_a_dose_that_stands_alone_is_given_at_once() -> None:
    course = oral(every=7.0, cycles=3)
    assert course.days.tolist() == [0, 7, 14]
    assert course.lengths.tolist() == [0, 0, 0]


def test_the_last_block_ends_at_the_horizon() -> None:
    course = oral(horizon=9.5, every=1.0, until="progression")
    assert (course.days + course.lengths).tolist() == [7, 9.5]
    assert course.per_unit[:, 0].sum() == 1000


@given(st.integers(1, 4), st.integers(1, 21), st.integers(1, 6), st.integers(0, 30))
def test_blocks_bring_what_is_prescribed_and_do_not_overlap(per_day: int, last: int, cycles: int, start: int) -> None:
    fields: dict[str, Any] = {"days": list(range(1, last + 1)), "every": 21.0, "per_day": per_day, "cycles": cycles,
                              "start": float(start)}
    course = oral(horizon=1e4, **fields)
    assert course.per_unit.sum() == pytest.approx(100.0 * per_day * last * cycles)
    assert (course.lengths <= 7 + 1e-9).all()
    assert (np.diff(course.days) - course.lengths[:-1] > -1e-9).all()


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
