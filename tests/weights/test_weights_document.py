"""Prevalence weights: a tilt comes out, conflict costs effective size, validation trials are refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from her2lab import weights as prevalence
from her2lab.comparison.run_store import MANIFEST, SCHEMA, RunStore
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.population.weights import effective_size
from her2lab.provenance.facts import facts_hash
from her2lab.trial.statistics.survival import Times, kaplan_meier
from her2lab.weights.entropy_weights import weigh
from her2lab.weights.shifts import shifts
from her2lab.weights.table import CandidateTable, build, read
from her2lab.weights.targets import Target, targets_of, without_event

POPULATION = "breast_metastatic_1l"
TRIALS = ("cleopatra", "h0648g", "hertax_trastuzumab")


def table(values: np.ndarray[Any, Any], published: list[float], trials: tuple[str, ...] = TRIALS,
          patients: int = 400) -> CandidateTable:
    """Return a table with one outcome for each column, each of its own trial of so many patients."""
    targets = tuple(Target(trial, "arm", f"orr_{k}", value, patients)
                    for k, (trial, value) in enumerate(zip(trials, published, strict=True)))
    return CandidateTable(tuple(f"P{i:05d}" for i in range(len(values))), targets, values, np.nanmean(values, axis=0))


def responders(shares: tuple[float, ...], cause: np.ndarray[Any, Any], n: int) -> np.ndarray[Any, Any]:
    """Return responses of 0 and 100 that are by `share` likelier in those with the cause."""
    drawn = np.random.default_rng(2).uniform(size=(n, len(shares)))
    return 100.0 * (drawn < 0.3 + np.outer(cause, shares))


def test_a_tilt_that_was_put_in_comes_out() -> None:
    values = responders((0.3, 0.3, 0.3), np.repeat([0.0, 1.0], 1000), 2000)
    tilt = np.exp(values @ [0.008, -0.005, 0.006])
    tilt /= tilt.sum()
    found = weigh(table(values, list(tilt @ values), patients=10**6))
    assert found.after == pytest.approx(tilt @ values, abs=0.2)
    assert found.weights == pytest.approx(tilt, rel=0.03)
    assert effective_size(found.weights) < 2000


def test_a_common_cause_is_found_and_helps_trials_that_were_left_out() -> None:
    cause = np.repeat([0.0, 1.0], 1000)
    values = responders((0.5, 0.5, 0.5), cause, 2000)
    more = np.where(cause == 1, 1.6, 0.4) / 2000         # eight of ten have the cause, not one half
    found = weigh(table(values, list(more @ values)))
    noise = np.random.default_rng(1).normal(size=2000)
    moved = shifts(found.weights, {"noise": noise, "cause": cause}, {"same": cause.copy()})
    assert [each.name for each in moved] == ["cause", "noise"]
    assert moved[0].weighted > 0.6 > moved[0].unweighted
    assert found.helps
    assert all(each.after < each.before for each in found.left_out)


def test_weights_stay_equal_where_the_patients_meet_the_trials() -> None:
    values = responders((0.0, 0.0, 0.0), np.zeros(500), 500)
    found = weigh(table(values, list(values.mean(axis=0))))
    assert effective_size(found.weights) == pytest.approx(500)
    assert found.helps is False       # nothing comes closer


def test_conflicting_targets_cost_effective_size_and_do_not_help() -> None:
    one = responders((0.0,), np.zeros(500), 500)[:, 0]
    values = np.stack([one, one, one], axis=1)           # the same response in every trial
    agreed, conflict = weigh(table(values, [45.0, 45.0, 45.0])), weigh(table(values, [15.0, 75.0, 75.0]))
    assert effective_size(conflict.weights) < effective_size(agreed.weights) < 500
    assert agreed.helps
    assert conflict.helps is False


def test_one_trial_cannot_say_whether_weights_help() -> None:
    found = weigh(table(responders((0.0,), np.zeros(100), 100), [50.0], TRIALS[:1]))
    assert found.helps is None


def test_patients_in_whom_a_target_cannot_be_told_take_no_part_in_it() -> None:
    values = np.array([[0.0]] * 30 + [[100.0]] * 30 + [[np.nan]] * 40)
    found = weigh(table(values, [70.0], TRIALS[:1]))
    assert found.before == pytest.approx([50.0])
    assert found.after == pytest.approx([70.0], abs=1.0)


def test_a_target_is_twice_as_wide_where_it_was_recalled_and_counts_the_virtual_patients() -> None:
    exact = {doubtful: Target("cleopatra", "placebo", "orr", 50.0, 100, doubtful).error(10**9)
             for doubtful in (False, True)}
    assert exact == pytest.approx({False: 5.0, True: 10.0}, rel=1e-3)
    assert Target("cleopatra", "placebo", "orr", 50.0, 100).error(100) == pytest.approx(5.0 * np.sqrt(2))
    assert Target("cleopatra", "placebo", "cr", 0.0, 100).error(100) > 0


def test_a_validation_trial_is_refused(tmp_path: Path) -> None:
    held_out = next(trial.id for trial in library.trials() if trial.use == "validation")
    with pytest.raises(InputError, match="use: calibration"):
        weigh(table(np.zeros((20, 1)), [50.0], (held_out,)))
    store = stored(tmp_path, [held_out])
    with pytest.raises(InputError, match="use: calibration"):
        read(store, store.runs, library.population(POPULATION))


def test_the_mean_of_redistributed_times_is_the_kaplan_meier_estimate() -> None:
    random = np.random.default_rng(4)
    times = Times.checked(random.exponential(10, 200), random.uniform(size=200) < 0.4)
    for month in (2.0, 9.5, 15.0):
        chances = without_event(times, month)
        assert chances.mean() == pytest.approx(float(kaplan_meier(times).at(month)))
        assert ((chances >= 0) & (chances <= 1)).all()


# ------------------------------------------------------------------------------------------------ from stored runs
def frame(trial: Trial, n: int, seed: int) -> pl.DataFrame:
    """Return what a run of the trial could have written; no number in it is biology."""
    random = np.random.default_rng(seed)
    rows = []
    for arm in trial.arms:
        days = random.exponential(500, n)
        rows.append(pl.DataFrame({
            "patient": [f"P{i:05d}" for i in range(n)], "arm": [arm.id] * n, "status": ["ok"] * n,
            "pfs_days": days, "pfs_cnsr": np.zeros(n, dtype=np.int8), "os_days": 2 * days,
            "os_cnsr": np.zeros(n, dtype=np.int8), "age": random.normal(54, 9, n),
            **{name: random.uniform(size=n) < 0.4 for name in ("orr", "cr", "cbr")},
            **{name: (random.uniform(size=n) < 0.5).astype(float) for name in (
                "hr_positive", "visceral", "prior_trastuzumab", "pik3ca_mutated", "asian", "brain_metastases",
                "node_positive", "prior_anthracycline")},
            "ihc": np.where(random.uniform(size=n) < 0.8, "3+", "2+").tolist(),
        }))
    return pl.concat(rows)


def stored(folder: Path, names: list[str], n: int = 12, seeds: tuple[int, ...] = (1, 1, 1)) -> RunStore:
    """Return a store that looks as if trials had been run."""
    runs = {}
    for name, seed in zip(names, seeds, strict=False):
        place = folder / "trials" / name
        place.mkdir(parents=True)
        (place / "result.json").write_text(json.dumps({"trial": name}))
        frame(library.trial(name), n, seed=5).write_parquet(place / "patients.parquet")
        stamp = {"seed": seed, "patients": n, "model": "m", "facts": facts_hash(), "program": "p"}
        runs[name] = {"given": name, "trial": "t", "result": hashlib.sha256(
            (place / "result.json").read_bytes()).hexdigest(), "stamp": stamp}
    (folder / MANIFEST).write_text(json.dumps({"schema": SCHEMA, "runs": runs}))
    return RunStore(folder)


def test_targets_are_outcomes_as_shares_and_the_baseline_mix() -> None:
    trial, people = library.trial("cleopatra"), library.population(POPULATION)
    found = {target.label: target for target in targets_of(trial, people, ["cleopatra/placebo"])}
    median, share = found["cleopatra/placebo/pfs_median"], found["cleopatra/pertuzumab/orr"]
    published = trial.published.arms["placebo"]["pfs_median"]  # type: ignore[union-attr]
    assert (median.published, median.month, median.doubtful) == (50.0, published, True)
    assert (share.patients, share.doubtful, share.outcome) == (402, False, True)
    assert found["cleopatra/baseline/hr_positive"].published == pytest.approx(48)
    assert not found["cleopatra/baseline/age_median"].outcome
    assert "cleopatra/baseline/brain_metastases" not in found      # nobody has them, by protocol


def test_patients_who_did_not_go_through_every_arm_do_not_count() -> None:
    trial, people = library.trial("hertax_trastuzumab"), library.population(POPULATION)
    other, rows = library.trial("cleopatra"), frame(library.trial("cleopatra"), 30, 1)
    failed = rows.with_columns(status=pl.when(pl.col("patient") == "P00003").then(pl.lit("failed")).otherwise("status"))
    found, _ = build({"hertax_trastuzumab": trial, "cleopatra": other},
                     {"hertax_trastuzumab": frame(trial, 20, 1), "cleopatra": failed}, people)
    assert found.patients == tuple(f"P{i:05d}" for i in range(20) if i != 3)
    assert found.values.shape == (19, len(found.targets))


def test_a_trial_without_an_outcome_to_weigh_keeps_nobody_out() -> None:
    hera, control = library.trial("hera"), library.trial("control")
    tables = {"hera": frame(hera, 20, 1), "control": frame(control, 11, 1)}
    found, frames = build({"hera": hera, "control": control}, tables, library.population("breast_adjuvant"))
    assert len(found.patients) == 20
    assert set(frames) == {"hera"}


def test_the_command_writes_weights_and_the_credibility_report_finds_them(her2lab: Any, tmp_path: Path) -> None:
    store = stored(tmp_path, ["cleopatra", "hertax_trastuzumab"])
    ended = her2lab("population", "weigh", POPULATION, "--from", tmp_path, "--json")
    assert ended.status == 0
    found = json.loads(ended.out)
    weights = pl.read_parquet(tmp_path / "weights" / f"{POPULATION}.parquet")
    assert weights.columns == ["patient", "weight"]
    assert weights["weight"].sum() == pytest.approx(1.0)
    assert found["effective_size"] == pytest.approx(effective_size(weights["weight"].to_numpy()))
    assert "predictions are made without them" in found["verdict"]
    assert {each["kind"] for each in found["shifts"]} == {"property", "parameter"}
    assert json.loads((tmp_path / "weights" / f"{POPULATION}.json").read_text()) == found
    assert [each["population"] for each in prevalence.summaries(tmp_path, store.runs)] == [POPULATION]
    assert prevalence.summaries(tmp_path, {}) == []       # of runs that are no longer there


def test_runs_of_different_patients_are_refused(her2lab: Any, tmp_path: Path) -> None:
    stored(tmp_path, ["cleopatra", "hertax_trastuzumab"], seeds=(1, 2))
    ended = her2lab("population", "weigh", POPULATION, "--from", tmp_path)
    assert ended.status == 2
    assert "seed" in ended.line


def test_too_few_patients_are_refused(her2lab: Any, tmp_path: Path) -> None:
    stored(tmp_path, ["cleopatra"], n=5)
    ended = her2lab("population", "weigh", POPULATION, "--from", tmp_path)
    assert ended.status == 2
    assert "only 5 patients went through every arm" in ended.line
