"""The numbers by which every trial is run: a file of the user's own takes the place of the built-in one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from her2lab.facts import library
from her2lab.facts.prior_lines import Line
from her2lab.resources import folder
from her2lab.trial.conduct.measurement_error import MeasurementError
from her2lab.trial.conduct.prescription import time_of_a_dose
from her2lab.trial.prior_lines import as_trial

BUILT_IN = folder("facts") / "rules"
Own = Callable[[str, str, str], Path]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Own:
    """Give the user a rule file of their own, in which one place says something else."""
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))

    def change(name: str, old: str, new: str) -> Path:
        text = (BUILT_IN / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.count(old) == 1
        path = tmp_path / "facts" / "rules" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return change


def test_own_response_criteria(own: Own) -> None:
    before = library.recist()
    assert (before.progression_relative, before.response_relative) == (0.2, 0.3)
    own("recist", "response_relative: {value: 30,", "response_relative: {value: 50,")
    assert library.recist().response_relative == 0.5


def test_own_errors_of_measurement(own: Own) -> None:
    assert library.measurement().errors.lvef_sd == 3.5
    own("measurement", "error_shared_within: {value: 7,", "error_shared_within: {value: 1,")
    assert library.measurement().error_shared_within == 1
    measured = MeasurementError(1, np.arange(4), 30.0, library.measurement().errors, ["lvef"])
    first, second = (measured.read("lvef", np.full(4, 60.0), np.full(4, day)) for day in (0.0, 2.0))
    assert not np.array_equal(first, second)        # two days of one week no longer share their error


def test_own_limits_of_pathology(own: Own) -> None:
    assert library.pathology().nodal_share == 0.2
    own("pathology", "value: 0.2\n", "value: 0.4\n")
    assert library.pathology().nodal_share == 0.4


def test_own_rules_of_dosing(own: Own) -> None:
    lapatinib = library.drug("lapatinib")
    assert time_of_a_dose(lapatinib, "oral") == pytest.approx(5 / 1440)
    own("dosing", "value: 5\n", "value: 20\n")
    assert time_of_a_dose(lapatinib, "oral") == pytest.approx(20 / 1440)


def test_own_assessments_of_prior_lines(own: Own) -> None:
    trial = library.trial("emilia")
    line = Line("paclitaxel_weekly", library.regimens()["paclitaxel_weekly"].regimen)
    assert as_trial(trial, line).assessments["tumour"] == 63
    own("earlier_lines", "value: 63\n", "value: 42\n")
    assert as_trial(trial, line).assessments["tumour"] == 42


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("recist", "vanished_below:", "vanishd_below:", "cutoffs.vanishd_below, value 'vanishd_below': unknown number; "
                                                        "did you mean vanished_below?"),
        ("recist", "when: [],", "when: [shrunk],", "field table: the last row of a decision table meets every case"),
        ("measurement", "lvef_sd:\n    value: 3.5", "lvef_sd:\n    value: -3.5", "lvef_sd.value, value -3.5"),
        ("measurement", "troponin_cv: {value: 30.1, unit: percent", "troponin_cv: {value: 30.1, unit: day",
         "has another unit than the formula; expected a unit like percent"),
        ("pathology", "nodal_share:\n    value: 0.2\n    unit: \"1\"", "nodal_share:\n    value: 0.2\n    unit: mm",
         "parameters.nodal_share.unit, value 'mm'"),
        ("dosing", "calvert_added:", "calvert:", "unknown number"),
        ("earlier_lines", "value: 5\n    unit: year", "value: 0\n    unit: year", "expected a number above zero"),
    ],
)
def test_a_mistake_is_found_by_facts_check(own: Own, name: str, old: str, new: str, says: str) -> None:
    path = own(name, old, new)
    [problem] = library.validate_files([path])
    assert str(problem).startswith(f"{path}:")
    assert says in str(problem)
