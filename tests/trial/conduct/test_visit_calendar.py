"""Visits some days off their plan and missed, as a property of the trial."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from her2lab.facts.records import Arm, VisitAttendance
from her2lab.trial import TrialResult, run_arms
from her2lab.trial.conduct.visit_calendar import VisitCalendar

from .. import toys

DAYS = {"tumour": 63.0, "blood": 21.0}


def run(visits: VisitAttendance | None) -> TrialResult:
    arms = [Arm(id=name, n=20, regimen=toys.CONTROL) for name in ("one", "other")]
    trial = toys.trial(followup=300.0, arms=arms, visits=visits)
    return run_arms(toys.setting(trial), toys.cohort(20, new_lesion_rate=2e-5), {arm.id: 20 for arm in arms})


@pytest.fixture(scope="module")
def result() -> TrialResult:
    return run(VisitAttendance(jitter=4.0, missed=0.2))


def test_visits_are_held_about_their_days_and_some_are_missed() -> None:
    calendar = VisitCalendar(DAYS, 3000.0, VisitAttendance(jitter=3.0, missed=0.1), 1, np.arange(200))
    held, planned = calendar.held("blood"), 21.0 * np.arange(1, 143)
    off = (held - planned)[np.isfinite(held)]
    assert np.abs(off).max() <= 3.0
    assert off.mean() == pytest.approx(0.0, abs=0.05)
    assert off.std() == pytest.approx(3.0 / np.sqrt(3), rel=0.02)
    assert np.isinf(held).mean() == pytest.approx(0.1, abs=0.01)
    # one visit where two calendars plan one day, and the same whatever else is planned
    np.testing.assert_array_equal(calendar.held("tumour"), held[:, 2::3][:, :47])
    alone = VisitCalendar({"tumour": 63.0}, 3000.0, VisitAttendance(jitter=3.0, missed=0.1), 1, np.arange(200)[50:])
    np.testing.assert_array_equal(alone.held("tumour"), calendar.held("tumour")[50:])


def test_the_next_visit_passes_over_those_missed() -> None:
    calendar = VisitCalendar(DAYS, 300.0, VisitAttendance(missed=0.5), 1, np.arange(50))
    day, now = calendar.next_day("blood", np.full(50, 20.0)), np.full(50, 21.0)
    assert ((day == 21.0) == calendar.is_on("blood", now)).all()
    assert len(np.unique(day)) > 2
    late = calendar.next_day("blood", np.full(50, 300.0))
    assert np.isinf(late).all()


def test_both_days_of_a_visit_are_in_the_table(result: TrialResult) -> None:
    both = result.visits.filter(pl.col("planned_day") > 0, pl.col("day").is_not_null())
    assert both.height > 100
    assert (both["day"] - both["planned_day"]).abs().max() <= 4.0
    assert set(both["planned_day"] % 21) == {0.0}
    assert both["day"].n_unique() > 100


def test_a_missed_visit_has_a_row_and_no_measurement(result: TrialResult) -> None:
    missed = result.visits.filter(pl.col("day").is_null())
    assert 0.1 < missed.height / result.visits.filter(pl.col("planned_day") > 0).height < 0.3
    assert missed["sum_of_diameters"].null_count() == missed["response"].null_count() == missed.height
    last = missed.join(result.patients, on="USUBJID")
    assert (last["planned_day"] < last["os_days"]).all()


def test_twins_keep_their_visits_alike_and_progress_on_days_of_scans(result: TrialResult) -> None:
    one, other = (result.visits.filter(arm=arm).drop("arm", "USUBJID") for arm in ("one", "other"))
    assert one.equals(other)
    progressed = result.patients.filter(pfs_cnsr=0).filter(pl.col("pfs_days") < pl.col("os_days"))
    seen = result.visits.filter(response="PD").join(progressed, on="USUBJID")
    assert seen["day"].to_list() == pytest.approx(seen["pfs_days"].to_list())
    assert seen.height == progressed.height > 0
    assert (progressed["pfs_days"] % 63 != 0).any()


def test_without_jitter_nothing_changes() -> None:
    plain, zero = run(None), run(VisitAttendance())
    assert plain.json() == zero.json()
    assert plain.visits.equals(zero.visits)
    assert set(plain.visits.filter(pl.col("response").is_not_null())["planned_day"] % 63) == {0.0}
