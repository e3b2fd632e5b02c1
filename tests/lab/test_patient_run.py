"""``her2lab patient run``: one patient of a trial, the same as in the trial."""

from __future__ import annotations

import json

import pytest

from her2lab import trial as room
from her2lab.facts import library
from her2lab.lab.cli import main


def test_the_patient_is_the_one_of_the_trial(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patient", "run", "cleopatra", "--patient", "3", "--seed", "5", "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    trial = library.trial("cleopatra")
    whole = room.run_trial(trial, patients=4, seed=5).patients.filter(patient="P00003")
    assert [row["pfs_days"] for row in alone["outcome"]] == whole["pfs_days"].to_list()
    assert [row["os_days"] for row in alone["outcome"]] == whole["os_days"].to_list()
    assert set(alone["series"]) == {"placebo", "pertuzumab"}
    assert len(alone["series"]["placebo"]["days"]) == len(alone["series"]["placebo"]["sum_of_diameters"])


def test_it_reads_arm_beside_arm_and_says_research_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patient", "run", "cleopatra", "--patient", "0"]) == 0
    shown = capsys.readouterr().out
    assert "placebo" in shown
    assert "progression-free, months" in shown
    assert "Research use only" in shown


def test_units_doses_and_whole_lesions_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patient", "run", "cleopatra", "--patient", "17"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert next(line for line in lines if line[:1] == ["weight"])[2] == "kg"
    assert next(line for line in lines if line[:1] == ["lesions"])[1].isdecimal()
    assert ["pertuzumab", "1", "1", "840", "840"] in lines


def test_the_doses_of_an_arm_add_up_to_those_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patient", "run", "her2climb", "--patient", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["units"]["weight"] == "kg"
    for row in found["outcome"]:
        for drug in ("trastuzumab", "capecitabine"):
            own = [each["doses"] for each in found["doses"] if (each["arm"], each["drug"]) == (row["arm"], drug)]
            assert sum(own) == row[f"doses_{drug}"]


def test_a_negative_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patient", "run", "cleopatra", "--patient", "-1"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
