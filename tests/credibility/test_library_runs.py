"""Runs of the library are kept one by one; what is of another model, facts or seed does not count."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import made_up
import pytest

from her2lab.comparison.run_store import RunStore, Stamp
from her2lab.credibility import library_runs
from her2lab.credibility.interval_update import renew
from her2lab.errors import InputError, WorkError
from her2lab.facts import library
from her2lab.provenance.facts import facts_hash

TRIALS = {name: library.trial(name) for name in ("cleopatra", "emilia")}
STAMP = Stamp(seed=1, patients=10, model="m", facts="f", program="p")


@pytest.fixture
def ran(monkeypatch):
    """Stand in for the trials, and keep the names of those that are run."""
    names: list[str] = []

    def run(trial, **options):
        names.append(trial.id)
        options["progress"](5, 5)
        return made_up.result(trial, options["patients"])

    monkeypatch.setattr(library_runs, "run_trial", run)
    return names


def test_a_second_run_runs_nothing(ran, tmp_path):
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    assert ran == ["cleopatra", "emilia"]
    assert sorted(path.name for path in (tmp_path / "trials" / "emilia").iterdir()) == [
        "columns.json", "patients.parquet", "result.json"]


def test_an_interrupted_run_goes_on_where_it_stopped(ran, tmp_path, monkeypatch):
    whole = library_runs.run_trial

    def interrupted(trial, **options):
        if trial.id == "emilia":
            raise KeyboardInterrupt
        return whole(trial, **options)

    with monkeypatch.context() as context:
        context.setattr(library_runs, "run_trial", interrupted)
        with pytest.raises(KeyboardInterrupt):
            library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    assert ran == ["cleopatra", "emilia"]


@pytest.mark.parametrize("change", [{"seed": 2}, {"patients": None}, {"model": "n"}, {"facts": "g"}, {"program": "q"}])
def test_a_stale_run_is_run_anew(ran, tmp_path, change):
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    library_runs.run_library(TRIALS, RunStore(tmp_path), replace(STAMP, **change))
    assert len(ran) == 4


def test_a_changed_trial_file_is_run_anew(ran, tmp_path):
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    other = {**TRIALS, "emilia": TRIALS["emilia"].model_copy(update={"followup": 100.0})}
    library_runs.run_library(other, RunStore(tmp_path), STAMP)
    assert ran == ["cleopatra", "emilia", "emilia"]


def test_a_damaged_result_is_run_anew_and_never_reported(ran, tmp_path):
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    path = tmp_path / "trials" / "emilia" / "result.json"
    path.write_text(path.read_text().replace("emilia", "elimia"))
    with pytest.raises(InputError, match=r"result\.json"):
        RunStore(tmp_path).result("emilia")
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    assert ran == ["cleopatra", "emilia", "emilia"]


def test_a_broken_manifest_is_the_same_as_none(ran, tmp_path):
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    (tmp_path / "manifest.json").write_text("{")
    assert RunStore(tmp_path).runs == {}


def test_one_trial_that_fails_does_not_stop_the_others(ran, tmp_path, monkeypatch):
    def run(trial, **options):
        if trial.id == "cleopatra":
            raise WorkError("three patients could not be integrated")
        return made_up.result(trial)

    monkeypatch.setattr(library_runs, "run_trial", run)
    store, told = RunStore(tmp_path), []
    failures = library_runs.run_library(TRIALS, store, STAMP, ended=told.append)
    assert failures == {"cleopatra": "three patients could not be integrated"}
    assert store.runs["cleopatra"].failure == failures["cleopatra"]
    assert not store.holds(TRIALS["cleopatra"], STAMP)
    assert store.holds(TRIALS["emilia"], STAMP)
    assert [each.failure is None for each in told] == [False, True]


def test_progress_counts_patient_days_of_what_is_run(ran, tmp_path):
    seen = []
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP, progress=lambda *at: seen.append(at))
    assert seen[-1][0] == seen[-1][1]


def test_the_hash_of_facts_knows_drugs_but_not_statements(tmp_path, monkeypatch):
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))
    before = facts_hash()
    (tmp_path / "facts" / "claims").mkdir(parents=True)
    (tmp_path / "facts" / "claims" / "mine.yaml").write_text("a: 1\n")
    assert facts_hash() == before
    (tmp_path / "facts" / "drugs").mkdir()
    (tmp_path / "facts" / "drugs" / "mine.yaml").write_text("a: 1\n")
    assert facts_hash() != before


def test_the_manifest_says_where_each_run_came_from(ran, tmp_path):
    library_runs.run_library(TRIALS, RunStore(tmp_path), STAMP)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["runs"]["emilia"]["stamp"]["seed"] == 1
    assert manifest["runs"]["emilia"]["given"] == "emilia"


def test_intervals_follow_the_spread_between_trials_without_a_run(ran, tmp_path, monkeypatch):
    store, trial = RunStore(tmp_path), TRIALS["emilia"]
    library_runs.run_library({"emilia": trial}, store, STAMP)
    store.renew("emilia", partial(renew, trial))
    narrow = store.result("emilia")
    store.renew("emilia", partial(renew, trial))
    assert store.result("emilia") == narrow
    spreads = library.between_trials()
    wide = {key: each.model_copy(update={"value": 2 * each.value}) for key, each in spreads.spreads.items()}
    monkeypatch.setattr(library, "between_trials", lambda: spreads.model_copy(update={"spreads": wide}))
    store.renew("emilia", partial(renew, trial))
    for before, after in zip(narrow["arms"], store.result("emilia")["arms"], strict=True):
        for name, cell in after["endpoints"].items():
            assert cell["low"] < before["endpoints"][name]["low"]
            assert cell["high"] >= before["endpoints"][name]["high"]
    assert ran == ["emilia"]
    assert RunStore(tmp_path).holds(trial, STAMP)
