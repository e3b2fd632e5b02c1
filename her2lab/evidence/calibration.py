"""Fit a few numbers of a population to published outcomes, and write them into the population's file.

The search is CMA-ES (Hansen 2016, arXiv:1604.00772) on a logarithmic scale inside the given bounds, with the same
virtual patients at each step, so that the misfit is a deterministic function of the free numbers. Trials that are not
marked ``use: calibration`` are refused before any is run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cma
import numpy as np

from her2lab.errors import InputError
from her2lab.evidence.fitting import trial_to_fit
from her2lab.evidence.misfit import Comparison, compare, total
from her2lab.evidence.rewriting import check_written, rewrite_values
from her2lab.facts import library
from her2lab.facts.calibrations import Calibration, Free
from her2lab.facts.records import Population
from her2lab.trial import run as run_trial

Progress = Callable[[float], None]
_FIRST_STEP = 0.05         # of the width of the bounds, on the unit scale of the search
_POPULATION_SIZE = 10


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
                {"parameter": free.parameter, "field": free.field, "value": value, "low": free.low, "high": free.high}
                for free, value in zip(self.calibration.free, self.values, strict=True)
            ],
            "targets": [
                {"target": c.target, "published": c.published, "simulated": c.simulated, "misfit": c.misfit}
                for c in self.comparisons
            ],
        }


def run(identifier: str, *, evaluations: int | None = None, jobs: int = 1, write: bool = True,
        progress: Progress | None = None) -> Fit:
    """Calibrate: search, compare and, if `write`, put the fitted numbers into the population's file.

    Parameters
    ----------
    identifier
        Name of a file in facts/calibrations.
    evaluations
        Number of times that all trials are run, if not the file's own.
    jobs
        Threads of the engine.
    progress
        Called with the part that is done, 0 to 1.

    Raises
    ------
    InputError
        If a trial is not marked ``use: calibration``, or a free parameter is not in the population or not in
        the population's own file.
    """
    calibration = library.calibration(identifier)
    trials = {name: trial_to_fit(name, f"calibration {calibration.id}, trials") for name in calibration.trials}
    population = library.population(calibration.population)
    start = [_current(population, free) for free in calibration.free]
    if write:  # before the search, which takes long
        numbers = [(one.parameter, one.field) for one in calibration.free]
        check_written(library.files("populations")[calibration.population], numbers)
    budget = evaluations or calibration.evaluations

    def assess(values: list[float]) -> list[Comparison]:
        changed = with_values(population, calibration.free, values)
        results = {
            name: run_trial(trial, patients=calibration.patients, seed=calibration.seed, jobs=jobs, people=changed)
            for name, trial in trials.items()
        }
        return compare(calibration, trials, results)

    before = total(assess(start))
    best = _search(calibration.free, start, lambda values: total(assess(values)), budget, calibration.seed, progress)
    comparisons = assess(best)
    if write:
        changes: dict[tuple[str, str], float] = {
            (free.parameter, free.field): value for free, value in zip(calibration.free, best, strict=True)
        }
        rewrite_values(library.files("populations")[calibration.population], changes)
    return Fit(calibration, best, before, total(comparisons), comparisons)


def with_values(population: Population, free: list[Free], values: list[float]) -> Population:
    """Return the population with `values` in the place of its free numbers."""
    parameters = dict(population.parameters)
    for one, value in zip(free, values, strict=True):
        parameters[one.parameter] = parameters[one.parameter].model_copy(update={one.field: value})
    return population.model_copy(update={"parameters": parameters})


def _current(population: Population, free: Free) -> float:
    distribution = population.parameters.get(free.parameter)
    value = None if distribution is None else getattr(distribution, free.field)
    if value is None:
        raise InputError("the population has no such number", field=f"free: {free.parameter}.{free.field}",
                         value=population.id)
    return float(value)


def _search(free: list[Free], start: list[float], misfit: Callable[[list[float]], float], budget: int, seed: int,
            progress: Progress | None) -> list[float]:
    best_values, best_misfit, done = start, misfit(start), 0
    strategy = cma.CMAEvolutionStrategy(
        [_to_unit(one, value) for one, value in zip(free, start, strict=True)], _FIRST_STEP,
        {"seed": seed + 1, "popsize": _POPULATION_SIZE, "bounds": [0.0, 1.0], "verbose": -9},
    )
    while done < budget:
        points = strategy.ask()
        candidates = [[_from_unit(one, x) for one, x in zip(free, point, strict=True)] for point in points]
        misfits = [misfit(candidate) for candidate in candidates]
        strategy.tell(points, misfits)
        done += len(points)
        if min(misfits) < best_misfit:
            best_misfit, best_values = min(misfits), candidates[int(np.argmin(misfits))]
        if progress is not None:
            progress(min(done / budget, 1.0))
    return best_values


def _to_unit(free: Free, value: float) -> float:
    return float(np.clip(math.log(value / free.low) / math.log(free.high / free.low), 0.0, 1.0))


def _from_unit(free: Free, x: float) -> float:
    return float(f"{free.low * (free.high / free.low) ** float(x):.4g}")
