"""The tables of times, adverse events and doses agree with the subject-level table."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from her2lab.facts.management import Rule
from her2lab.facts.quantity import Quantity
from her2lab.facts.records import Arm, Grading
from her2lab.trial import TrialResult, run_arms
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

from . import toys

LOW = Quantity(value=1.0, unit="1e9/L", assumption=toys.MADE_UP)
GRADES = [Grading(event="neutropenia", measure="neutrophils", below={"grade1": LOW})]
HOLD = Rule.model_validate({
    "id": "wait", "drugs": ["docetaxel"], "measure": "neutrophils", "when": {"value_below": 1.0}, "action": "hold",
    "organ": "marrow", "unit": "1e9/L", "source": "test"}, strict=False)


@pytest.fixture(scope="module")
def result() -> TrialResult:
    tablets = toys.line("lapatinib", 1250, "mg", route="oral", every=1.0, until="progression")
    arms = [Arm(id="placebo", n=30, regimen=toys.CONTROL), Arm(id="tablets", n=30, regimen=[*toys.CONTROL, tablets])]
    trial = toys.trial(followup=700.0, arms=arms)
    cohort = toys.cohort(30, mortality=3e-4, new_lesion_rate=2e-5)
    return run_arms(toys.setting(trial, [HOLD], gradings=GRADES), cohort, {arm.id: 30 for arm in arms})


def test_a_subject_is_one_row_and_twins_are_one_patient(result: TrialResult) -> None:
    patients = result.patients
    assert patients["USUBJID"].n_unique() == len(patients)
    twins = patients.group_by("TWIN").agg(pl.col("patient").n_unique(), pl.col("arm").n_unique().alias("arms"))
    assert set(twins["patient"]) == {1}
    assert set(twins["arms"]) == {2}
    assert set(result.visits["USUBJID"]) == set(patients["USUBJID"])


@pytest.mark.parametrize(("code", "column"), [("PFS", "pfs"), ("OS", "os")])
def test_times_are_those_of_the_subjects(result: TrialResult, code: str, column: str) -> None:
    times = result.times.filter(PARAMCD=code).join(result.patients, on="USUBJID", maintain_order="left")
    assert times.height == result.patients.height
    assert times["AVAL"].equals(times[f"{column}_days"] / DAYS_PER_MONTH, null_equal=False)
    assert times["CNSR"].to_list() == times[f"{column}_cnsr"].to_list()


def test_each_time_says_how_it_ended(result: TrialResult) -> None:
    times = result.times.filter(PARAMCD="PFS")
    events = times.filter(CNSR=0)["EVNTDESC"]
    assert {"death", "target growth", "new lesion"} <= set(events)
    assert set(events) <= {"death", "target growth", "new lesion", "target growth; new lesion"}
    assert set(times.filter(CNSR=1)["EVNTDESC"]) <= {"no event by the last scan"}
    assert set(result.times.filter(PARAMCD="OS", CNSR=0)["EVNTDESC"]) <= {"death"}


def test_deaths_have_a_cause_and_the_living_have_none(result: TrialResult) -> None:
    dead = result.patients["os_cnsr"] == 0
    assert (result.patients["cause_of_death"].is_not_null() == dead).all()
    assert set(result.patients["cause_of_death"].drop_nulls()) == {"cancer"}      # toy patients die of nothing else


def test_duration_of_response_is_that_of_responders(result: TrialResult) -> None:
    assert set(result.times.filter(PARAMCD="DOR")["USUBJID"]) == set(result.patients.filter("orr")["USUBJID"])


@pytest.mark.parametrize("drug", ["trastuzumab", "docetaxel", "lapatinib"])
def test_doses_add_up_to_what_was_delivered(result: TrialResult, drug: str) -> None:
    given = (result.exposure.filter(EXTRT=drug).group_by("USUBJID")
             .agg(mg=pl.col("EXDOSE").sum(), doses=pl.len()))
    both = result.patients.filter(pl.col(f"doses_{drug}").is_not_null()).join(given, on="USUBJID")
    assert both.height > 0
    assert both["doses"].to_list() == both[f"doses_{drug}"].to_list()
    assert both["mg"].to_list() == pytest.approx(both[f"delivered_mg_{drug}"].to_list())


def test_a_dose_has_its_days_and_its_plan(result: TrialResult) -> None:
    doses = result.exposure
    assert (doses["EXSTDY"] >= 1).all()
    assert (doses["EXENDY"] >= doses["EXSTDY"]).all()
    assert doses.filter(EXTRT="trastuzumab").filter(pl.col("EXSTDY") == 1)["EXDOSE"].equals(
        doses.filter(EXTRT="trastuzumab").filter(pl.col("EXSTDY") == 1)["EXPLDOSE"])
    blocks = doses.filter(EXTRT="lapatinib")
    assert set(blocks["EXENDY"] - blocks["EXSTDY"]) <= set(range(7))


def test_each_dose_of_the_regimen_has_its_interval(result: TrialResult) -> None:
    doses = result.exposure.select("USUBJID", "EXTRT", "EXSTDY").sort("USUBJID", "EXTRT", "EXSTDY")
    found = result.pharmacokinetics
    assert found.select("USUBJID", "EXTRT", "EXSTDY").sort("USUBJID", "EXTRT", "EXSTDY").equals(doses)
    assert found.filter(EXTRT="docetaxel", CYCLE=1)["TAU"].unique().to_list() == [21.0]
    whole = found.filter(pl.col("AUCTAU").is_not_null())
    assert (whole["CTROUGH"] <= whole["CMAX"]).all()
    assert (whole["AUCTAU"] <= whole["CMAX"] * whole["TAU"] * (1 + 1e-9)).all()


def test_the_area_is_the_dose_over_the_clearance(result: TrialResult) -> None:
    areas = result.pharmacokinetics.filter(pl.col("AUCTAU").is_not_null(), EXTRT="docetaxel")
    cleared = areas.join(result.exposure, on=["USUBJID", "EXTRT", "EXSTDY"]).select(
        clearance=pl.col("EXDOSE") / pl.col("AUCTAU"))["clearance"]
    assert cleared.max() == pytest.approx(cleared.min(), rel=0.01)      # the toy patients differ in nothing else


def test_concentrations_at_visits_are_those_before_the_dose(result: TrialResult) -> None:
    assert set(result.visits.filter(day=0.0)["concentration_docetaxel"]) == {0.0}
    first = result.visits.filter(day=21.0, arm="placebo")
    assert first["concentration_lapatinib"].null_count() == first.height > 0
    troughs = result.pharmacokinetics.filter(EXTRT="trastuzumab", CYCLE=1)
    both = first.join(troughs, on="USUBJID")
    assert both["concentration_trastuzumab"].to_list() == pytest.approx(both["CTROUGH"].to_list())


def test_why_a_drug_was_ended(result: TrialResult) -> None:
    ends = result.disposition.join(result.patients, on="USUBJID", maintain_order="left")
    assert ends.height == 30 * 2 + 30 * 3
    died = ends.filter(DSDECOD="DEATH", EXTRT="trastuzumab")
    assert died.height > 0
    assert died["DSSTDY"].to_list() == [int(day) + 1 for day in died["os_days"]]
    progressed = ends.filter(DSDECOD="PROGRESSIVE DISEASE", EXTRT="trastuzumab")
    assert progressed["DSSTDY"].to_list() == [int(day) + 1 for day in progressed["pfs_days"]]
    assert set(ends.filter(EXTRT="docetaxel", doses_docetaxel=6)["DSDECOD"]) == {"COMPLETED"}
    assert "COMPLETED" not in set(ends.filter(EXTRT="trastuzumab")["DSDECOD"])


def test_worst_grades_and_first_days_of_episodes_are_those_of_the_subjects(result: TrialResult) -> None:
    events = result.adverse_events.filter(AEDECOD="neutropenia")
    worst = events.group_by("USUBJID").agg(pl.col("AETOXGR").max(), pl.col("ASTDY").min())
    ill = result.patients.filter(pl.col("grade_neutropenia") > 0)
    assert worst.height == ill.height > 0
    both = worst.join(ill, on="USUBJID")
    assert both.height == ill.height
    assert both["AETOXGR"].to_list() == both["grade_neutropenia"].to_list()
    assert both["ASTDY"].to_list() == [int(day) + 1 for day in both["onset_neutropenia_days"]]
    assert set(events["AEACN"]) <= {"DOSE NOT CHANGED", "DRUG INTERRUPTED"}


def test_docetaxel_makes_one_episode_after_the_other(result: TrialResult) -> None:
    events = result.adverse_events.filter(AEDECOD="neutropenia")
    assert events["USUBJID"].value_counts()["count"].max() > 1
    following = events.with_columns(next=pl.col("ASTDY").shift(-1).over("USUBJID"))
    assert following.filter(pl.col("next").is_not_null())["AENDY"].null_count() == 0
    assert (following["AENDY"] <= following["next"]).drop_nulls().all()
    assert (events["AENDY"] >= events["ASTDY"]).drop_nulls().all()
    assert set(events.filter(pl.col("AENDY").is_not_null())["AEOUT"]) == {"RECOVERED/RESOLVED"}


def test_an_event_is_related_to_the_drugs_that_cause_it() -> None:
    slow = toys.DRUGS["docetaxel"].model_copy(update={"parameters": {"neutrophil_slope": toys.number(1.0, "L/mg")}})
    trial = toys.trial(followup=100.0, arms=[Arm(id="placebo", n=5, regimen=toys.CONTROL)])
    setting = replace(toys.setting(trial, gradings=GRADES), drugs={**toys.DRUGS, "docetaxel": slow})
    events = run_arms(setting, toys.cohort(5), {"placebo": 5}).adverse_events.filter(AEDECOD="neutropenia")
    assert events.select("AEREL", "AERELTRT").unique().rows() == [("RELATED", "docetaxel")]
