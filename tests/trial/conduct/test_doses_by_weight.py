"""Doses by tiers of body weight: written, checked, given, recorded and told."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.dosing import dose_or_tiers, read_line
from her2lab.facts.records import Administration, Arm, Dose, DoseLevels
from her2lab.facts.regimen_records import WeightTiers
from her2lab.facts.strict_yaml import Document
from her2lab.facts.trial_writing import in_file
from her2lab.population import Cohort
from her2lab.presentation.regimen import regimen
from her2lab.trial import run_arms
from her2lab.trial.conduct.dosing import Dosing
from her2lab.trial.conduct.prescription import plan
from her2lab.trial.conduct.regimen import courses

from .. import toys

TIERS = ["300 mg below 60 kg", "400 mg below 80 kg", "500 mg from 80 kg"]
NOWHERE = Document(None, {})


def line(tiers: list[str] = TIERS, name: str = "lapatinib", **fields: Any) -> Administration:
    read = read_line(NOWHERE, (), {"drug": name, "dose": tiers, "every": 21, "cycles": 2} | fields, toys.DRUGS)
    return Administration(**read | {"ramp": tuple(map(tuple, read.get("ramp", ())))})


def patients(*weights: float) -> Cohort:
    cohort = toys.cohort(len(weights))
    return Cohort(1, cohort.patients, cohort.properties.with_columns(weight=pl.Series(weights)), cohort.parameters)


def milligrams(weights: list[float], *lines: Administration, horizon: float = 100.0) -> Any:
    [course] = courses(lines, horizon)
    return plan(course, toys.DRUGS[course.drug], "small_molecule_a", toys.INPUTS, patients(*weights), horizon,
                "only").milligrams


# ------------------------------------------------------------------------------------------------ given
def test_each_patient_gets_the_dose_of_the_weight() -> None:
    """Just the weight of a limit belongs to the tier above it."""
    doses = milligrams([55.0, 59.99, 60.0, 79.9, 80.0, 120.0], line(route="oral"))
    assert doses.tolist() == [[300, 300], [300, 300], [400, 400], [400, 400], [500, 500], [500, 500]]


def test_tiers_beside_a_flat_lead_in_and_other_limits_are_one_course() -> None:
    lead = line(dose="100 mg", every=1, cycles=None, duration=4, route="oral")
    first = line(["200 mg below 70 kg", "250 mg from 70 kg"], every=1, cycles=None, start=4, duration=3, route="oral")
    then = line(every=1, cycles=None, start=7, duration=7, route="oral")
    doses = milligrams([55.0, 65.0, 75.0, 85.0], lead, first, then)
    assert doses.sum(axis=1).tolist() == [400 + 600 + 2100, 400 + 600 + 2800, 400 + 750 + 2800, 400 + 750 + 3500]


def test_tiers_may_be_per_kg() -> None:
    doses = milligrams([50.0, 100.0], line(["8 mg/kg below 60 kg", "6 mg/kg from 60 kg"], route="oral"))
    assert doses.tolist() == [[400, 400], [600, 600]]


def test_a_ramp_leads_up_to_the_dose_of_the_weight() -> None:
    doses = milligrams([55.0, 80.0], line(every=1, cycles=10, ramp=["100 mg for 5"], route="oral"))
    assert doses.sum(axis=1).tolist() == [5 * 100 + 5 * 300, 5 * 100 + 5 * 500]


def test_a_reduction_goes_down_from_the_dose_of_the_weight() -> None:
    levels = DoseLevels(unit="mg", values=(500, 400, 300), assumption=toys.MADE_UP)
    drug = toys.DRUGS["lapatinib"].model_copy(update={"dose_levels": levels})
    planned = plan(courses([line(route="oral")], 100.0)[0], drug, "small_molecule_a", toys.INPUTS,
                   patients(55.0, 70.0, 90.0), 100.0, "only")
    dosing = Dosing([planned], 3)
    lowered = dosing.lower(0, np.ones(3, dtype=bool))
    assert lowered.tolist() == [False, True, True]          # 300 mg is the lowest level
    assert planned.reduced(np.arange(3), np.zeros(3, dtype=int), dosing.level[0]).tolist() == [1, 0.75, 0.8]


def test_the_exposure_table_has_them() -> None:
    given = line(name="pertuzumab", cycles=3)
    trial = toys.trial(arms=[Arm(id="only", n=2, regimen=[given])], followup=100.0)
    result = run_arms(toys.setting(trial), patients(55.0, 80.0), {"only": 2})
    doses = result.exposure.group_by("USUBJID", maintain_order=True).agg("EXDOSE", "EXPLDOSE")
    assert doses["EXDOSE"].to_list() == [pytest.approx([300.0] * 3), pytest.approx([500.0] * 3)]
    assert doses["EXPLDOSE"].to_list() == [[300.0] * 3, [500.0] * 3]


# ------------------------------------------------------------------------------------------------ told and kept
def test_they_are_told() -> None:
    assert regimen([line(route="oral")]) == [
        "lapatinib 300 mg (below 60 kg) or 400 mg (below 80 kg) or 500 mg (from 80 kg) oral every 21 days for 2 cycles"]


amounts = st.lists(st.floats(0.1, 900).map(lambda each: round(each, 3)), min_size=2, max_size=5)


@given(amounts=amounts, data=st.data())
def test_what_is_written_out_is_read_back(amounts: list[float], data: st.DataObject) -> None:
    count = len(amounts) - 1
    limits = sorted(data.draw(st.lists(st.integers(30, 150), min_size=count, max_size=count, unique=True)))
    doses = [Dose(amount=each, unit="mg") for each in amounts]
    tiers = WeightTiers(below=tuple(zip(doses, map(float, limits), strict=False)), above=doses[-1])
    assert dose_or_tiers(NOWHERE, (), in_file(tiers)) == tiers


def test_a_trial_with_them_is_read_back_from_its_file() -> None:
    trial = _trial(TIERS)
    assert trial.replace(title=trial.title) == trial
    assert [each.amount for each in trial.arms[0].regimen[0].doses] == [300, 400, 500]


def test_a_flat_dose_of_a_regimen_by_name_is_changed_to_tiers() -> None:
    change = {"drug": "pertuzumab", "line": 2, "dose": ["300 mg below 60 kg", "420 mg from 60 kg"]}
    trial = _trial([], [{"id": "only", "n": 2, "regimen": "pertuzumab_trastuzumab_docetaxel", "changes": [change]}])
    dose = next(each for each in trial.arms[0].regimen if isinstance(each.dose, WeightTiers)).dose
    assert isinstance(dose, WeightTiers)
    assert (dose.at(55).amount, dose.at(80).amount) == (300, 420)


# ------------------------------------------------------------------------------------------------ refused
@pytest.mark.parametrize(("tiers", "field", "says"), [
    (["300 mg below 60 kg", "400 mg from 70 kg"], "[1]", "leaves a gap"),
    (["300 mg below 60 kg", "400 mg from 50 kg"], "[1]", "overlaps"),
    (["300 mg below 60 kg", "400 mg below 50 kg", "500 mg from 50 kg"], "[1]", "weights do not rise"),
    (["300 mg below 0 kg", "400 mg from 0 kg"], "[0]", "weights do not rise"),
    (["300 mg below 60 kg", "400 mg below 80 kg"], "[1]", "from"),
    (["300 mg from 60 kg", "400 mg from 60 kg"], "[0]", "below"),
    (["300 mg below 60 kg"], "", "fewer than two"),
    (["300 mg below 60 kg", "4 mg/kg from 60 kg"], "[1]", "expected mg"),
    (["300 below 60 kg", "400 mg from 60 kg"], "[0]", "the unit of the dose is missing"),
    (["300 mg below 60 lb", "400 mg from 60 kg"], "[0]", "a weight in kg"),
    (["300 mg below 60 kg", 400], "[1]", "a weight in kg"),
    (["300 mg below 60 kg", "400 g from 60 kg"], "[1]", "unit of dose"),
    (["300 mg below 60 kg", "400000 mg from 60 kg"], "[1]", "times the highest dose known"),
])
def test_what_is_wrong_is_refused_at_its_step(tiers: list[Any], field: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        _trial(tiers)
    assert caught.value.field == f"arms[0].regimen[0].dose{field}"
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def _trial(tiers: list[Any], arms: Any = None) -> Any:
    given = {"drug": "lapatinib", "dose": tiers, "route": "oral", "every": 1, "until": "progression"}
    return library.trial_from({
        "id": "tiers", "title": "by weight", "population": "breast_metastatic_2l", "followup": 300, "endpoints": [],
        "assessments": {"tumour": 42}, "arms": arms or [{"id": "only", "n": 2, "regimen": [given]}]})
