"""A result holds the facts that it is made of: which were read, which are the user's own, and the copies of these."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

import her2lab
from her2lab import resources

DRUG = "facts/drugs/mytucatinib.yaml"
TRIAL = """
id: mine
title: a drug of one's own
population: breast_metastatic_1l
arms:
  - id: only
    n: 3
    regimen:
      - {drug: trastuzumab, dose: 6 mg/kg, every: 21, until: progression}
      - {drug: mytucatinib, dose: 300 mg, every: 1, per_day: 2, route: oral, until: progression}
rules: {trastuzumab_fall_16: false}
assessments: {tumour: 28}
followup: 60
endpoints: [orr]
"""


def write_drug(home: Path, name: str, source: str, **changes: str) -> None:
    """Write a drug's file that is a copy of a built-in one but for some text."""
    text = (resources.folder("facts") / "drugs" / f"{source}.yaml").read_text(encoding="utf-8")
    for before, after in changes.items():
        text = text.replace(before, after)
    path = home / "facts" / "drugs" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a drug that a run reads, one that it does not, and a trial."""
    place = tmp_path_factory.mktemp("own")
    write_drug(place, "mytucatinib", "tucatinib", tucatinib="mytucatinib")
    write_drug(place, "unused", "tucatinib", tucatinib="unused")
    (place / "mine.yaml").write_text(TRIAL, encoding="utf-8")
    return place


@pytest.fixture
def ended(home, command, monkeypatch):
    """The command line, run in that folder; the first time only."""
    monkeypatch.chdir(home)
    monkeypatch.delenv("HER2LAB_HOME", raising=False)
    if not hasattr(ended, "kept"):
        ended.kept = command("trial", "run", "mine.yaml", "--patients", 3, "--seed", 5)
    return ended.kept


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_own_facts_are_named_and_kept(home, ended):
    folder = home / "results" / "mine"
    facts = json.loads((folder / "result.json").read_text(encoding="utf-8"))["facts"]
    assert facts["own"] == [DRUG]
    assert "facts/parameters/receptor.yaml" in facts["files"]
    assert "facts/drugs/unused.yaml" not in facts["files"]
    assert (folder / DRUG).read_bytes() == (home / DRUG).read_bytes()
    assert f"own facts used: {DRUG}" in ended.out
    assert facts["hash"] in (folder / "report.html").read_text(encoding="utf-8")


def test_rules_are_listed(home, ended, command):
    summary = json.loads((home / "results" / "mine" / "result.json").read_text(encoding="utf-8"))
    assert summary["rules"]["switched_off"] == ["trastuzumab_fall_16"]
    assert "trastuzumab_fall_16" not in summary["rules"]["in_force"]
    for text in (ended.out, command("trial", "show", "mine.yaml").out):
        assert "switched off by the trial file: trastuzumab_fall_16" in text


def test_the_command_that_is_printed_gives_the_same_bytes(home, ended, command, monkeypatch, tmp_path):
    line = next(line for line in ended.out.splitlines() if "to reproduce: " in line).partition("to reproduce: ")[2]
    move, there, also, program, *words = shlex.split(line)
    assert (move, also, program) == ("cd", "&&", "her2lab")
    shutil.copytree(there, tmp_path / "elsewhere")  # without the facts folder that the run was made with
    before = contents(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert command(*words, "--out", tmp_path / "again").status == 0
    assert contents(tmp_path / "again") == before


def test_a_result_is_read_back_without_the_facts_folder_of_its_run(home, ended, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    again = her2lab.read_result(home / "results" / "mine")
    assert again.own_facts == [DRUG]
    assert contents(again.write(tmp_path / "copy")) == contents(home / "results" / "mine")


def test_facts_of_an_earlier_result_in_the_folder_do_not_stay(result, home, ended, tmp_path):
    shutil.copytree(home / "results" / "mine", tmp_path / "used")
    (tmp_path / "used" / "facts" / "note.txt").write_text("mine")
    result.write(tmp_path / "used")
    assert not (tmp_path / "used" / DRUG).exists()
    assert (tmp_path / "used" / "facts" / "note.txt").is_file()
