"""Fault 43 in a trial file: each field has a bound, and a file is told all its mistakes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from .files import TRIAL, read, refusal, with_line


@pytest.mark.parametrize(
    ("good", "bad", "field"),
    [
        ("followup: 24 months", "followup: 0.00002", "followup"),
        ("followup: 24 months", "followup: 1e9", "followup"),
        ("{tumour: 63}", "{tumour: 0.000001}", "assessments.tumour"),
        ("{tumour: 63}", "{tumour: 24 months, lvef: 1 min}", "assessments.lvef"),
        ("n: 10", "n: 100000000", "arms[0].n"),
        ("[orr, pfs]", "[" + ", ".join(f"pfs_{n}m" for n in range(1, 200)) + "]", "endpoints"),
        ("[orr, pfs]", f"[pfs_{'9' * 5000}m]", "endpoints[0]"),
    ],
)
def test_fault_43_times_and_sizes_have_bounds(tmp_path: Path, good: str, bad: str, field: str) -> None:
    assert good in TRIAL
    error = refusal(tmp_path, TRIAL.replace(good, bad))
    assert (error.field, error.line is not None) == (field, True)
    assert len(str(error)) < 400


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{drug: docetaxel, dose: 75 mg/m2, every: 0.000001, until: progression}", "every"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, per_day: 100000, until: progression}", "per_day"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, cycles: 100000}", "cycles"),
        ("{drug: docetaxel, dose: 75 mg/m2, every: 21, start: 1e7, cycles: 1}", "start"),
        ("{drug: docetaxel, dose: 75 mg/m2, at: [" + ", ".join(map(str, range(2000))) + "]}", "at"),
        (f"{{drug: docetaxel, dose: 75 mg/m2, every: 21, days: 1-{'9' * 5000}, cycles: 1}}", "days"),
    ],
)
def test_fault_43_a_line_of_a_regimen_has_bounds(tmp_path: Path, line: str, field: str) -> None:
    assert refusal(tmp_path, with_line(line)).field == f"arms[0].regimen[0].{field}"


def test_fault_43_arms_are_few(tmp_path: Path) -> None:
    head, _, tail = TRIAL.partition("arms:\n")
    arms = "".join(f"  - {{id: a{n}, n: 1, regimen: []}}\n" for n in range(2000))
    assert refusal(tmp_path, f"{head}arms:\n{arms}{tail[tail.index('assessments'):]}").field == "arms"


def test_all_mistakes_of_a_file_are_told_each_with_its_line(tmp_path: Path) -> None:
    wrong = TRIAL.replace("8 mg/kg", "8 mgkg").replace("every: 21", "every: 0").replace("24 months", "24 moons")
    wrong = wrong.replace("title:", "titel:").replace("n: 10", "n: ten")
    error = refusal(tmp_path, wrong)
    places = {(each.field, each.line) for each in error.all}
    assert places == {("titel", 2), ("arms[0].n", 6), ("arms[0].regimen[0].dose", 8), ("arms[0].regimen[1].every", 9),
                      ("followup", 11)}


def test_mistakes_beyond_the_form_are_told_together(tmp_path: Path) -> None:
    wrong = TRIAL.replace("[orr, pfs]", "[orrr, pfs, ofs]") + "baseline: {visceral: 3, age: 2}\n"
    assert {each.field for each in refusal(tmp_path, wrong).all} == {
        "endpoints[0]", "endpoints[2]", "baseline.visceral", "baseline.age"}


def test_the_trial_itself_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, TRIAL).followup > 700
