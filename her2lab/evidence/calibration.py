"""Fit a few numbers of a population and its drugs to published outcomes, and write them into their files.

The search is damped Gauss-Newton (scipy's trust region) on a logarithmic scale inside the given bounds, with the same
virtual patients at each step, so that the misfit is a deterministic function of the free numbers; slopes are taken
over a step wide enough to see past single patients. Trials that are not marked ``use: calibration`` are refused before
any is run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from her2lab.errors import InputError
from her2lab.evidence.fitting import trial_to_fit
from her2lab.evidence.misfit import Comparison, compare, total
from her2lab.evidence.rewriting import check_written, rewrite_values
from her2lab.facts import library
from her2lab.facts.calibrations import Calibration, Free
from her2lab.facts.records import Distribution, Drug, Population, Trial
from her2lab.trial import run as run_trial
from her2lab.trial.survival import DAYS_PER_MONTH

Floats = NDArray[np.float64]
Progress = Callable[[float], None]
Misfits = Callable[[Floats], Floats]
_SLOPE_STEP = 0.08         # over which a slope is taken, on the unit scale of the search
_INSIDE = 1e-3             # how near to a bound the search may start


@dataclass(frozen=True)
class Fit:
    """A finished calibration: the fitted numbers and how the trials compare with them."""

    calibration: Calibration
    values: list[float]
    before: float
    after: float
    comparisons: list[Comparison]

    @property
    def summary(self) -> dict[str, Any]:
        """The fit as plain data, for ``--json``."""
        return {
            "calibration": self.calibration.id,
            "trials": self.calibration.trials,
            "misfit": {"before": self.before, "after": self.after},
            "fitted": [
                {"drug": free.drug, "parameter": free.parameter, "level": free.level, "field": free.field,
                 "value": value, "low": free.low, "high": free.high}
                for free, value in zip(self.calibration.free, self.values, strict=True)
            ],
            "targets": [
                {"target": c.target, "published": c.published, "simulated": c.simulated, "misfit": c.misfit}
                for c in self.comparisons
            ],
        }


def stages() -> list[str]:
    """Return the names of all calibrations in their order."""
    return sorted(library.calibrations(), key=lambda name: (library.calibration(name).stage, name))


def run(identifier: str, *, evaluations: int | None = None, jobs: int = 1, write: bool = True,
        progress: Progress | None = None) -> Fit:
    """Calibrate: search, compare and, if `write`, put the fitted numbers into the files of population and drugs.

    Parameters
    ----------
    identifier
        Name of a file in facts/calibrations.
    evaluations
        Steps of the search, if not the file's own; none only compares.
    jobs
        Threads of the engine.
    progress
        Called with the part that is done, 0 to 1.

    Raises
    ------
    InputError
        If a trial is not marked ``use: calibration``, or a free number is not in the file that should hold it.
    """
    calibration = library.calibration(identifier)
    trials = {name: _shortened(trial_to_fit(name, f"calibration {calibration.id}, trials"), calibration)
              for name in calibration.trials}
    population, drugs = library.population(calibration.population), _drugs(calibration.free)
    start = [_current(population, drugs, free) for free in calibration.free]
    if write:  # before the search, which takes long
        _in_files(calibration, start, check_only=True)

    def assess(values: Sequence[float]) -> list[Comparison]:
        people, changed = with_values(population, drugs, calibration.free, values)
        results = {
            name: run_trial(trial, patients=calibration.patients, seed=calibration.seed, jobs=jobs, drugs=changed,
                            people=people if trial.population == population.id else None)
            for name, trial in trials.items()
        }
        return compare(calibration, trials, results)

    steps = calibration.evaluations if evaluations is None else evaluations
    before = total(assess(start))
    best = _search(calibration, start, assess, steps, progress) if steps else start
    comparisons = assess(best)
    if total(comparisons) > before:
        best, comparisons = start, assess(start)
    if write:
        _in_files(calibration, best)
        library.forget()
    return Fit(calibration, best, before, total(comparisons), comparisons)


def with_values(population: Population, drugs: Mapping[str, Drug], free: Sequence[Free],
                values: Sequence[float]) -> tuple[Population, dict[str, Drug]]:
    """Return the population and the drugs with `values` in the place of their free numbers."""
    parameters, properties, changed = dict(population.parameters), dict(population.covariates), dict(drugs)
    for one, value in zip(free, values, strict=True):
        if one.drug is None:
            there = parameters if one.parameter in parameters else properties
            there[one.parameter] = _with_number(there[one.parameter], one, value)
        else:
            drug = changed[one.drug]
            quantity = drug.parameters[one.parameter].model_copy(update={one.field: value})
            changed[one.drug] = drug.model_copy(update={"parameters": {**drug.parameters, one.parameter: quantity}})
    return population.model_copy(update={"parameters": parameters, "covariates": properties}), changed


def _with_number(distribution: Distribution, free: Free, value: float) -> Distribution:
    if free.level is None:
        return distribution.model_copy(update={free.field: value})
    levels = dict(distribution.levels or {})
    levels[free.level] = levels[free.level].model_copy(update={free.field: value})
    return distribution.model_copy(update={"levels": levels})


def _shortened(trial: Trial, calibration: Calibration) -> Trial:
    if calibration.followup_months is None:
        return trial
    days = calibration.followup_months * DAYS_PER_MONTH
    return trial.model_copy(update={"followup": min(trial.followup, days)})


def _drugs(free: Sequence[Free]) -> dict[str, Drug]:
    return {one.drug: library.drug(one.drug) for one in free if one.drug is not None}


def _current(population: Population, drugs: Mapping[str, Drug], free: Free) -> float:
    there: Mapping[str, Any] = {**population.covariates, **population.parameters} if free.drug is None else (
        drugs[free.drug].parameters)
    holder = there.get(free.parameter)
    if free.level is not None:
        holder = (getattr(holder, "levels", None) or {}).get(free.level)
    value = getattr(holder, free.field, None)
    if value is None:
        raise InputError("there is no such number to fit", field=f"free: {'.'.join(_place(free))}",
                         value=free.drug or population.id)
    return float(value)


def _in_files(calibration: Calibration, values: Sequence[float], *, check_only: bool = False) -> None:
    """Write the numbers into the files that hold them, or only check that they can be written."""
    changes: dict[tuple[str, str], dict[tuple[str, ...], float]] = {}
    for free, value in zip(calibration.free, values, strict=True):
        place = ("populations", calibration.population) if free.drug is None else ("drugs", free.drug)
        changes.setdefault(place, {})[_place(free)] = value
    for (folder, name), numbers in changes.items():
        path = library.files(folder)[name]
        check_written(path, numbers)
        if not check_only:
            rewrite_values(path, numbers)


def _place(free: Free) -> tuple[str, ...]:
    return (free.parameter, *([] if free.level is None else [free.level]), free.field)


def _search(calibration: Calibration, start: Sequence[float], assess: Callable[[Sequence[float]], list[Comparison]],
            steps: int, progress: Progress | None) -> list[float]:
    free = calibration.free
    first = np.clip([_to_unit(one, value) for one, value in zip(free, start, strict=True)], _INSIDE, 1 - _INSIDE)
    misfits = _remembered(free, assess, math.sqrt(calibration.stiffness), first)
    all_runs, runs, tried = 1 + steps * len(free) + steps, 0, 0
    slopes = np.zeros((0, len(free)))

    def counted(point: Floats) -> Floats:
        nonlocal runs
        runs += 1
        if progress is not None:
            progress(min(runs / all_runs, 1.0))
        return misfits(point)

    def trial_point(point: Floats) -> Floats:
        nonlocal tried
        tried += 1
        return counted(point)

    def at(point: Floats) -> Floats:
        nonlocal slopes
        if tried < steps + 1:           # after the last step nobody reads the slopes
            slopes = _slopes(counted, point)
        return slopes

    found = least_squares(trial_point, first, jac=at, bounds=(0.0, 1.0), max_nfev=steps + 1, xtol=1e-3, ftol=1e-3)
    return [_from_unit(one, x) for one, x in zip(free, found.x, strict=True)]


def _remembered(free: Sequence[Free], assess: Callable[[Sequence[float]], list[Comparison]], stiff: float,
                first: Floats) -> Misfits:
    """Return the misfits as a function of the point; the last points are not run twice."""
    known: dict[tuple[float, ...], Floats] = {}

    def misfits(point: Floats) -> Floats:
        values = tuple(_from_unit(one, x) for one, x in zip(free, point, strict=True))
        if values not in known:
            known[values] = np.array([each.misfit for each in assess(values)])
        return np.concatenate([known[values], stiff * (point - first)])

    return misfits


def _slopes(misfits: Misfits, point: Floats) -> Floats:
    here = misfits(point)
    columns = []
    for index in range(len(point)):
        step = _SLOPE_STEP if point[index] < 1 - _SLOPE_STEP else -_SLOPE_STEP
        moved = point.copy()
        moved[index] += step
        columns.append((misfits(moved) - here) / step)
    return np.stack(columns, axis=1)


def _to_unit(free: Free, value: float) -> float:
    return math.log(value / free.low) / math.log(free.high / free.low)


def _from_unit(free: Free, x: float) -> float:
    return float(f"{free.low * (free.high / free.low) ** float(x):.4g}")
