"""How far a simulated survival curve runs from the published one: the area between them over common follow-up.

With S the Kaplan-Meier estimates in percent and T the common follow-up,

    distance = 1/T * integral from 0 to T of |S_published(t) - S_simulated(t)| dt,    largest = max of the same.

T is the earlier of the two last observations; a curve that has reached zero is known for ever. Both are step functions,
so that the integral is a sum over the steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from her2lab._types import Floats
from her2lab.comparison.published_curves import published
from her2lab.facts.records import Trial
from her2lab.trial.statistics.endpoints import times_by_arm
from her2lab.trial.statistics.survival import Times, kaplan_meier

if TYPE_CHECKING:
    from her2lab.trial import TrialResult
    from her2lab.trial.results.trial_result import CurveDistance

DIGITS = 3


@dataclass(frozen=True)
class Distance:
    """Absolute difference of two survival curves, mean and largest, in percentage points, over `months`."""

    mean: float
    largest: float
    months: float


def distance(one: Times, other: Times) -> Distance:
    """Return the distance of two groups' Kaplan-Meier curves (times in months); it does not matter which is which.

    Raises
    ------
    InputError
        If a group is empty.
    """
    curves = [_steps(one), _steps(other)]
    end = min(months[-1] if percent[-1] > 0 else math.inf for months, percent in curves)
    if end == math.inf:
        end = max(months[-1] for months, _ in curves)
    starts = np.union1d(curves[0][0], curves[1][0])
    starts = starts[(starts < end) | (starts == 0)]
    apart = np.abs(_at(starts, *curves[0]) - _at(starts, *curves[1]))
    widths = np.diff(starts, append=end)
    mean = float(apart @ widths / end) if end > 0 else float(apart[0])
    return Distance(mean, float(apart.max()), float(end))


def distances(trial: Trial, patients: pl.DataFrame) -> list[CurveDistance]:
    """Return the distance of every published curve that the trial file names, as in ``curves`` of ``result.json``.

    Parameters
    ----------
    patients
        ``patients.parquet`` of a result of this trial.

    Returns
    -------
    list
        ``{endpoint, arm, distance, largest, months}`` for each endpoint and arm, distances in percentage points.
    """
    found: list[CurveDistance] = []
    for endpoint in trial.published.curves if trial.published else ():
        simulated = times_by_arm(patients, endpoint)
        for arm, times in published(trial, endpoint).items():
            if arm in simulated:
                apart = distance(times, simulated[arm])
                found.append({
                    "endpoint": endpoint, "arm": arm, "distance": round(apart.mean, DIGITS),
                    "largest": round(apart.largest, DIGITS), "months": round(apart.months, DIGITS),
                })
    return found


def with_distances(result: TrialResult) -> TrialResult:
    """Return a result whose summary holds the distances; the trial itself knows nothing of published curves."""
    found = distances(result.trial, result.patients)
    return replace(result, summary={**result.summary, "curves": found}) if found else result


def _steps(times: Times) -> tuple[Floats, Floats]:
    """Return where the Kaplan-Meier estimate steps, from 0 on, and its percentage from there on."""
    fitted = kaplan_meier(times)
    return fitted.times, 100 * fitted.survival


def _at(grid: Floats, months: Floats, percent: Floats) -> Floats:
    return np.asarray(percent[np.searchsorted(months, grid, side="right") - 1])
