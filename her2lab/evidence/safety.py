"""Adverse events of virtual trials beside the published ones.

A simulated rate comes with the interval in which a trial of the published size would find it nine times in ten: what the
sampling of its patients, and of the virtual ones, scatters. Differences between trials in assessment and care are not
in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scipy.stats import betabinom

from her2lab.facts.records import Trial
from her2lab.trial import run as run_trial
from her2lab.trial.estimate import LEVEL

PATIENTS, SEED = 600, 1
GRADES = ("any", "grade3")
ROUNDING = 0.05  # percent: rates are published to one decimal


@dataclass(frozen=True)
class Comparison:
    """One published rate and the simulated one, in percent of the patients of an arm.

    `seen` is False where the published figure has not been read again in its source.
    """

    trial: str
    use: str | None
    arm: str
    event: str
    grade: str
    n: int
    published: float
    simulated: float
    low: float
    high: float
    seen: bool

    @property
    def inside(self) -> bool:
        """Whether the published rate lies inside the simulated interval."""
        return self.low - ROUNDING <= self.published <= self.high + ROUNDING


def compare(trials: Iterable[Trial], *, patients: int = PATIENTS, seed: int = SEED, jobs: int = 1,
            progress: Callable[[int, int], None] | None = None) -> list[Comparison]:
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
    rows: list[Comparison] = []
    for done, trial in enumerate(wanted):
        if progress is not None:
            progress(done, len(wanted))
        rows += _of(trial, patients, seed, jobs)
    return rows


def _of(trial: Trial, patients: int, seed: int, jobs: int) -> list[Comparison]:
    assert trial.published is not None  # noqa: S101 - for the type checker
    result = run_trial(trial, patients=patients, seed=seed, jobs=jobs)
    simulated = {arm["id"]: arm["adverse_events"] for arm in result.summary["arms"]}
    sizes = {arm.id: arm.n for arm in trial.arms}
    rows = []
    for arm, events in trial.published.adverse_events.items():
        for event, rates in events.items():
            for grade in GRADES:
                value = simulated_rate(simulated[arm].get(event, {}), rates, grade)
                if value is not None:
                    rows.append(_row(trial, arm, sizes[arm], event, grade, dict(rates), value, patients))
    return rows


def simulated_rate(simulated: Mapping[str, Any], published: Mapping[str, Any], grade: str) -> float | None:
    """Return the simulated rate that a published one of this grade stands beside, in percent; None if either is not.

    Where any grade was published by laboratory, every value out of the normal range counts.
    """
    if published.get(grade) is None:
        return None
    by_laboratory = grade == "any" and published.get("basis") == "laboratory"
    rate: float | None = simulated.get("any_measured" if by_laboratory else grade)
    return rate


def _row(trial: Trial, arm: str, n: int, event: str, grade: str, rates: Mapping[str, Any], value: float,
         patients: int) -> Comparison:
    low, high = predicted(value, patients, n)
    return Comparison(trial.id, trial.use, arm, event, grade, n, rates[grade], value, low, high,
                      rates.get("seen") is not False)


def predicted(percent: float, simulated: int, n: int) -> tuple[float, float]:
    """Return the interval, in percent, in which a trial of `n` patients finds a rate simulated in `simulated` ones.

    The rate has the beta distribution of Jeffreys, the trial's count the beta-binomial one that follows.
    """
    events = round(percent / 100 * simulated)
    counts = betabinom(n, events + 0.5, simulated - events + 0.5)
    low, high = counts.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return 100 * float(low) / n, 100 * float(high) / n
