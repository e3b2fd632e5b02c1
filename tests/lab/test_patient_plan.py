"""``her2lab patient plan``: what would be watched, in whom, and what a wrong question gets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from her2lab.lab.cli import main

Screen = pytest.CaptureFixture[str]


def _plan(capsys: Screen, *words: str) -> dict[str, Any]:
    assert main(["patient", "plan", *words, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def _risk(plan: dict[str, Any], score: str) -> dict[str, Any]:
    return next(each for each in plan["risks"] if each["score"] == score)


def _watched(plan: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in plan["watch"] if each["id"] == name)


def test_screen_and_json_say_research_use(capsys: Screen) -> None:
    assert main(["patient", "plan", "--regimen", "trastuzumab_docetaxel"]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    for line in (lines[0], lines[-1], _plan(capsys, "--regimen", "trastuzumab_docetaxel")["notice"]):
        assert "Research use only" in line
        assert "never advice for a real patient" in line


def test_the_class_is_named_with_what_made_it(capsys: Screen) -> None:
    plan = _plan(capsys, "--regimen", "trastuzumab_docetaxel", "--age", "70", "--hypertension", "--lvef", "54")
    risk = _risk(plan, "cardiac")
    assert (risk["class"], risk["points"]) == ("high", 5)
    assert {each["id"] for each in risk["factors"]} == {"age_65_to_79", "hypertension", "lvef_50_to_54"}


def test_a_higher_cardiac_risk_is_watched_more_often(capsys: Screen) -> None:
    low = _watched(_plan(capsys, "--regimen", "trastuzumab_docetaxel"), "lvef_trastuzumab")
    high = _watched(_plan(capsys, "--regimen", "trastuzumab_docetaxel", "--prior-heart-failure"), "lvef_trastuzumab")
    assert low["every_days"] == 90  # three months: Herceptin, US prescribing information, section 5.1
    assert high["every_days"] < low["every_days"]
    assert high["closer_because"]["class"] == "very_high"


def test_an_anthracycline_of_the_regimen_counts(capsys: Screen) -> None:
    plan = _plan(capsys, "--regimen", "doxorubicin+trastuzumab")
    assert [each["id"] for each in _risk(plan, "cardiac")["factors"]] == ["anthracycline_in_regimen"]


def test_early_disease_has_other_thresholds_and_a_longer_watch(capsys: Screen) -> None:
    rules = {}
    for setting in ("early", "metastatic"):
        plan = _plan(capsys, "--regimen", "pertuzumab+trastuzumab", "--setting", setting)
        rules[setting] = {rule["id"] for item in plan["watch"] for rule in item["rules"]}
        assert ("lvef_after_adjuvant_trastuzumab" in {item["id"] for item in plan["watch"]}) == (setting == "early")
    assert "pertuzumab_trastuzumab_early_below_50" in rules["early"] - rules["metastatic"]
    assert "pertuzumab_trastuzumab_below_40" in rules["metastatic"] - rules["early"]


def test_an_arm_of_a_trial_takes_its_setting_and_drugs(capsys: Screen) -> None:
    plan = _plan(capsys, "--regimen", "cleopatra/pertuzumab")
    assert (plan["setting"], set(plan["drugs"])) == ("metastatic", {"pertuzumab", "trastuzumab", "docetaxel"})
    assert "pertuzumab_reload" in {rule["id"] for rule in plan["late_doses"]}


def test_a_switched_off_rule_is_not_in_the_plan(capsys: Screen, tmp_path: Any) -> None:
    from her2lab.facts import library

    text = library.files("trials")["cleopatra"].read_text()
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("id: cleopatra\n", "id: mine\n", 1) + "\nrules: {docetaxel_day_of_dosing: false}\n")
    plan = _plan(capsys, "--regimen", f"{path}/placebo")
    assert "docetaxel_day_of_dosing" not in {rule["id"] for item in plan["watch"] for rule in item["rules"]}


def test_a_first_hold_that_ends_at_the_same_dose_is_told(capsys: Screen) -> None:
    plan = _plan(capsys, "--regimen", "capecitabine_1250")
    actions = {rule["id"]: rule["action"] for item in plan["watch"] for rule in item["rules"]}
    assert "reduce by one dose level from hold 2 on" in actions["capecitabine_hand_foot_syndrome_2"]
    assert "from hold" not in actions["capecitabine_hand_foot_syndrome_3_or_more"]


def test_chest_ct_comes_closer_where_the_lungs_are_at_risk(capsys: Screen) -> None:
    regimen = ("--regimen", "trastuzumab_deruxtecan_3_weekly")
    usual, raised = _plan(capsys, *regimen), _plan(capsys, *regimen, "--creatinine-clearance", "45", "--lung-disease")
    assert {each["id"] for each in _risk(raised, "lung")["factors"]} == {"lung_disease", "kidney"}
    assert _watched(raised, "chest_ct")["every_days"] < _watched(usual, "chest_ct")["every_days"]


def test_what_must_hold_before_the_start_is_compared_with_the_patient(capsys: Screen) -> None:
    plan = _plan(capsys, "--regimen", "trastuzumab_emtansine_3_weekly", "--lvef", "48")
    (start,) = [each for each in plan["before_start"] if each["property"] == "lvef"]
    assert (start["value"], start["met"]) == (48, False)


def test_drugs_without_rules_say_so(capsys: Screen) -> None:
    assert main(["patient", "plan", "--regimen", "letrozole_daily"]) == 0
    assert "No rule and no schedule" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "said"), [
    (["--regimen", "trastuzumab_docetaxl"], "did you mean trastuzumab_docetaxel"),
    (["--regimen", "trastuzumab+docetaxell"], "did you mean docetaxel"),
    (["--regimen", "cleopatra/pertuzumb"], "did you mean pertuzumab"),
    (["--regimen", "cleopatra"], "cleopatra/placebo or cleopatra/pertuzumab"),
    (["--regimen", ""], "unknown regimen"),
    (["--regimen", "lapatinib", "--lvef", "0.54"], "10 to 90 percent"),
    (["--regimen", "lapatinib", "--age", "nan"], "18 to 110 years"),
    (["--regimen", "lapatinib", "--creatinine-clearance", "-3"], "mL/min"),
    (["--regimen", "lapatinib", "--setting", "late"], "early or metastatic"),
    ([], "--regimen"),
])
def test_a_wrong_question_gets_one_line(capsys: Screen, words: list[str], said: str) -> None:
    assert main(["patient", "plan", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert said in captured.err
