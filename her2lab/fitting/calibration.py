"""Fit a few numbers of a population and its drugs to published outcomes, and write them into their files.

The same virtual patients are taken at each step of the search, so that the misfit is a deterministic function of the
free numbers. Trials that are not marked ``use: calibration`` are refused before any is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

from her2lab._types import PartDone
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.calibrations import Calibration, Free
from her2lab.facts.records import Distribution, Drug, Population, Trial
from her2lab.fitting.eligible_trials import trial_to_fit
from her2lab.fitting.misfit import TargetMisfit, compare, total
from her2lab.fitting.optimiser import AssessAll, search
from her2lab.fitting.write_back import check_written, rewrite_values
from her2lab.trial import run_trial as run_trial
from her2lab.trial.statistics.survival import DAYS_PER_MONTH


@dataclass(frozen=True)
class CalibrationRuns:
    """What a calibration runs: its trials, and the population and drugs that hold its free numbers."""

    calibration: Calibration
    trials: dict[str, Trial]
    population: Population
    drugs: dict[str, Drug]

    def assess(self, values: Sequence[float], jobs: int = 1) -> list[TargetMisfit]:
        """Run all trials with `values` in the place of the free numbers, and compare with what was published."""
        people, changed = with_values(self.population, self.drugs, self.calibration.free, values)
        results = {
            name: run_trial(trial, patients=self.calibration.patients, seed=self.calibration.seed, jobs=jobs,
                            drugs=changed, people=people if trial.population == self.population.id else None)
            for name, trial in self.trials.items()
        }
        return compare(self.calibration, self.trials, results)


@dataclass(frozen=True)
class CalibrationFit:
    """A finished calibration: the fitted numbers and how the trials compare with them."""

    calibration: Calibration
    values: list[float]
    before: float
    after: float
    comparisons: list[TargetMisfit]

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
        progress: PartDone | None = None) -> CalibrationFit:
    """Calibrate: search, compare and, if `write`, put the fitted numbers into the files of population and drugs.

    Parameters
    ----------
    identifier
        Name of a file in facts/calibrations.
    evaluations
        Steps of the search, if not the file's own; none only compares.
    jobs
        Points of the search that are run side by side, each in a process of its own.
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

    runs = CalibrationRuns(calibration, trials, population, drugs)
    steps = calibration.evaluations if evaluations is None else evaluations
    comparisons = runs.assess(start, jobs)
    best, before = start, total(comparisons)
    if steps:
        with _side_by_side(runs, jobs) as assess_all:
            found = search(calibration, start, assess_all, steps, progress)
        reached = runs.assess(found, jobs)
        if total(reached) <= before:
            best, comparisons = found, reached
    if write:
        _in_files(calibration, best)
        library.clear_caches()
    return CalibrationFit(calibration, best, before, total(comparisons), comparisons)


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
            quantity = drug.parameters[one.parameter].replace(**{one.field: value})
            changed[one.drug] = drug.replace(parameters={**drug.parameters, one.parameter: quantity})
    return population.replace(parameters=parameters, covariates=properties), changed


def _with_number(distribution: Distribution, free: Free, value: float) -> Distribution:
    if free.level is None:
        return distribution.replace(**{free.field: value})
    levels = dict(distribution.levels or {})
    levels[free.level] = levels[free.level].replace(**{free.field: value})
    return distribution.replace(levels=levels)


def _shortened(trial: Trial, calibration: Calibration) -> Trial:
    if calibration.followup_months is None:
        return trial
    days = calibration.followup_months * DAYS_PER_MONTH
    return trial.replace(followup=min(trial.followup, days))


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


@contextmanager
def _side_by_side(runs: CalibrationRuns, jobs: int) -> Iterator[AssessAll]:
    """Give a function that assesses several points, in order, `jobs` of them at a time."""
    if jobs == 1:
        yield partial(map, runs.assess)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield partial(pool.map, runs.assess)
