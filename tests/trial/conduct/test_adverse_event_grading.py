"""Adverse events graded by measurement, on treatment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from her2lab.facts import library
from her2lab.facts.quantity import Quantity
from her2lab.facts.records import Arm, Grading, LvefEvent
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.lvef_events import lvef_falls
from her2lab.trial.conduct.recist import Code
from her2lab.trial.conduct.visits import Visits
from her2lab.trial.results.subject_table import arm_subjects
from her2lab.trial.statistics.adverse_events import AdverseEventSummary, summarise

from .. import toys

FALL = LvefEvent(below=50.0, fall=10.0)


def limit(value: float) -> Quantity:
    return toys.number(value, "1")


NEUTROPENIA = Grading(event="neutropenia", measure="neutrophils",
                      below={"grade1": limit(2.0), "grade2": limit(1.5), "grade3": limit(1.0), "grade4": limit(0.5)})
LVEF = Grading(event="lvef_drop", measure="lvef", below={"grade3": limit(40.0)}, fall_at_least={"grade3": limit(20.0)})
PLATELETS = Grading(event="thrombocytopenia", measure="platelets", below={"grade1": limit(150.0)})


def arm(**parameters: Any) -> ArmOutcome:
    trial = toys.trial(arms=[Arm(id="only", n=4, regimen=toys.CONTROL)], followup=300.0)
    quiet = {"mortality": 0.0, "growth_rate": 0.0, "new_lesion_rate": 0.0, "kill": 0.0}
    cohort = toys.cohort(4, **(quiet | parameters))
    return run_arm(toys.setting(trial, [], toys.EXACT, [NEUTROPENIA, PLATELETS]), trial.arms[0], cohort)


def adverse_events(outcome: ArmOutcome, gradings: list[Grading]) -> dict[str, AdverseEventSummary]:
    trial = toys.trial(lvef_event=FALL)
    return summarise(arm_subjects(trial, outcome, gradings).table, gradings, severe_from=3, death_grade=5)


def falling_to(*lowest: float) -> ArmOutcome:
    """Neutrophils of 4.5 that fall evenly to these values on the last day."""
    return arm(suppression=0.0, recovery=0.0, circulating_slope=(np.array(lowest) - 4.5) / 300)


def test_the_nadir_gives_the_grade() -> None:
    found = adverse_events(falling_to(4.0, 1.9, 1.2, 0.9), [NEUTROPENIA, PLATELETS])
    neutropenia = found["neutropenia"]
    assert (neutropenia["any"], neutropenia["grade3"]) == (75.0, 25.0)
    assert neutropenia["grades"] == {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0}
    assert 0 < neutropenia["onset_median_days"] - 2.5 * 300 / (4.5 - 1.2) <= 7      # seen within a week
    assert "thrombocytopenia" not in found         # the model holds no platelets


def test_a_grade_that_was_there_before_treatment_is_no_event() -> None:
    steady = arm(circulating=[4.0, 1.9, 1.2, 0.9], suppression=0.0)
    assert steady.severity["neutropenia"].grade.tolist() == [0, 0, 0, 0]
    worse = arm(circulating=1.9, suppression=0.0, recovery=0.0, circulating_slope=[0.0, -0.001, -0.002, -0.004])
    assert worse.severity["neutropenia"].grade.tolist() == [0, 0, 2, 3]     # to 1.9, 1.6, 1.3 and 0.7


def test_a_fall_of_lvef_needs_both_limits() -> None:
    # falls of 0, of 15 to above 50, of 15 to below 50, and of 30
    hearts = arm(lvef_start=[62, 70, 62, 62], cardiotoxicity=[0.0, 0.125, 0.2, 0.25])
    found = adverse_events(hearts, [LVEF])["lvef_drop"]
    assert found["any"] == 50.0
    assert found["grade3"] == 25.0
    assert adverse_events(hearts, [])["lvef_drop"]["grade3"] is None


def test_events_after_progression_do_not_count() -> None:
    """Everybody progresses at the first scan, and docetaxel makes grade 4 neutropenia at once, or never."""
    late = {"growth_rate": 0.05, "circulating": 4.0}
    found = arm(**late, suppression=5.0)
    assert (found.pfs[0] == 63).all()
    assert (found.severity["neutropenia"].grade == 4).all()
    assert (found.severity["neutropenia"].onset < 1).all()
    slow = arm(**late, suppression=0.0, recovery=0.0, circulating_slope=-0.02)       # below 2.0 from day 100 on
    assert (slow.time_courses.of("neutrophils")[:, -1] < 1).all()
    assert (slow.severity["neutropenia"].grade == 0).all()


def test_an_event_by_chance_comes_at_the_patients_own_hazard() -> None:
    fever = Grading(event="febrile_neutropenia", measure="febrile_neutropenia", at_least={"grade3": limit(1.0)})
    trial = toys.trial(arms=[Arm(id="only", n=300, regimen=toys.CONTROL)], followup=300.0)
    quiet = {"mortality": 0.0, "growth_rate": 0.0, "new_lesion_rate": 0.0, "fever": 1 / 300}
    found, again = (run_arm(toys.setting(trial, [], toys.EXACT, [fever]), trial.arms[0], toys.cohort(300, **quiet))
                    for _ in range(2))
    severity = found.severity["febrile_neutropenia"]
    assert np.mean(severity.grade == 3) == pytest.approx(1 - np.exp(-1), abs=0.06)
    assert set(severity.grade) == {0, 3}
    np.testing.assert_array_equal(severity.onset, again.severity["febrile_neutropenia"].onset)
    assert np.isfinite(severity.onset).tolist() == (severity.grade > 0).tolist()
    assert np.median(severity.onset[severity.grade > 0]) == pytest.approx(115, abs=30)   # ln(1/(1 - 0.632/2))*300


def test_lung_injury_can_kill() -> None:
    ild = Grading(event="ild", measure="ild", at_least={"grade1": limit(1.0)})
    trial = toys.trial(arms=[Arm(id="only", n=40, regimen=toys.CONTROL)], followup=300.0)
    quiet = {"mortality": 0.0, "growth_rate": 0.0, "new_lesion_rate": 0.0, "kill": 0.0, "toxic": 1 / 300}
    found = run_arm(toys.setting(trial, [], toys.EXACT, [ild]), trial.arms[0], toys.cohort(40, **quiet))
    dead = np.isfinite(found.death)
    assert 0 < dead.mean() < 1
    np.testing.assert_array_equal(found.severity["ild"].grade, np.where(dead, 5, 0))
    np.testing.assert_array_equal(found.severity["ild"].onset, found.death)
    assert adverse_events(found, [ild])["ild"]["grades"]["5"] == dead.sum()


def test_a_fall_may_need_the_next_measurement() -> None:
    """LVEF of 62, then 45, 55, 45, 45 every 84 days."""
    visits = Visits()
    for place, values in enumerate(zip([62.0, 45, 55, 45, 45], [62.0, 55, 55, 55, 45], strict=True)):
        visits.add(np.full(2, 84.0 * place), {"lvef": np.array(values)}, np.full(2, Code.NONE, dtype=np.int8))
    once, twice = (lvef_falls(visits, 4, LvefEvent(below=50.0, fall=10.0, confirmed=confirmed), LVEF)
                   for confirmed in (False, True))
    assert once.onset.tolist() == [84, 336, np.inf, np.inf]
    assert twice.onset.tolist() == [252, np.inf, np.inf, np.inf]
    assert twice.grade.tolist() == [1, 0, 0, 0]


def test_the_limits_are_read_from_the_facts() -> None:
    assert library.measurement().lvef_event.below == pytest.approx(50)
    assert library.measurement().lvef_event.fall == pytest.approx(10)
