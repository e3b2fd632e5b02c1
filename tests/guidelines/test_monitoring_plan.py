"""The monitoring plan: classes of risk, schedules, rules and cautions of a treatment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from her2lab.facts import library
from her2lab.guidelines.monitoring_plan import MonitoringPlan, RiskClass, WatchItem, monitoring_plan
from her2lab.guidelines.treatment import treatment
from her2lab.presentation.monitoring_rules import action_words


def _plan(regimen: str, setting: Any = None, **patient: float) -> MonitoringPlan:
    return monitoring_plan(treatment(regimen), patient, setting)


def _risk(plan: MonitoringPlan, score: str) -> RiskClass:
    return next(each for each in plan.risks if each.score.id == score)


def _watched(plan: MonitoringPlan, name: str) -> WatchItem:
    return next(each for each in plan.watch if each.schedule.id == name)


def _watched_rules(plan: MonitoringPlan) -> set[str]:
    return {rule.id for item in plan.watch for rule in item.rules}


# ------------------------------------------------------------------------------------------------ risk
def test_the_class_is_named_with_what_made_it() -> None:
    risk = _risk(_plan("trastuzumab_docetaxel", age=70, hypertension=1, lvef=54), "cardiac")
    assert (risk.name, risk.points) == ("high", 5)
    assert {each.id for each in risk.met} == {"age_65_to_79", "hypertension", "lvef_50_to_54"}


def test_a_higher_cardiac_risk_is_watched_more_often() -> None:
    low = _watched(_plan("trastuzumab_docetaxel"), "lvef_trastuzumab")
    high = _watched(_plan("trastuzumab_docetaxel", prior_heart_failure=1), "lvef_trastuzumab")
    assert low.every_days == 90  # three months: Herceptin, US prescribing information, section 5.1
    assert high.every_days is not None
    assert high.every_days < low.every_days
    assert high.closer_by is not None
    assert high.closer_by.name == "very_high"


def test_an_anthracycline_of_the_regimen_counts() -> None:
    assert [each.id for each in _risk(_plan("doxorubicin+trastuzumab"), "cardiac").met] == ["anthracycline_in_regimen"]


def test_chest_ct_comes_closer_where_the_lungs_are_at_risk() -> None:
    usual = _plan("trastuzumab_deruxtecan_3_weekly")
    raised = _plan("trastuzumab_deruxtecan_3_weekly", creatinine_clearance=45, lung_disease=1)
    assert {each.id for each in _risk(raised, "lung").met} == {"lung_disease", "kidney"}
    assert (_watched(raised, "chest_ct").every_days or 0) < (_watched(usual, "chest_ct").every_days or 0)


# ------------------------------------------------------------------------------------------------ cautions
@pytest.mark.parametrize(("regimen", "drugs"), [
    ("doxorubicin+trastuzumab", {"trastuzumab"}),                          # no schedule: taken as given together
    ("epirubicin+pertuzumab+margetuximab", {"pertuzumab", "margetuximab"}),
    ("fec_pertuzumab_trastuzumab_docetaxel", set()),                       # one after the other, as in TRYPHAENA arm B
    ("doxorubicin_cyclophosphamide_paclitaxel_trastuzumab", set()),
    ("berenice/fec_docetaxel", set()),
    ("trastuzumab_docetaxel", set()),
])
def test_an_anthracycline_at_the_same_time_is_warned_of(regimen: str, drugs: set[str]) -> None:
    # Herceptin, US prescribing information, boxed warning: greatest risk when given concurrently with anthracyclines
    cautions = _plan(regimen).cautions
    assert {drug for held in cautions for drug in held.drugs} == drugs
    assert all(held.caution.source or held.caution.assumption for held in cautions)


def test_an_anthracycline_during_or_soon_after_trastuzumab_is_warned_of(tmp_path: Path) -> None:
    """Until seven months after the last dose (section 7 of the same text)."""
    text = library.files("trials")["cleopatra"].read_text()
    head, tail = text.split("    regimen:\n", 1)
    for day, warned in ((10, True), (200, True), (300, False)):
        lines = (f"      - {{drug: trastuzumab, dose: 6 mg/kg, at: [0, 21]}}\n"
                 f"      - {{drug: doxorubicin, dose: 60 mg/m2, at: [{day}]}}\n")
        path = tmp_path / f"mine_{day}.yaml"
        rest = tail[tail.index("  - id:"):]
        path.write_text(head.replace("id: cleopatra", f"id: mine_{day}", 1) + "    regimen:\n" + lines + rest)
        assert bool(_plan(f"{path}/placebo").cautions) == warned


# ------------------------------------------------------------------------------------------------ rules and the start
def test_early_disease_has_other_thresholds_and_a_longer_watch() -> None:
    early, metastatic = (_plan("pertuzumab+trastuzumab", setting) for setting in ("early", "metastatic"))
    for plan in (early, metastatic):
        watched = {item.schedule.id for item in plan.watch}
        assert ("lvef_after_adjuvant_trastuzumab" in watched) == (plan.setting == "early")
    assert "pertuzumab_trastuzumab_early_below_50" in _watched_rules(early) - _watched_rules(metastatic)
    assert "pertuzumab_trastuzumab_below_40" in _watched_rules(metastatic) - _watched_rules(early)


def test_an_arm_of_a_trial_takes_its_setting_and_drugs() -> None:
    plan = _plan("cleopatra/pertuzumab")
    assert plan.setting == "metastatic"
    assert set(plan.treatment.drugs) == {"pertuzumab", "trastuzumab", "docetaxel"}
    assert "pertuzumab_reload" in {rule.id for rule in plan.late_doses}


def test_a_switched_off_rule_is_not_in_the_plan(tmp_path: Path) -> None:
    text = library.files("trials")["cleopatra"].read_text()
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("id: cleopatra\n", "id: mine\n", 1) + "\nrules: {docetaxel_day_of_dosing: false}\n")
    assert "docetaxel_day_of_dosing" not in _watched_rules(_plan(f"{path}/placebo"))


def test_a_first_hold_that_ends_at_the_same_dose_is_told() -> None:
    actions = {rule.id: action_words(rule) for item in _plan("capecitabine_1250").watch for rule in item.rules}
    assert "reduce by one dose level from hold 2 on" in actions["capecitabine_hand_foot_syndrome_2"]
    assert "from hold" not in actions["capecitabine_hand_foot_syndrome_3_or_more"]


def test_what_must_hold_before_the_start_is_compared_with_the_patient() -> None:
    plan = _plan("trastuzumab_emtansine_3_weekly", lvef=48)
    (condition,) = [each for each in plan.before_start if each.start.property == "lvef"]
    assert (condition.value, condition.met) == (48, False)
