"""``her2lab trial sweep`` and ``trial paired``: what they print, write and refuse."""

from __future__ import annotations

import json

import pytest

import her2lab as package


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Write the result of a trial of 42 weeks with two arms, the second one the reference."""
    trial = package.load_trial("destiny_breast03").replace(followup=294, reference="tdxd", endpoints=["pfs"])
    return package.run_trial(trial, patients=6).write(tmp_path_factory.mktemp("run") / "short")


def test_twins_are_compared_against_the_reference_arm_in_words(her2lab, run):
    ended = her2lab("trial", "paired", run)
    assert (ended.status, ended.err) == (0, "")
    for words in ("6 pairs", "only tdm1", "tdm1 minus tdxd", "Progression-free survival: event by 9.659 months",
                  "Research use only"):
        assert words in ended.out


def test_a_month_after_the_follow_up_is_refused(her2lab, run):
    ended = her2lab("trial", "paired", run, "--months", 600)
    assert ended.status == 2
    assert "--months" in ended.err
    assert "up to 9.6" in ended.err


def test_a_sweep_writes_what_it_prints(her2lab, tmp_path):
    ended = her2lab("trial", "sweep", "destiny_breast03", "--arm", "tdxd", "--drug", "T-DXd", "--dose", "3.2, 5.4",
                    "--patients", 2, "--out", tmp_path / "sweep", "--json")
    assert ended.status == 0, ended.err
    written = json.loads((tmp_path / "sweep" / "sweep.json").read_text())
    assert json.loads(ended.out) == written
    assert {row["dose"] for row in written["rows"]} == {3.2, 5.4}
    assert {row["kind"] for row in written["rows"]} == {"endpoint", "contrast", "adverse_event", "dosing"}
    assert (tmp_path / "sweep" / "sweep.svg").read_text().startswith("<?xml")
    assert (tmp_path / "sweep" / "result.json").is_file()


@pytest.mark.parametrize(("options", "says"), [
    ((), "--dose, --interval"), (("--dose", "3.2", "--interval", "21"), "one of them"),
    (("--dose", "3.2,,5"), "--dose"), (("--dose", "0"), "positive"), (("--interval", "0.001"), "every"),
])
def test_a_sweep_that_cannot_be_is_refused_and_leaves_nothing(her2lab, tmp_path, options, says):
    ended = her2lab("trial", "sweep", "destiny_breast03", "--arm", "tdxd", "--drug", "T-DXd", "--out", tmp_path / "x",
                    *options)
    assert ended.status == 2
    assert says in ended.err
    assert not (tmp_path / "x").exists()
