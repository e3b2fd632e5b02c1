"""A trial file to start from is in order, says where its numbers are from, and overwrites nothing."""

from __future__ import annotations

import pytest

import her2lab
from her2lab.facts import library
from her2lab.lab.cli.facts import as_used


def test_a_new_file_passes_the_checks_of_a_run(tmp_path):
    path = her2lab.new_trial(tmp_path / "my_trial")
    assert path.name == "my_trial.yaml"
    assert library.validate_files([path], (), as_used) == []
    assert len(her2lab.load_trial(path).arms) > 1


@pytest.mark.parametrize("population", ["breast_neoadjuvant", "breast_residual", "gastric_perioperative"])
def test_it_is_written_for_any_population(tmp_path, population):
    trial = her2lab.load_trial(her2lab.new_trial(tmp_path / "mine", population=population, drugs=["Herceptin"]))
    assert trial.population == population
    assert [arm.id for arm in trial.arms] == ["trastuzumab"]


def test_the_last_drug_is_what_the_arms_differ_in(tmp_path):
    path = her2lab.new_trial(tmp_path / "mine", drugs=["trastuzumab", "docetaxel", "tucatinib"])
    control, whole = her2lab.load_trial(path).arms
    assert {line.drug for line in whole.regimen} - {line.drug for line in control.regimen} == {"tucatinib"}
    assert "# tucatinib as in the regimen tucatinib_twice_daily" in path.read_text()


def test_a_copy_keeps_the_comments_and_is_not_marked_as_fitted(tmp_path):
    path = her2lab.new_trial(tmp_path / "mine", copy_of="NCT00567190")
    trial, source = her2lab.load_trial(path), her2lab.load_trial("cleopatra")
    assert (trial.id, trial.use, trial.registry, trial.aliases) == ("mine", None, None, ())
    assert (trial.arms, trial.published) == (source.arms, source.published)
    assert "# (c) excluded by protocol" in path.read_text()


def test_the_copy_of_a_file_of_ones_own(tmp_path):
    first = her2lab.new_trial(tmp_path / "first")
    assert her2lab.load_trial(her2lab.new_trial(tmp_path / "second", copy_of=first)).id == "second"


def test_an_existing_file_stays(tmp_path, her2lab):
    (tmp_path / "mine.yaml").write_text("mine")
    ended = her2lab("trial", "new", tmp_path / "mine")
    assert ended.status == 2
    assert "is there already" in ended.line
    assert (tmp_path / "mine.yaml").read_text() == "mine"


WRONG = {
    "drug": (["mine", "--drug", "trastuzumub"], ["--drug", "did you mean trastuzumab?"]),
    "population": (["mine", "--population", "breast_adjuvan"], ["--population", "did you mean breast_adjuvant?"]),
    "trial": (["mine", "--from", "cleopatre"], ["--from", "cleopatra"]),
    "name": (["My-trial"], ["NAME", "My-trial"]),
    "name of the library": (["cleopatra"], ["NAME", "of the library"]),
    "copy and drug": (["mine", "--from", "toga", "--drug", "lapatinib"], ["--from", "not both"]),
    "three antibodies": (["mine", "--drug", "trastuzumab", "--drug", "pertuzumab", "--drug", "margetuximab"],
                         ["margetuximab", "at most 2 antibody drugs"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_one_line_and_no_file(tmp_path, monkeypatch, her2lab, name):
    monkeypatch.chdir(tmp_path)
    words, said = WRONG[name]
    ended = her2lab("trial", "new", *words)
    assert ended.status == 2
    assert all(word in ended.line for word in said), ended.line
    assert list(tmp_path.iterdir()) == []
