"""What harms patients, and what rules do about it, in whole virtual trials with the patient's own model."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from her2lab import population
from her2lab import trial as room
from her2lab.facts import library
from her2lab.facts.records import Trial


def run(name: str, arms: list[str], *, days: float, patients: int = 300, **changes: Any) -> pl.DataFrame:
    trial: Trial = library.trial(name)
    kept = [arm for arm in trial.arms if arm.id in arms]
    seen = trial.endpoints if days >= trial.assessments["tumour"] else ()   # no scan comes before the end
    return room.run_trial(trial.model_copy(update={"arms": kept, "followup": days, "endpoints": seen, **changes}),
                          patients=patients).patients


def test_a_patient_is_as_susceptible_in_every_study_of_a_seed_and_lungs_follow_their_risk_factors() -> None:
    people = library.population("breast_metastatic_1l")
    cohort, smaller = (population.draw(people, n, 3) for n in (400, 20))
    for name in ("bowel_susceptibility", "alveoli_susceptibility", "megakaryocyte_sensitivity"):
        assert np.array_equal(cohort.parameters[name][:20], smaller.parameters[name])
        assert np.log(cohort.parameters[name]).std() > 0.5
    ill = cohort.column("lung_disease") > 0
    susceptibility = np.log(cohort.parameters["alveoli_susceptibility"])
    assert susceptibility[ill].mean() > susceptibility[~ill].mean()
    draws = {name: np.log(cohort.parameters[name]) for name in ("stomach_susceptibility", "skin_susceptibility")}
    assert abs(np.corrcoef(*draws.values())[0, 1]) < 0.2        # one symptom says nothing of another


def test_without_the_rules_on_lung_injury_it_gets_worse() -> None:
    off = {"tdxd_ild_1": False, "tdxd_ild_2_stop": False}
    managed, unmanaged = (run("destiny_breast04", ["tdxd"], days=450.0, patients=400, rules=rules)
                          for rules in ({}, off))
    assert (unmanaged["grade_ild"] >= 3).sum() > 1.5 * (managed["grade_ild"] >= 3).sum() > 0
    assert (unmanaged["grade_ild"] == 5).sum() >= (managed["grade_ild"] == 5).sum()
    assert managed["stopped_trastuzumab_deruxtecan"].any()


def test_without_the_rule_on_diarrhoea_more_neratinib_is_given() -> None:
    rules = [rule.id for rule in library.rules() if rule.measure == "diarrhoea" and "neratinib" in rule.drugs]
    managed, unmanaged = (run("extenet", ["neratinib"], days=120.0, rules=dict.fromkeys(off, False))
                          for off in ((), rules))
    given = "delivered_mg_neratinib"
    assert unmanaged[given].mean() > 1.05 * managed[given].mean()
    assert managed["reductions_neratinib"].sum() > unmanaged["reductions_neratinib"].sum()     # the liver's are left


@pytest.mark.parametrize("drug", ["enalapril", "carvedilol"])
def test_cardioprotection_keeps_lvef(drug: str) -> None:
    trial = library.trial("b31_n9831")
    arm = next(arm for arm in trial.arms if arm.id == "ac_paclitaxel_trastuzumab")
    [line] = library.regimens()[f"{drug}_daily"].regimen
    arms = [arm, arm.model_copy(update={"id": "protected", "regimen": [*arm.regimen, line]})]
    result = room.run_trial(trial.model_copy(update={"arms": arms, "followup": 400.0}), patients=200).patients
    lowest = {name: frame["lvef_lowest"].mean() for (name,), frame in result.group_by("arm")}
    assert lowest["protected"] > lowest["ac_paclitaxel_trastuzumab"] + 0.3
