"""Times without progression: an event counts as long as patients count as at risk, by the rules of either agency."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.facts import library
from her2lab.facts.records import Arm, Censoring
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.censoring import time_without
from her2lab.trial.conduct.scans import Scans
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.survival import Times, cnsr_from_events

from .. import toys

FEWEST = library.analysis_limits().fewest_at_risk
INTERVAL, HORIZON = 90.0, 400.0             # the last scan is on day 360


def scanned(held: list[list[bool]]) -> Scans:
    """Scans of patients who never progress, held on the days that are true."""
    n = len(held)
    scans = Scans(np.full(n, 50.0), INTERVAL, HORIZON, library.recist())
    for scan, who in enumerate(np.array(held).T):
        scans.look(who, np.full(n, (scan + 1) * INTERVAL), np.full(n, 50.0), np.zeros(n, dtype=bool))
    return scans


ALL, MISSED_TWO = [True] * 4, [True, False, False, False]


@pytest.mark.parametrize(("held", "death", "day", "seen"), [
    (ALL, 350.0, 350.0, True),                  # between two scans
    (ALL, 370.0, 360.0, False),                 # after the last scan of the trial: nobody is watched any more
    (ALL, np.inf, 360.0, False),
    (MISSED_TWO, 269.0, 269.0, True),           # one scan was missed
    (MISSED_TWO, 275.0, 90.0, False),           # two were
])
def test_fda_counts_what_assessments_can_see(held: list[bool], death: float, day: float, seen: bool) -> None:
    found = time_without(np.array([death]), scanned([held]), np.array([HORIZON]), "fda")
    assert [each.tolist() for each in found] == [[day], [seen]]


@pytest.mark.parametrize(("death", "day", "seen"), [(370.0, 370.0, True), (np.inf, HORIZON, False)])
def test_ema_counts_every_event_and_follows_to_the_last_contact(death: float, day: float, seen: bool) -> None:
    found = time_without(np.array([death]), scanned([MISSED_TWO]), np.array([HORIZON]), "ema")
    assert [each.tolist() for each in found] == [[day], [seen]]


@given(st.lists(st.one_of(st.just(np.inf), st.floats(0.0, HORIZON)), min_size=1, max_size=30),
       st.sampled_from(get_args(Censoring)))
def test_nobody_is_censored_before_a_time_at_which_a_later_event_would_count(deaths: list[float],
                                                                            rules: Censoring) -> None:
    death = np.array(deaths)
    held = [[bool(day < each) for day in (90, 180, 270, 360)] for each in deaths]
    days, seen = time_without(death, scanned(held), np.minimum(death, HORIZON), rules)
    assert (days <= death).all()
    assert not seen.any() or (days[~seen] >= days[seen].max()).all()


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40), st.integers(1, 8))
def test_a_median_never_comes_from_fewer_than_the_stated_number_at_risk(people: list[tuple[int, bool]],
                                                                       fewest: int) -> None:
    times = Times.checked([day for day, _ in people], cnsr_from_events([event for _, event in people]))
    found = survival.median(times, fewest)
    for day in (found.value, found.low, found.high):
        assert day is None or survival.at_risk(times, [day])[0] >= fewest


@pytest.fixture(scope="module")
def untreated() -> dict[Censoring, ArmOutcome]:
    """Patients whose tumours stand still, most of whom outlive the calendar of scans, by the rules of either agency."""
    n, arms = 60, dict[Censoring, ArmOutcome]()
    for rules in get_args(Censoring):
        trial = toys.trial(arms=[Arm(id="only", n=n, regimen=toys.CONTROL[:1])], censoring=rules, followup=1190.0,
                           assessments={"tumour": 300.0, "lvef": 300.0, "blood": 300.0})
        arms[rules] = run_arm(toys.setting(trial), trial.arms[0],
                              toys.cohort(n, growth_rate=0.0, new_lesion_rate=0.0, mortality=1.2e-5))
    return arms


def test_a_late_death_is_no_cliff(untreated: dict[Censoring, ArmOutcome]) -> None:
    days, seen = untreated["fda"].pfs
    late = np.isfinite(untreated["fda"].death) & (untreated["fda"].death > 900)
    assert late.any()                                       # the very patients who made the curve fall to nothing
    assert not seen[late].any()
    for outcome in untreated.values():
        days, seen = outcome.pfs
        curve = survival.kaplan_meier(Times(days, seen)).survival
        assert curve[-1] == pytest.approx(1 - seen.mean())  # all who are censored are so together, at the very end
        assert survival.median(Times(days, seen), FEWEST).value is None
