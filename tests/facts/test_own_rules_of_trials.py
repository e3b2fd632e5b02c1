"""Rules that stand in a trial's file, numbers of the library's rules that it changes, and dose levels."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.library.trial_files import trial_in
from her2lab.facts.management import Rule
from her2lab.facts.records import Trial
from her2lab.facts.rule_changes import UNITS, RuleChange, changed_rule, moves
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.trial_writing import trial_file
from her2lab.guidelines.monitoring_plan import monitoring_plan
from her2lab.guidelines.treatment import treatment
from her2lab.lab.cli.facts import as_used
from her2lab.presentation.monitoring_plan import data
from her2lab.presentation.rules_and_facts import change_sentences, own_rule_sentences, rule_sentences
from her2lab.provenance.used_facts import used_facts
from her2lab.trial import check
from her2lab.trial.conduct.context import trial_context

TRIAL = """\
id: own
title: rules of its own
population: breast_metastatic_2l
arms:
  - {id: tdm1, n: 40, regimen: trastuzumab_emtansine_3_weekly}
  - {id: tdxd, n: 40, regimen: trastuzumab_deruxtecan_3_weekly}
assessments: {tumour: 42, lvef: 84, blood: 21}
followup: 12 months
endpoints: [orr]
"""
OWN = """\
own_rules:
  rules:
    - id: tdxd_nausea_2_reduce
      organ: general
      measure: nausea
      drugs: [trastuzumab_deruxtecan]
      unit: grade
      when: {value_at_least: 2}
      action: reduce
      source: protocol
  sources: {protocol: {cite: a protocol}}
"""
CHANGED = "changed_rules:\n  tdxd_lvef_below_40: {unit: percent, when: {value_below: 45}}\n"
LEVELS = "dose_levels: {T-DXd: {unit: mg/kg, values: [5.4, 4.0, 2.8]}}\n"


def read(folder: Path, *more: str) -> Trial:
    path = folder / "own.yaml"
    path.write_text(TRIAL + "".join(more), encoding="utf-8")
    return trial_in(read_document(path))


def mistakes(folder: Path, *more: str) -> list[InputError]:
    with pytest.raises(InputError) as caught:
        read(folder, *more)
    assert all("\n" not in str(each) for each in caught.value.all)
    return caught.value.all


def rule(trial: Trial, name: str) -> Rule:
    return next(each for each in library.rules_of(trial) if each.id == name)


# ------------------------------------------------------------------------------------------------ in force
def test_an_own_rule_holds_after_those_of_the_library(tmp_path: Path) -> None:
    in_force = [each.id for each in library.rules_in_force(read(tmp_path, OWN))]
    assert in_force == [*(each.id for each in library.rules_in_force(read(tmp_path))), "tdxd_nausea_2_reduce"]


def test_a_threshold_of_a_known_rule_is_changed_and_nothing_else(tmp_path: Path) -> None:
    changed, before = read(tmp_path, CHANGED), read(tmp_path)
    assert rule(before, "tdxd_lvef_below_40").when == {"value_below": 40}
    assert rule(changed, "tdxd_lvef_below_40").when == {"value_below": 45}
    assert [each for each in library.rules_of(changed) if each not in library.rules_of(before)] == [
        rule(changed, "tdxd_lvef_below_40")]


def test_dose_levels_are_those_of_the_trial_in_the_trial_only(tmp_path: Path) -> None:
    drugs = trial_context(read(tmp_path, LEVELS)).drugs
    levels = drugs["trastuzumab_deruxtecan"].dose_levels
    assert levels is not None
    assert levels.values == (5.4, 4.0, 2.8)
    assert drugs["trastuzumab_emtansine"] == library.drug("trastuzumab_emtansine")
    assert library.drug("trastuzumab_deruxtecan").dose_levels != levels


def test_an_own_rule_is_switched_off_as_any_other(tmp_path: Path) -> None:
    trial = read(tmp_path, OWN, "rules: {tdxd_nausea_2_reduce: false}\n")
    assert library.rules_in_force(trial) == library.rules_in_force(read(tmp_path))
    check(trial)


def test_a_trial_of_some_arms_keeps_the_rules_on_their_drugs(tmp_path: Path) -> None:
    trial = read(tmp_path, OWN, CHANGED, LEVELS)
    other, same = library.with_arms(trial, ["tdm1"]), library.with_arms(trial, ["tdxd"])
    assert (other.own_rules, other.changed_rules, other.dose_levels) == (None, {}, {})
    assert (same.own_rules, same.changed_rules, same.dose_levels) == (
        trial.own_rules, trial.changed_rules, trial.dose_levels)
    check(other)
    check(same)


def test_a_monitoring_plan_of_the_arm_has_them(tmp_path: Path) -> None:
    read(tmp_path, OWN)
    plan = treatment(f"{tmp_path / 'own.yaml'}/tdxd")
    assert plan.sources["tdxd_nausea_2_reduce"].cite == "a protocol"
    assert plan.rules is not None
    assert "tdxd_nausea_2_reduce" in {each.id for each in plan.rules}


def test_a_monitoring_plan_names_no_label_alone_for_a_number_of_the_trial(tmp_path: Path) -> None:
    """A change that keeps the number of the library keeps its source as well."""
    same = "  tdxd_neutrophils_0_5_to_1: {recheck_days: 7}\n"
    read(tmp_path, CHANGED, same)
    plan = data(monitoring_plan(treatment(f"{tmp_path / 'own.yaml'}/tdxd"), {}))
    rules = [rule for item in plan["watch"] for rule in item["rules"]] + plan["other_rules"]
    assert {rule["id"] for rule in rules if rule["changed"]} == {"tdxd_lvef_below_40"}


def test_own_rules_take_drugs_by_any_of_their_names(tmp_path: Path) -> None:
    named = OWN.replace("[trastuzumab_deruxtecan]", "[Enhertu, T-DM1]\n      unless_with: [Herceptin]")
    give = "action: give\n      give: {drug: Imodium, dose: 4 mg, route: oral, at: [0]}"
    [rule] = library.own_rules(read(tmp_path, named.replace("action: reduce", give)))
    assert (rule.drugs, rule.unless_with) == (("trastuzumab_deruxtecan", "trastuzumab_emtansine"), ("trastuzumab",))
    assert rule.give is not None
    assert rule.give.drug == "loperamide"


# ------------------------------------------------------------------------------------------------ told and hashed
def test_they_are_told(tmp_path: Path) -> None:
    trial = read(tmp_path, OWN, CHANGED, LEVELS)
    told = library.rules_by_switch(trial)
    assert (told["own"], told["changed"]) == (["tdxd_nausea_2_reduce"], ["tdxd_lvef_below_40"])
    assert "Rules of the trial file's own: tdxd_nausea_2_reduce." in rule_sentences(told)
    assert own_rule_sentences(library.own_rules(trial)) == [
        "tdxd_nausea_2_reduce: trastuzumab_deruxtecan, when nausea grade >= 2: reduce by one dose level."]
    assert change_sentences(library.changes_of(trial)) == [
        "tdxd_lvef_below_40: when value < 45 % in place of 40 %.",
        "Dose levels of trastuzumab_deruxtecan: 5.4, 4, 2.8 mg/kg in place of 6.4, 5.4, 4.4, 3.2 mg/kg."]


def test_a_trial_without_any_says_nothing_more() -> None:
    trial = library.trial("cleopatra")
    assert list(library.rules_by_switch(trial)) == ["in_force", "switched_off", "switched_on"]
    assert library.changes_of(trial) == {}


@pytest.mark.parametrize("field", [OWN, CHANGED, LEVELS])
def test_they_count_as_own_facts_and_change_the_hash(tmp_path: Path, field: str) -> None:
    before, after = used_facts(read(tmp_path)), used_facts(read(tmp_path, field))
    assert after.hash != before.hash
    assert after.own == (f"own.yaml: {field.partition(':')[0]}",)
    assert after.kept == {}      # they are in the trial, which is kept beside its result


@settings(max_examples=20)
@given(first=st.integers(36, 44), second=st.integers(36, 44))
def test_the_hash_tells_every_threshold_apart(first: int, second: int) -> None:
    def hashed(below: int) -> str:
        return used_facts(_with(changed_rules={
            "tdxd_lvef_below_40": {"unit": "percent", "when": {"value_below": below}}})).hash

    assert (hashed(first) == hashed(second)) == (first == second)


@settings(max_examples=20)
@given(levels=st.lists(st.floats(0.1, 6.4), min_size=1, max_size=5, unique=True), below=st.floats(20, 39))
def test_a_trial_with_them_written_out_and_read_back_is_the_same(levels: list[float], below: float) -> None:
    own = {"rules": [{"id": "mine", "organ": "gut", "measure": "diarrhoea", "drugs": ["trastuzumab_deruxtecan"],
                      "unit": "grade", "when": {"value_at_least": 2}, "action": "give", "source": "s",
                      "give": {"drug": "loperamide", "dose": "4 mg", "every": 1, "duration": 2, "route": "oral"}}],
           "sources": {"s": {"cite": "a protocol"}}}
    trial = _with(own_rules=own, dose_levels={"trastuzumab_deruxtecan": {
        "unit": "mg/kg", "values": sorted(levels, reverse=True)}},
        changed_rules={"tdxd_lvef_below_40": {"unit": "percent", "when": {"value_below": below}}})
    assert trial_in(Document(None, trial_file(trial))) == trial
    assert trial.replace(title=trial.title) == trial


# ------------------------------------------------------------------------------------------------ changes, as such
@pytest.mark.parametrize("known", library.rules(), ids=lambda each: each.id)
def test_a_change_to_the_numbers_of_the_rule_itself_changes_nothing(known: Rule) -> None:
    same = RuleChange(unit=known.unit, when=known.when, resume=known.resume, also=known.also,
                      **{name: getattr(known, name) for name in UNITS})
    assert changed_rule(known, same) == known
    assert list(moves(known, same)) == []


@given(value=st.floats(0.1, 10))
def test_what_is_moved_is_what_is_told(value: float) -> None:
    known = next(each for each in library.rules() if each.id == "tdxd_neutrophils_0_5_to_1")
    change = RuleChange(unit=known.unit, when={"value_below": value}, recheck_days=value)
    told = {field: after for field, _, after, _ in moves(known, change)}
    assert told == {name: value for name, before in (("when.value_below", 1.0), ("recheck_days", 7.0))
                    if before != value}


# ------------------------------------------------------------------------------------------------ refused
@pytest.mark.parametrize(("more", "field", "says"), [
    ("changed_rules: {tdxd_lvef_below_04: {hold_at_most_days: 7}}", "changed_rules.tdxd_lvef_below_04",
     "did you mean tdxd_lvef_below_40?"),
    ("changed_rules: {tdxd_lvef_below_40: {when: {value_below: 45}}}", "changed_rules.tdxd_lvef_below_40.unit",
     "the unit of the limits is missing"),
    ("changed_rules: {tdxd_lvef_below_40: {unit: Gcell/L, when: {value_below: 45}}}",
     "changed_rules.tdxd_lvef_below_40.unit", "expected percent"),
    ("changed_rules: {tdxd_lvef_below_40: {unit: percent, when: {fall_at_least: 5}}}",
     "changed_rules.tdxd_lvef_below_40.when.fall_at_least", "expected one of value_below"),
    ("changed_rules: {tdxd_lvef_below_40: {unit: percent, when: {value_below: 450}}}",
     "changed_rules.tdxd_lvef_below_40.when.value_below", "0 to 100"),
    ("changed_rules: {tdxd_lvef_below_40: {reduce_to_fraction: 0.5}}",
     "changed_rules.tdxd_lvef_below_40.reduce_to_fraction", "no reduce_to_fraction to change"),
    ("changed_rules: {tdxd_lvef_below_40: {recheck: 5}}", "changed_rules.tdxd_lvef_below_40.recheck",
     "did you mean recheck_days?"),
    ("dose_levels: {T-DXd: {unit: mg, values: [5, 4]}}", "dose_levels.T-DXd.unit", "expected mg/kg"),
    ("dose_levels: {T-DXd: {unit: mg/kg, values: [4, 5]}}", "dose_levels.T-DXd.values", "do not fall"),
    ("dose_levels: {trastuzumab: {unit: mg/kg, values: [5]}}", "dose_levels.trastuzumab", "has no dose levels"),
    ("dose_levels: {trastuzumab_deruxtecen: {unit: mg/kg, values: [5]}}", "dose_levels.trastuzumab_deruxtecen",
     "did you mean trastuzumab_deruxtecan?"),
    ("rules: {tdxd_lvef_below_40: {unit: percent, when: {value_below: 45}}}", "rules.tdxd_lvef_below_40",
     "other numbers of a rule under changed_rules"),
    ("rules: [{id: mine}]", "rules", "rules of the trial's own under own_rules"),
    ("own_rules: [{id: mine}]", "own_rules", "{rules: […], sources: {…}}"),
])
def test_what_is_wrong_is_refused_at_its_line(tmp_path: Path, more: str, field: str, says: str) -> None:
    first, *others = mistakes(tmp_path, "use: validation\n", more, "\n")
    assert (first.field, first.line, others) == (field, 11, [])
    assert says in str(first)


@pytest.mark.parametrize(("old", "new", "field", "says"), [
    ("id: tdxd_nausea_2_reduce", "id: tdxd_lvef_below_40", "id", "is the name of a rule of the library"),
    ("unit: grade", "unit: percent", "unit", "expected grade"),
    ("measure: nausea", "measure: nausia", "measure", "did you mean nausea?"),
    ("[trastuzumab_deruxtecan]", "[trastuzumab_deruxtecen]", "drugs[0]", "did you mean trastuzumab_deruxtecan?"),
    ("source: protocol", "source: protocoll", "source", "did you mean protocol?"),
    ("action: reduce", "action: reduce\n      resume: {value_at_most: 1}", "resume", "goes with hold only"),
])
def test_an_own_rule_is_checked_as_one_of_the_library(tmp_path: Path, old: str, new: str, field: str,
                                                      says: str) -> None:
    first, *others = mistakes(tmp_path, OWN.replace(old, new))
    line = TRIAL.count("\n") + 1 + OWN[:OWN.index(old)].count("\n") + (field == "resume")
    assert (first.field, first.line, others) == (f"own_rules.rules[0].{field}", line, [])
    assert says in str(first)


def test_a_rule_that_contradicts_one_of_the_library_needs_that_one_off(tmp_path: Path) -> None:
    known = next(each for each in library.rules() if each.id == "tdxd_lvef_below_40")
    assert known.action == "hold"
    own = re.sub(r"measure: .*\n.*\n.*\n.*\n.*\n", "measure: lvef\n      drugs: [trastuzumab_deruxtecan]\n"
                 "      unit: percent\n      when: {value_below: 40}\n      action: stop\n", OWN)
    found = mistakes(tmp_path, own)
    assert [each.field for each in found] == ["own_rules.rules[0]"]
    assert "rules: {tdxd_lvef_below_40: false}" in str(found[0])
    read(tmp_path, own, "rules: {tdxd_lvef_below_40: false}\n")


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "surgery: never\n", OWN.replace("nausea", "nausia", 2).replace("nausia_2", "nausea_2"),
                     "changed_rules: {tdxd_lvef_below_04: {recheck_days: 7}, tdm1_lvef_below_40: {when: 5}}\n",
                     "dose_levels: {T-DXd: {unit: mg, values: [5, 4]}}\n")
    assert {each.field for each in found} == {
        "surgery", "own_rules.rules[0].measure", "changed_rules.tdxd_lvef_below_04",
        "changed_rules.tdm1_lvef_below_40.when", "dose_levels.T-DXd.unit"}


@pytest.mark.parametrize(("more", "field"), [
    ("changed_rules: {pertuzumab_heart_failure: {recheck_days: 7}}", "changed_rules.pertuzumab_heart_failure"),
    ("dose_levels: {lapatinib: {unit: mg, values: [1000, 750]}}", "dose_levels.lapatinib"),
    (OWN.replace("[trastuzumab_deruxtecan]", "[lapatinib]"), "own_rules.rules[0]"),
    (OWN.replace("      action", "      only_in: early\n      action"), "own_rules.rules[0]"),
])
def test_what_would_do_nothing_is_refused_before_the_run(tmp_path: Path, more: str, field: str) -> None:
    trial = read(tmp_path, *([] if "pertuzumab_heart" in more else [more]))
    if "pertuzumab_heart" in more:
        known = next(each for each in library.rules() if each.id == "pertuzumab_heart_failure")
        name = next(each for each in UNITS if getattr(known, each) is not None)
        change = RuleChange(**{name: getattr(known, name)})
        trial = trial.model_copy(update={"changed_rules": {known.id: change}})
    for refuses in (check, as_used):
        with pytest.raises(InputError) as caught:
            refuses(trial)
        assert caught.value.field == field


def _with(**fields: Any) -> Trial:
    document = {"id": "own", "title": "own", "population": "breast_metastatic_2l", "followup": 300, "endpoints": [],
                "assessments": {"tumour": 42, "lvef": 84, "blood": 21},
                "arms": [{"id": "tdxd", "n": 4, "regimen": "trastuzumab_deruxtecan_3_weekly"}]}
    return library.trial_from(document | fields)
