"""Arms that name a regimen of the library, and what they change of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import her2lab
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.library.trial_files import trial_in
from her2lab.facts.records import Dose, Trial
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.trial_writing import in_file, trial_file
from her2lab.presentation.regimen import origin

THP = "pertuzumab_trastuzumab_docetaxel"
HEAD = """\
id: named
title: a regimen by name
population: breast_metastatic_1l
assessments: {tumour: 63}
followup: 12 months
endpoints: [orr]
arms:
  - id: one
    n: 10
    regimen: pertuzumab_trastuzumab_docetaxel
    changes:
"""


def read(folder: Path, *changes: str, regimen: str = THP) -> Trial:
    path = folder / "named.yaml"
    text = HEAD.replace(THP, regimen)
    path.write_text(text + "".join(f"      - {{{each}}}\n" for each in changes) if changes
                    else text.replace("    changes:\n", ""), encoding="utf-8")
    return trial_in(read_document(path))


def test_an_arm_has_the_lines_of_the_regimen_that_it_names(tmp_path: Path) -> None:
    arm = read(tmp_path).arms[0]
    assert arm.regimen == library.regimens()[THP].regimen
    assert arm.regimen_name == THP


def test_every_regimen_of_the_library_may_be_named() -> None:
    for name, regimen in library.regimens().items():
        data = {"id": "a", "title": "a", "population": "breast_metastatic_1l", "followup": 300, "endpoints": [],
                "assessments": {"tumour": 63}, "arms": [{"id": "one", "n": 1, "regimen": name}]}
        assert her2lab.load_trial(data).arms[0].regimen == regimen.regimen


def test_a_change_moves_one_value_of_one_line(tmp_path: Path) -> None:
    before = library.regimens()[THP].regimen
    after = read(tmp_path, "drug: docetaxel, dose: 60 mg/m2", "drug: trastuzumab, line: 2, every: 28, start: 4 weeks")
    lines = after.arms[0].regimen
    assert lines[4] == before[4].replace(dose=Dose(amount=60, unit="mg/m2"))
    assert lines[3] == before[3].replace(every=28.0, start=28.0)
    assert lines[:3] == before[:3]


def test_a_drug_goes_by_any_of_its_names(tmp_path: Path) -> None:
    change = read(tmp_path, "drug: Taxotere, cycles: 6").arms[0].changes[0]
    assert (change.drug, change.cycles) == ("docetaxel", 6)


def test_lines_that_are_written_out_may_be_changed_as_well(tmp_path: Path) -> None:
    lines = "[{drug: docetaxel, dose: 100 mg/m2, every: 21, cycles: 6}]"
    arm = read(tmp_path, "drug: docetaxel, dose: 75 mg/m2", regimen=lines).arms[0]
    assert arm.regimen[0].dose == Dose(amount=75, unit="mg/m2")
    assert arm.regimen_name is None


@pytest.mark.parametrize(("change", "field", "says"), [
    ("drug: docetaxol, dose: 60 mg/m2", "changes[0].drug", "did you mean docetaxel?"),
    ("drug: docetaxel, duration: 90", "changes[0].duration", "docetaxel has no duration in this regimen"),
    ("drug: docetaxel, dose: 60 mg", "changes[0].dose", "expected mg/m2"),
    ("drug: docetaxel, dose: 6000 mg/m2", "changes[0].dose", "times the highest dose known"),
    ("drug: docetaxel, dosis: 60 mg/m2", "changes[0].dosis", "did you mean dose?"),
    ("drug: docetaxel", "changes[0]", "changes nothing"),
    ("drug: trastuzumab, dose: 7 mg/kg", "changes[0].dose", "expected line: 1 or 2"),
    ("drug: trastuzumab, line: 3, dose: 7 mg/kg", "changes[0].line", "a number from 1 to 2"),
    ("drug: docetaxel, every: 0", "changes[0].every", "must be above zero"),
])
def test_what_cannot_be_changed_is_refused_at_its_line(tmp_path: Path, change: str, field: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, change)
    assert (caught.value.field, caught.value.line) == (f"arms[0].{field}", 12)
    assert says in str(caught.value)
    assert caught.value.others == ()


def test_a_value_is_changed_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is changed twice"):
        read(tmp_path, "drug: docetaxel, cycles: 6", "drug: docetaxel, cycles: 4")


@pytest.mark.parametrize("changes", [[], ["drug: docetaxel, dose: 60 mg/m2"]])
def test_a_misspelt_regimen_is_refused_with_the_nearest(tmp_path: Path, changes: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, *changes, regimen="pertuzumab_trastuzumab_docetaxol")
    assert caught.value.others == ()
    assert (caught.value.field, caught.value.line) == ("arms[0].regimen", 10)
    assert f"did you mean {THP}?" in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, "drug: docetaxol, cycles: 6", "drug: docetaxel, dose: 60", "drug: pertuzumab, line: 9, every: 2")
    assert {(each.field, each.line) for each in caught.value.all} == {
        ("arms[0].changes[0].drug", 12), ("arms[0].changes[1].dose", 13), ("arms[0].changes[2].line", 14)}


@given(dose=st.floats(1, 150), cycles=st.integers(1, 40), every=st.floats(7, 60))
def test_a_changed_regimen_written_out_and_read_back_is_the_same(dose: float, cycles: int, every: float) -> None:
    change = {"drug": "docetaxel", "dose": f"{dose!r} mg/m2", "cycles": cycles, "every": every}
    trial = _of({"id": "one", "n": 5, "regimen": THP, "changes": [change]})
    assert trial.arms[0].regimen[4].every == every
    assert trial_in(Document(None, trial_file(trial))) == trial
    assert trial.replace(title=trial.title) == trial


def test_the_screen_and_the_report_say_what_was_changed(tmp_path: Path) -> None:
    arm = read(tmp_path, "drug: docetaxel, dose: 60 mg/m2, cycles: 6").arms[0]
    assert origin(arm) == [f"regimen {THP} of the library",
                           "changed by the trial file: docetaxel dose 60 mg/m², cycles 6"]
    assert origin(library.trial("cleopatra").arms[0]) == []


def _of(arm: dict[str, Any]) -> Trial:
    return library.trial_from({"id": "a", "title": "a", "population": "breast_metastatic_1l", "followup": 300,
                               "endpoints": [], "assessments": {"tumour": 63}, "arms": [in_file(arm)]})
