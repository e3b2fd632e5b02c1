"""Other values of a drug's parameters act in the trial that asks for them, are told, and count among the facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import her2lab
from her2lab.api.library import with_parameters
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.presentation.parameters import used_in

DRUG = "trastuzumab_deruxtecan"
NAME = f"{DRUG}.clearance"
TRIAL = library.trial_from({
    "id": "own", "title": "own parameters", "population": "breast_metastatic_2l", "prior": [], "followup": 63,
    "endpoints": [], "assessments": {"tumour": 42}, "arms": [{"id": "tdxd", "n": 4, "regimen": f"{DRUG}_3_weekly"}]})


def test_the_change_acts_is_told_and_does_not_stay(tmp_path: Path) -> None:
    plain = her2lab.run_trial(TRIAL)
    changed = her2lab.run_trial(TRIAL, parameters={"T-DXd.clearance": "0.05 L/h"})
    first, first_plain = (run.pharmacokinetics.filter(CYCLE=1)["AUCTAU"] for run in (changed, plain))
    assert (first < 0.9 * first_plain).all()
    before = library.drug(DRUG).parameters["clearance"]
    assert changed.summary["changes"]["parameters"] == [
        {"drug": DRUG, "parameter": "clearance", "before": before.value, "after": pytest.approx(1.2), "unit": "L/day"}]
    assert changed.summary["facts"]["own"] == ["own.yaml: changed_parameters"]
    assert changed.summary["facts"]["hash"] != plain.summary["facts"]["hash"]
    again = her2lab.run_trial(her2lab.read_result(changed.write(tmp_path / "run")).trial)
    assert again.subjects.equals(changed.subjects)
    assert her2lab.run_trial(TRIAL).subjects.equals(plain.subjects)


def test_a_changed_number_is_neither_sourced_nor_fitted() -> None:
    fitted = next(each for each in used_in(TRIAL) if each.module == DRUG and each.calibrated)
    rows = used_in(with_parameters(TRIAL, {f"{DRUG}.{fitted.symbol}": 0.5}))
    row = next(each for each in rows if (each.module, each.symbol) == (DRUG, fitted.symbol))
    assert (row.value, row.calibrated, row.source) == (0.5, False, None)
    assert "changed for this trial" in str(row.assumption)


def test_a_value_that_the_library_has_gives_the_same_patients() -> None:
    known = library.drug(DRUG).parameters["clearance"]
    same = her2lab.run_trial(TRIAL, parameters={NAME: known.value})
    assert same.subjects.equals(her2lab.run_trial(TRIAL).subjects)


@pytest.mark.parametrize(("name", "value", "says"), [
    (f"{DRUG}.clearence", 1, "did you mean clearance"), ("trastuzumab_deruxtecen.clearance", 1, "did you mean"),
    (NAME, "1 mg", "L/day"), (NAME, "-1", "cannot be so low"), (NAME, 0, "above 0"), (NAME, "fast", "not a number"),
    (NAME, True, "not a number"), (NAME, "nan", "not a number"), ("clearance", 1, "drug.parameter"),
    ("lapatinib.clearance", 1, "no arm gives this drug"),
])
def test_what_cannot_be_is_refused(name: str, value: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        her2lab.run_trial(TRIAL, parameters={name: value})


def test_a_value_beyond_the_range_is_run_with_a_doubt() -> None:
    name, known = next((name, each) for name, each in library.drug(DRUG).parameters.items() if each.range is not None)
    trial = with_parameters(TRIAL, {f"{DRUG}.{name}": known.range[1] * 2})
    assert any("outside the range" in each for each in library.doubts(trial))


def test_the_command_takes_the_same_and_says_so(her2lab: Any, tmp_path: Path) -> None:
    asked = ("trial", "run", "cleopatra", "--patients", "1", "--out", tmp_path / "run")
    ended = her2lab(*asked, "--set", "pertuzumab.clearance=0.5 L/day")
    assert ended.status == 0
    assert "pertuzumab.clearance: 0.5 L/day in place of 0.235" in ended.out
    assert her2lab(*asked, "--set", "pertuzumab.clearance").status == 2
