"""What labels say, in the rules: spot checks of texts that were read, and that no drug is forgotten."""

from __future__ import annotations

import pytest

from her2lab.facts import library

HER2_DRUGS = (
    "trastuzumab", "pertuzumab", "margetuximab", "zanidatamab", "lapatinib", "neratinib", "tucatinib", "pyrotinib",
    "afatinib", "poziotinib", "trastuzumab_emtansine", "trastuzumab_deruxtecan", "disitamab_vedotin",
)
KINASE_INHIBITORS = ("lapatinib", "neratinib", "tucatinib", "pyrotinib", "afatinib", "poziotinib")
REDUCED = (*KINASE_INHIBITORS, "trastuzumab_emtansine", "trastuzumab_deruxtecan", "disitamab_vedotin", "zanidatamab",
           "docetaxel")


def _of(drug: str, measure: str) -> list:
    return [rule for rule in library.rules() if drug in rule.drugs and rule.measure == measure]


@pytest.mark.parametrize("drug", HER2_DRUGS)
@pytest.mark.parametrize("measure", ["lvef", "heart_failure"])
def test_the_heart_is_minded_under_every_her2_drug(drug: str, measure: str) -> None:
    assert [rule for rule in _of(drug, measure) if rule.action in ("hold", "stop")]


@pytest.mark.parametrize("drug", KINASE_INHIBITORS)
def test_kinase_inhibitors_pause_for_diarrhoea_and_get_loperamide(drug: str) -> None:
    assert {"hold", "give"} <= {rule.action for rule in _of(drug, "diarrhoea")}


@pytest.mark.parametrize("drug", REDUCED)
def test_drugs_that_are_reduced_have_levels(drug: str) -> None:
    assert library.drug(drug).dose_levels is not None


@pytest.mark.parametrize("setting", ["early", "metastatic"])
def test_the_combination_has_its_own_thresholds_in_each_setting(setting: str) -> None:
    # pertuzumab-trastuzumab monograph: early below 50 % with a fall of 10 points; metastatic below 40 %, or 40 to 45 %
    # with that fall
    limits = [rule.when for rule in _of("pertuzumab", "lvef") if rule.only_in == setting]
    early = [{"value_below": 50, "fall_at_least": 10}]
    metastatic = [{"value_below": 40}, {"value_at_least": 40, "value_below": 45, "fall_at_least": 10}]
    assert limits == (early if setting == "early" else metastatic)


def test_tdm1_below_25_platelets_goes_one_level_down() -> None:
    # Kadcyla, US prescribing information, table 5: 25 to 50 same dose, below 25 one level lower, from 75 on
    same, lower = [rule for rule in _of("trastuzumab_emtansine", "platelets") if rule.only_in == "metastatic"]
    assert (same.when, same.on_resume) == ({"value_at_least": 25, "value_below": 50}, "same")
    assert same.resume == lower.resume == {"value_at_least": 75}
    assert (lower.when, lower.on_resume) == ({"value_below": 25}, "reduce")
    assert library.drug("trastuzumab_emtansine").dose_levels.values == (3.6, 3.0, 2.4)


def test_tdxd_is_stopped_for_symptomatic_lung_injury_and_held_for_grade_1() -> None:
    # Enhertu, US prescribing information, section 2.3
    actions = {rule.action: rule.when for rule in _of("trastuzumab_deruxtecan", "ild")}
    assert actions == {"hold": {"value_at_least": 1, "value_below": 2}, "stop": {"value_at_least": 2}}


@pytest.mark.parametrize("drug", ["trastuzumab_emtansine", "tucatinib"])
def test_hys_law_stops(drug: str) -> None:
    # more than 3 times normal for ALT or AST with more than 2 times normal for bilirubin
    both = [rule for measure in ("alt", "ast") for rule in _of(drug, measure) if rule.also]
    hy = ("stop", {"value_above": 3}, {"value_above": 2})
    assert [(rule.action, rule.when, rule.also[0].when) for rule in both] == [hy, hy]


def test_only_late_antibodies_with_a_loading_dose_are_reloaded() -> None:
    reloaded = {drug for rule in library.rules() if rule.action == "reload" for drug in rule.drugs}
    assert reloaded == {"trastuzumab", "pertuzumab"}


def test_every_rule_says_whether_its_text_was_read() -> None:
    assert [rule.id for rule in library.rules() if rule.seen is None] == []
