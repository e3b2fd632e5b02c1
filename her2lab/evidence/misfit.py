"""How far simulated trials are from the published ones, target by target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from her2lab.evidence.curves import curve, survival_at
from her2lab.facts.calibrations import Calibration, CurveTarget
from her2lab.facts.records import Trial
from her2lab.trial import TrialResult


@dataclass(frozen=True)
class Comparison:
    """One target: its name, the published and the simulated value, and the difference in tolerances."""

    target: str
    published: float
    simulated: float | None
    misfit: float


_NOT_REACHED = 10.0        # misfit, in tolerances, of a value that the simulation could not give


def compare(
    calibration: Calibration, trials: Mapping[str, Trial], results: Mapping[str, TrialResult]
) -> list[Comparison]:
    """Compare each simulated trial with what was published of it, target by target."""
    comparisons = []
    for name, trial in trials.items():
        comparisons += _endpoints(calibration, trial, results[name])
        comparisons += _contrasts(calibration, trial, results[name])
    for target in calibration.targets.curves:
        comparisons += _curve(target, results[target.trial])
    return comparisons


def total(comparisons: list[Comparison]) -> float:
    """Return the sum of squared misfits."""
    return sum(each.misfit**2 for each in comparisons)


def _endpoints(calibration: Calibration, trial: Trial, result: TrialResult) -> list[Comparison]:
    found = []
    for arm in result.summary["arms"]:
        for endpoint, tolerance in calibration.targets.endpoints.items():
            published = {} if trial.published is None else trial.published.arms.get(arm["id"], {})
            if endpoint not in published:
                continue
            simulated = arm["endpoints"][endpoint]["value"]
            found.append(_comparison(f"{trial.id} {arm['id']} {endpoint}", published[endpoint], simulated, tolerance))
    return found


def _contrasts(calibration: Calibration, trial: Trial, result: TrialResult) -> list[Comparison]:
    found = []
    for contrast in result.summary["contrasts"]:
        tolerance = calibration.targets.contrasts.get(contrast["endpoint"])
        ratio = contrast.get("hazard_ratio")
        if tolerance is None or ratio is None or ratio.get("published") is None:
            continue
        name = f"{trial.id} {contrast['endpoint']} log hazard ratio"
        simulated = None if ratio["value"] is None else math.log(ratio["value"])
        found.append(_comparison(name, math.log(ratio["published"]), simulated, tolerance))
    return found


def _curve(target: CurveTarget, result: TrialResult) -> list[Comparison]:
    digitised, found = curve(target.file), []
    for (arm,), rows in digitised.group_by("arm", maintain_order=True):
        published = survival_at(rows["time_months"].to_numpy(), rows["event"].to_numpy(), target.months)
        patients = result.patients.filter((pl.col("arm") == arm) & (pl.col("status") == "ok"))
        event = 1 - patients[f"{target.endpoint}_cnsr"].to_numpy()
        simulated = survival_at(patients[f"{target.endpoint}_months"].to_numpy(), np.minimum(event, 1), target.months)
        found += [
            _comparison(f"{target.trial} {arm} {target.endpoint} at {month:g} months", float(p), float(s),
                        target.tolerance)
            for month, p, s in zip(target.months, published, simulated, strict=True)
        ]
    return found


def _comparison(name: str, published: float, simulated: float | None, tolerance: float) -> Comparison:
    misfit = _NOT_REACHED if simulated is None else (simulated - published) / tolerance
    return Comparison(name, published, simulated, misfit)
