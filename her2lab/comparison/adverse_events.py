"""Adverse events of virtual trials beside the published ones.

A simulated rate comes with two intervals. The narrow one is where a trial of the published size would find it nine
times in ten: what the sampling of its patients, and of the virtual ones, scatters. The wide one adds what differs
between trials of the same drugs (assessment, care, region), on the probit scale, estimated on calibration trials.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.stats import betabinom, binom, norm

from her2lab.comparison.published_intervals import Interval
from her2lab.facts.records import Trial
from her2lab.trial import run_trial as run_trial
from her2lab.trial.statistics.estimate import LEVEL

PATIENTS, SEED = 600, 1
GRADES = ("any", "grade3")
ROUNDING = 0.05  # percent: rates are published to one decimal
FOLLOWUP = 1096.0  # days; nearly all adverse events of treatment fall into three years
QUADRATURE = 99  # points of the normal distribution of differences between trials



@dataclass(frozen=True)
class AdverseEventComparison:
    """One published rate and the simulated one, in percent of the `n` patients of an arm, with both intervals.

    `simulated_in` is the number of virtual patients; `seen` is False where the published figure has not been read
    again in its source; `spread` is by how many probits trials of the same drugs differ.
    """

    trial: str
    use: str | None
    arm: str
    event: str
    grade: str
    n: int
    published: float
    simulated: float
    simulated_in: int
    seen: bool
    spread: float = 0.0

    @cached_property
    def narrow(self) -> Interval:
        """Where a trial of this size would find the simulated rate."""
        return predicted(self.simulated, self.simulated_in, self.n)

    @cached_property
    def wide(self) -> Interval:
        """The same of a trial that differs as trials of the same drugs do."""
        return predicted_elsewhere(self.simulated, self.simulated_in, self.n, self.spread)

    @property
    def inside(self) -> bool:
        """Whether the published rate lies inside the narrow interval."""
        return _within(self.published, self.narrow)

    @property
    def inside_wide(self) -> bool:
        """Whether it lies inside the wide one."""
        return _within(self.published, self.wide)


def compare(trials: Iterable[Trial], *, patients: int = PATIENTS, seed: int = SEED, jobs: int = 1,
            progress: Callable[[int, int], None] | None = None) -> list[AdverseEventComparison]:
    """Return a comparison for every published rate of adverse events of the trials that the model holds.

    Parameters
    ----------
    trials
        Those without published rates are passed over.
    patients, seed
        Virtual patients of each arm, and the seed.
    jobs
        Threads.
    progress
        Called with (trials done, trials in all).
    """
    wanted = [trial for trial in trials if trial.published and trial.published.adverse_events]
    rows: list[AdverseEventComparison] = []
    for done, trial in enumerate(wanted):
        if progress is not None:
            progress(done, len(wanted))
        rows += _of(trial, patients, seed, jobs)
    spread = between_trials(rows)
    return [replace(row, spread=spread) for row in rows]


def between_trials(rows: Sequence[AdverseEventComparison]) -> float:
    """Return the standard deviation, in probits, by which calibration trials differ from the model beyond chance.

    A moment estimate: what is left of the mean squared difference when the sampling of both sides is taken off. Rates
    that were fitted differ little, so that the estimate is, if anything, too small.
    """
    excess: list[float] = []
    for row in rows:
        if row.use == "calibration":
            (there, noise), (here, more) = probit(row.published, row.n), probit(row.simulated, row.simulated_in)
            excess.append((there - here) ** 2 - noise - more)
    return math.sqrt(max(sum(excess) / len(excess), 0.0)) if excess else 0.0


def _of(trial: Trial, patients: int, seed: int, jobs: int) -> list[AdverseEventComparison]:
    watched = trial.replace(followup=min(trial.followup, FOLLOWUP))
    return compare_result(trial, run_trial(watched, patients=patients, seed=seed, jobs=jobs).summary)


def compare_result(trial: Trial, result: Mapping[str, Any]) -> list[AdverseEventComparison]:
    """Return a comparison for every published rate that a finished run (its ``result.json``) holds as well.

    The spread between trials is left at 0: it is estimated over many trials (:func:`between_trials`).
    """
    simulated = {arm["id"]: arm for arm in result["arms"]}
    sizes = {arm.id: arm.n for arm in trial.arms}
    rows = []
    for arm, events in (trial.published.adverse_events if trial.published else {}).items():
        if arm not in simulated:
            continue
        for event, rates in events.items():
            for grade in GRADES:
                value = simulated_rate(simulated[arm]["adverse_events"].get(event, {}), rates, grade)
                if value is not None:
                    rows.append(_row(trial, arm, sizes[arm], event, grade, dict(rates), value, simulated[arm]["n"]))
    return rows


def simulated_rate(simulated: Mapping[str, Any], published: Mapping[str, Any], grade: str) -> float | None:
    """Return the simulated rate that a published one of this grade stands beside, in percent; None if either is not.

    Where rates were published by laboratory, every value out of the normal range counts.
    """
    if published.get(grade) is None:
        return None
    rate: float | None = simulated.get(f"{grade}_measured" if published.get("basis") == "laboratory" else grade)
    return rate


def _row(trial: Trial, arm: str, n: int, event: str, grade: str, rates: Mapping[str, Any], value: float,
         patients: int) -> AdverseEventComparison:
    return AdverseEventComparison(trial.id, trial.use, arm, event, grade, n, rates[grade], value, patients,
                      rates.get("seen") is not False)


def predicted(percent: float, simulated: int, n: int) -> Interval:
    """Return the interval, in percent, in which a trial of `n` patients finds a rate simulated in `simulated` ones.

    The rate has the beta distribution of Jeffreys, the trial's count the beta-binomial one that follows.
    """
    events = round(percent / 100 * simulated)
    counts = betabinom(n, events + 0.5, simulated - events + 0.5)
    low, high = counts.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return 100 * float(low) / n, 100 * float(high) / n


def predicted_elsewhere(percent: float, simulated: int, n: int, spread: float) -> Interval:
    """Return the same interval for a trial that differs from the simulated one by `spread` probits as trials do."""
    place, noise = probit(percent, simulated)
    grid = norm.ppf((np.arange(QUADRATURE) + 0.5) / QUADRATURE)
    shares = norm.cdf(place + math.sqrt(spread**2 + noise) * grid)
    below = binom.cdf(np.arange(n + 1)[:, None], n, shares[None, :]).mean(axis=1)
    low, high = np.searchsorted(below, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return 100 * float(low) / n, 100 * float(min(high, n)) / n


def _within(value: float, interval: Interval) -> bool:
    return interval[0] - ROUNDING <= value <= interval[1] + ROUNDING


def probit(percent: float, n: int) -> tuple[float, float]:
    """Return the probit of a rate seen in n patients, kept off zero and all, and its sampling variance."""
    share = (percent / 100 * n + 0.5) / (n + 1)
    place = float(norm.ppf(share))
    return place, share * (1 - share) / (n * float(norm.pdf(place)) ** 2)
