"""The chance of a run in a ratio of arms that have the same virtual patients."""

from __future__ import annotations

import math

import numpy as np
import pytest

from her2lab._types import Floats
from her2lab.trial.run import run_arms
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.estimate import odds_ratio
from her2lab.trial.statistics.run_chance import log_hazard_ratio_sd, log_odds_ratio_sd
from her2lab.trial.statistics.survival import Times

from .. import toys

N = 60
NAMES = [f"P{patient}" for patient in range(N)]


def twins(seed: int, shared: float) -> tuple[Times, Times]:
    """Times of N patients in two arms (true hazard ratio 0.6), alike by what a patient is, seen on a calendar."""
    generator = np.random.default_rng(seed)
    frailty = np.exp(shared * generator.normal(size=N))

    def arm(hazard: float) -> Times:
        days = 9.0 * np.ceil(generator.exponential(1 / (hazard * frailty)) / 9.0)
        return Times(np.minimum(days, 108.0), days <= 108.0)

    return arm(0.012), arm(0.02)


def ratio(arm: Times, reference: Times) -> float:
    found = survival.hazard_ratio(arm, reference).value
    assert found is not None
    return found


def without(times: Times, patient: int) -> Times:
    return Times(np.delete(times.durations, patient), np.delete(times.events, patient))


def jackknife(left_out: list[float]) -> float:
    values: Floats = np.array(left_out)
    return math.sqrt((len(values) - 1) / len(values) * float(np.square(values - values.mean()).sum()))


def test_of_hazards_it_is_what_leaving_out_patients_says() -> None:
    arm, reference = twins(1, shared=1.0)
    left_out = [math.log(ratio(without(arm, patient), without(reference, patient))) for patient in range(N)]
    found = log_hazard_ratio_sd((arm, NAMES), (reference, NAMES), ratio(arm, reference))
    assert found == pytest.approx(jackknife(left_out), rel=0.06)


def test_of_odds_it_is_what_leaving_out_patients_says() -> None:
    generator = np.random.default_rng(2)
    liability = generator.normal(size=N)
    arm, reference = (liability + generator.normal(size=N) > limit for limit in (-0.5, 0.3))

    def log_ratio(rows: list[bool]) -> float:
        counts = [count for met in (arm[rows], reference[rows]) for count in (int(met.sum()), len(met))]
        return math.log(odds_ratio(*counts).value or math.nan)

    left_out = [log_ratio([patient != each for each in range(N)]) for patient in range(N)]
    assert log_odds_ratio_sd((arm, NAMES), (reference, NAMES)) == pytest.approx(jackknife(left_out), rel=0.06)


def test_without_twins_it_is_about_the_usual_variance() -> None:
    arm, reference = twins(3, shared=0.0)
    found = survival.hazard_ratio(arm, reference)
    others = [f"Q{patient}" for patient in range(N)]
    sd = log_hazard_ratio_sd((arm, NAMES), (reference, others), found.value or math.nan)
    assert sd == pytest.approx(math.log((found.high or 0) / (found.low or 1)) / (2 * 1.6449), rel=0.1)


def test_runs_with_other_patients_scatter_as_it_says() -> None:
    runs = [twins(seed, shared=1.5) for seed in range(40)]
    logs = [math.log(ratio(*run)) for run in runs]
    sds = [log_hazard_ratio_sd((run[0], NAMES), (run[1], NAMES), math.exp(log))
           for run, log in zip(runs, logs, strict=True)]
    assert math.sqrt(float(np.mean(np.square(sds)))) == pytest.approx(np.std(logs, ddof=1), rel=0.25)


def test_runs_with_other_seeds_do_not_contradict_each_other() -> None:
    """Nine of ten intervals of small runs hold what the other runs say on average; of twelve, ten or more."""
    trial = toys.trial(400, followup=500.0, assessments={"tumour": 63.0, "lvef": 500.0, "blood": 500.0})
    found = []
    for seed in range(1, 13):
        run = run_arms(toys.setting(trial), toys.cohort(N, seed), {"placebo": N, "pertuzumab": N})
        found += [each["hazard_ratio"] for each in run.summary["contrasts"] if each["endpoint"] == "pfs"]
    logs = np.log([each["value"] or math.nan for each in found])
    others = np.exp((logs.sum() - logs) / (len(logs) - 1))
    holds = [(each["low"] or 0) <= other <= (each["high"] or 0) for each, other in zip(found, others, strict=True)]
    assert sum(holds) >= 10
