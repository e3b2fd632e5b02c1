"""``her2lab validate``: one command from the library to the report."""

from __future__ import annotations

import json
import re

import made_up
import pytest

from her2lab.credibility import library_runs
from her2lab.errors import WorkError

KEYS = {"schema", "research_use", "trials", "targets", "intervals", "scores", "figures", "misses", "adverse_events",
        "sensitivity", "weights", "fitted_populations", "intended_use", "sources", "versions"}


@pytest.fixture
def room(monkeypatch):
    """Stand in for the trials: predictions are 10 % too high."""
    def run(trial, **options):
        return made_up.result(trial, options["patients"], factor=1.1)

    monkeypatch.setattr(library_runs, "run_trial", run)


def test_the_report_holds_every_figure_with_calibration_and_validation_apart(her2lab, room, tmp_path):
    ended = her2lab("validate", "cleopatra", "kate2", "--patients", 20, "--out", tmp_path, "--json")
    assert ended.status == 0
    document = json.loads(ended.out)
    assert document == json.loads((tmp_path / "credibility.json").read_text())
    assert set(document) == KEYS
    figures = {use: [each for each in document["figures"] if each["use"] == use]
               for use in ("calibration", "validation")}
    for use, chosen in figures.items():
        assert document["scores"][use]["all"]["n"] == len(chosen) > 0
    assert {each["trial"] for each in figures["validation"]} == {"kate2"}
    assert len(document["targets"]) == 5
    assert "altto" in document["trials"]["missing"]


def test_the_page_loads_nothing_and_says_what_it_is_for(her2lab, room, tmp_path):
    her2lab("validate", "cleopatra", "kate2", "--out", tmp_path)
    page = (tmp_path / "credibility.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<(link|img|iframe|object|embed|base|form)\b|\ssrc=", page.split("<script>")[0])
    for words in ("Research use only", "Naive", "Question of interest", "model risk", "ICH M15", "kate2", "not met"):
        assert words.lower() in page.lower()


def test_progress_goes_to_stderr_and_a_second_run_does_nothing_anew(her2lab, room, tmp_path):
    first = her2lab("validate", "cleopatra", "kate2", "--out", tmp_path)
    assert "1 of 2: cleopatra run in" in first.err
    assert "Research use only" in first.out
    again = her2lab("validate", "cleopatra", "kate2", "--out", tmp_path)
    assert "2 of 2: kate2 was there" in again.err


def test_another_seed_does_not_count_the_old_runs(her2lab, room, tmp_path):
    her2lab("validate", "cleopatra", "kate2", "--out", tmp_path)
    ended = her2lab("validate", "kate2", "--seed", 2, "--out", tmp_path, "--json")
    assert "2 stored run(s) are of another" in ended.err
    assert json.loads(ended.out)["trials"]["run"] == 1


def test_the_report_can_be_written_anew_from_stored_runs(her2lab, room, tmp_path, monkeypatch):
    her2lab("validate", "cleopatra", "--out", tmp_path)
    before = (tmp_path / "credibility.html").read_bytes()
    monkeypatch.setattr(library_runs, "run_trial", lambda *_, **__: pytest.fail("a trial was run"))
    (tmp_path / "credibility.html").unlink()
    assert her2lab("validate", "--report-only", "--out", tmp_path).status == 0
    assert (tmp_path / "credibility.html").read_bytes() == before


def test_a_trial_that_fails_is_named_and_the_report_is_written_all_the_same(her2lab, room, tmp_path, monkeypatch):
    def run(trial, **options):
        if trial.id == "kate2":
            raise WorkError("too many patients could not be integrated")
        return made_up.result(trial)

    monkeypatch.setattr(library_runs, "run_trial", run)
    ended = her2lab("validate", "cleopatra", "kate2", "--out", tmp_path)
    assert ended.status == 1
    assert "kate2" in ended.err.splitlines()[-1]
    assert "too many patients" in (tmp_path / "credibility.html").read_text(encoding="utf-8")
    document = json.loads((tmp_path / "credibility.json").read_text())
    assert document["scores"]["validation"]["all"]["inside"] == 0 < document["scores"]["validation"]["all"]["n"]


def test_an_interruption_says_that_finished_trials_are_kept(her2lab, room, tmp_path, monkeypatch):
    def run(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(library_runs, "run_trial", run)
    ended = her2lab("validate", "cleopatra", "--out", tmp_path)
    assert ended.status == 130
    assert "goes on" in ended.line


@pytest.mark.parametrize(("words", "named"), [
    (["kate22"], "kate2"),
    (["--report-only"], "empty: there is no finished run"),
    (["--report-only", "cleopatra"], "--report-only"),
    (["--patients", "0"], "--patients"),
    (["cleopatra", "--out", "/proc/her2lab"], "--out"),
])
def test_wrong_input_is_one_line(her2lab, room, tmp_path, words, named):
    ended = her2lab("validate", "--out", tmp_path / "empty", *words)
    assert ended.status == 2
    assert named in ended.line


def test_a_plan_that_names_what_there_is_not_is_refused(her2lab, tmp_path):
    from her2lab import resources

    text = (resources.folder("facts") / "credibility" / "plan.yaml").read_text(encoding="utf-8")
    for old, new in (("clone.adcc_rate", "clone.adc_rate"), ("arm: pertuzumab", "arm: pertuzumap"),
                     ("sources: [asme_vv40]", "sources: [asme]")):
        path = tmp_path / "plan.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        ended = her2lab("facts", "check", path)
        assert ended.status == 2
        assert "plan.yaml" in ended.line
