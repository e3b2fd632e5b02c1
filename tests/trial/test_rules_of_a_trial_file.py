"""Numbers that a trial's file changes in rules of the library act in that trial, and in no other."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import her2lab
from her2lab.api.result import Result
from her2lab.facts import library

DRUG = "trastuzumab_deruxtecan"
HIGHER = {"tdxd_neutrophils_0_5_to_1": {"unit": "Gcell/L", "when": {"value_below": 2.5},
                                        "resume": {"value_at_least": 2.5}}}
REDUCE = {
    "rules": [{"id": "tdxd_nausea_1_reduce", "organ": "general", "measure": "nausea", "drugs": [DRUG], "unit": "grade",
               "when": {"value_at_least": 1}, "action": "reduce", "source": "protocol"}],
    "sources": {"protocol": {"cite": "made up for a test"}},
}


def run(**fields: Any) -> Result:
    return her2lab.run_trial(library.trial_from({
        "id": "own", "title": "own rules", "population": "breast_metastatic_2l", "prior": [], "followup": 100,
        "endpoints": [], "assessments": {"tumour": 42, "lvef": 84, "blood": 21},
        "arms": [{"id": "tdxd", "n": 8, "regimen": "trastuzumab_deruxtecan_3_weekly"}], **fields}), seed=1)


@pytest.fixture(scope="module")
def plain() -> Result:
    return run()


def column(result: Result, name: str) -> pl.Series:
    return result.subjects[f"{name}_{DRUG}"]


def test_a_higher_threshold_holds_the_doses_of_more_patients(plain: Result) -> None:
    holds, before = column(run(changed_rules=HIGHER), "holds"), column(plain, "holds")
    assert (holds >= before).all()
    assert ((holds > 0) & (before == 0)).any()


def test_an_own_rule_reduces_to_the_levels_of_the_trial(plain: Result) -> None:
    own = run(own_rules=REDUCE)
    lower = run(own_rules=REDUCE, dose_levels={DRUG: {"unit": "mg/kg", "values": [5.4, 2.7]}})
    reduced = column(own, "reductions") > 0
    assert reduced.any()
    assert column(plain, "reductions").sum() == 0
    per_kg = lower.exposure.filter(EXTRT=DRUG).join(lower.subjects.select("USUBJID", "weight"), on="USUBJID").select(
        "USUBJID", level=(pl.col("EXDOSE") / pl.col("weight")).round(6))
    assert set(per_kg["level"]) == {5.4, 2.7}
    assert (column(lower, "dose_intensity").filter(reduced) < column(own, "dose_intensity").filter(reduced)).any()


def test_a_trial_after_one_with_changes_is_as_before_it(plain: Result) -> None:
    run(changed_rules=HIGHER, own_rules=REDUCE)
    assert run().subjects.equals(plain.subjects)


def test_changes_to_what_the_library_says_give_the_same_patients(plain: Result) -> None:
    known = next(each for each in library.rules() if each.id == "tdxd_lvef_below_40")
    same = run(changed_rules={known.id: {"unit": known.unit, "when": dict(known.when)}})
    assert same.subjects.equals(plain.subjects)


def test_earlier_lines_keep_the_rules_of_the_library() -> None:
    """What a trial changes of a drug that was given before as well acts from entry on."""
    earlier: dict[str, Any] = {"prior": ["trastuzumab_deruxtecan_3_weekly"]}
    before, after = run(**earlier).subjects, run(changed_rules=HIGHER, **earlier).subjects
    assert after["patient"].equals(before["patient"])
    at_entry = [name for name in before.columns if name.startswith("clone") or name in ("weight", "age")]
    assert after.select(at_entry).equals(before.select(at_entry))
