"""What drove one virtual patient: things are switched off one at a time, and the rest stays as it was."""

from __future__ import annotations

import json

import pytest

from her2lab import trial as room
from her2lab.explanation import attribution
from her2lab.facts import library
from her2lab.facts.records import Arm
from her2lab.presentation import attribution as words

UNTREATED = library.trial("cleopatra").model_copy(update={
    "published": None, "followup": 400.0, "arms": [Arm(id="nothing", n=1, regimen=[])]})


@pytest.fixture(scope="module")
def untreated() -> attribution.Attribution:
    return attribution.attribute(UNTREATED, 0, "nothing")


@pytest.fixture(scope="module")
def treated() -> attribution.Attribution:
    trial = library.trial("cleopatra")
    return attribution.attribute(trial.model_copy(update={"published": None, "followup": 200.0}), 0, "pertuzumab")


def test_the_patient_is_that_of_the_trial(untreated: attribution.Attribution) -> None:
    (row,) = room.run_patient(UNTREATED, 0).patients.to_dicts()
    assert untreated.course.change == row["best_change_percent"]
    assert untreated.course.progression == row["pfs_days"]


def test_without_the_clone_that_grows_progression_is_later(untreated: attribution.Attribution) -> None:
    first, *_ = attribution.contributions(untreated, "progression", ["clone"])
    assert first.off.id == "clone_1"
    assert first.off.course.progression is None or first.off.course.progression > untreated.course.progression
    assert "clone 1" in words.sentence(untreated, "progression")


def test_what_is_not_there_is_not_switched_off(untreated: attribution.Attribution) -> None:
    assert "kill by payload" in untreated.neutral
    assert not {"drug", "exposure"} & {off.kind for off in untreated.offs}
    assert untreated.course.worst is None
    assert words.sentence(untreated, "toxicity") == "Toxicity: no adverse event."


def test_each_drug_of_the_arm_can_be_switched_off(treated: attribution.Attribution) -> None:
    drugs = {off.id: off for off in treated.offs if off.kind == "drug"}
    assert set(drugs) == {"drug_pertuzumab", "drug_trastuzumab", "drug_docetaxel"}
    both = {off.id: off for off in treated.offs}
    without, blocked = drugs["drug_docetaxel"].course, both["cytotoxic_kill"].course
    assert without.change == pytest.approx(blocked.change, abs=5)   # what docetaxel does to a tumour is kill
    assert set(without.grades) <= set(treated.course.grades) | {"infusion_reaction"}


def test_an_organ_without_effects_of_drugs_has_no_event(treated: attribution.Attribution) -> None:
    organs = {off.id: off.course for off in treated.offs if off.kind == "organ"}
    assert "neutropenia" not in organs["neutrophils"].grades
    assert not {"diarrhoea", "nausea", "vomiting", "stomatitis"} & set(organs["gut"].grades)
    assert organs["gut"].change == pytest.approx(treated.course.change, abs=1)


def test_on_the_command_line(her2lab) -> None:
    ended = her2lab("patient", "why", "cleopatra", "--arm", "placebo", "--event", "toxicity", "--json")
    answer = json.loads(ended.out)
    assert ended.status == 0
    assert list(answer["why"]) == ["toxicity"]
    assert {"outcome", "switched_off", "drivers"} <= set(answer)


def test_an_unknown_arm_is_refused(her2lab) -> None:
    ended = her2lab("patient", "why", "cleopatra", "--arm", "pertuzumb")
    assert ended.status == 2
    assert "did you mean pertuzumab" in ended.line
