"""Adverse events graded by measurement, on treatment."""

from __future__ import annotations

from typing import Any

import pytest

from her2lab.facts.quantity import Quantity
from her2lab.facts.records import Arm, Grading
from her2lab.trial.adverse import adverse_events
from her2lab.trial.criteria import LvefDrop, lvef_drop
from her2lab.trial.loop import conduct
from her2lab.trial.setting import Conduct

from . import toys

DROP = LvefDrop(below=50.0, fall=10.0)


def limit(value: float) -> Quantity:
    return toys.number(value, "1")


NEUTROPENIA = Grading(event="neutropenia", measure="neutrophils",
                      below={"grade1": limit(2.0), "grade2": limit(1.5), "grade3": limit(1.0), "grade4": limit(0.5)})
LVEF = Grading(event="lvef_drop", measure="lvef", below={"grade3": limit(40.0)}, fall_at_least={"grade3": limit(20.0)})
PLATELETS = Grading(event="thrombocytopenia", measure="platelets", below={"grade1": limit(150.0)})


def arm(**parameters: Any) -> Conduct:
    trial = toys.trial(arms=[Arm(id="only", n=4, regimen=toys.CONTROL)], followup=300.0)
    quiet = {"mortality": 0.0, "growth_rate": 0.0, "new_lesion_rate": 0.0, "kill": 0.0}
    cohort = toys.cohort(4, **(quiet | parameters))
    return conduct(toys.setting(trial, [], toys.EXACT), trial.arms[0], cohort)


def test_the_nadir_gives_the_grade() -> None:
    found = adverse_events(arm(circulating=[4.0, 1.9, 1.2, 0.9], suppression=0.0), [NEUTROPENIA, PLATELETS], DROP)
    assert found["neutropenia"] == {"any": 75.0, "grade3": 25.0}
    assert "thrombocytopenia" not in found         # the model holds no platelets


def test_a_fall_of_lvef_needs_both_limits() -> None:
    # falls of 0, of 15 to above 50, of 15 to below 50, and of 30
    hearts = arm(lvef_start=[62, 70, 62, 62], cardiotoxicity=[0.0, 0.125, 0.2, 0.25])
    found = adverse_events(hearts, [LVEF], DROP)["lvef_drop"]
    assert found["any"] == 50.0
    assert found["grade3"] == 25.0
    assert adverse_events(hearts, [], DROP)["lvef_drop"]["grade3"] is None


def test_events_after_progression_do_not_count() -> None:
    late = arm(growth_rate=0.05, circulating=4.0, suppression=0.0)      # everybody progresses at the first scan
    assert (late.pfs[0] == 63).all()
    values = late.trace.values[late.trace.names.index("neutrophils")]
    values[:, late.trace.days == 140] = 0.1
    assert adverse_events(late, [NEUTROPENIA], DROP)["neutropenia"]["any"] == 0.0
    values[:, late.trace.days == 35] = 0.1
    assert adverse_events(late, [NEUTROPENIA], DROP)["neutropenia"]["grade3"] == 100.0


def test_the_limits_are_read_from_the_facts() -> None:
    assert lvef_drop().below == pytest.approx(50)
    assert lvef_drop().fall == pytest.approx(10)
