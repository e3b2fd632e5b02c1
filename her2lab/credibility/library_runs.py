"""Run the trials of the library, one after the other, each kept as soon as it is finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from her2lab.comparison.run_store import RunStore, Stamp
from her2lab.errors import Her2labError
from her2lab.facts.records import Trial
from her2lab.trial import run_trial as run_trial

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Ended:
    """How one trial ended: kept from before, run in so many seconds, or failed with a line that says why."""

    trial: str
    place: int
    of: int
    seconds: float | None = None
    failure: str | None = None


def run_library(
    trials: Mapping[str, Trial], store: RunStore, stamp: Stamp, *, jobs: int = 1, progress: Progress | None = None,
    ended: Callable[[Ended], None] | None = None,
) -> dict[str, str]:
    """Run what the store does not hold yet; return the failures, a line for each trial that could not be run.

    Parameters
    ----------
    trials
        By the name or file that they were given as.
    stamp
        Seed and patients per arm, and what must not have changed since a run was kept.
    progress
        Called with (patient-days done, patient-days in all) of the trials that are run.
    ended
        Called after each trial.
    """
    waiting = {given: trial for given, trial in trials.items() if not store.holds(trial, stamp)}
    sizes = {given: _patient_days(trial, stamp.patients) for given, trial in waiting.items()}
    failures: dict[str, str] = {}
    begun = 0
    for place, (given, trial) in enumerate(trials.items(), 1):
        if given not in waiting:
            _tell(ended, Ended(trial.id, place, len(trials)))
            continue

        def report(done: int, total: int, before: int = begun, size: int = sizes[given]) -> None:
            if progress is not None:   # a trial's own count holds earlier lines as well
                progress(before + round(size * done / max(total, 1)), sum(sizes.values()))

        start = time.monotonic()
        try:
            result = run_trial(trial, patients=stamp.patients, seed=stamp.seed, jobs=jobs, progress=report)
            store.put(result, given, stamp)
        except Her2labError as problem:
            failures[trial.id] = str(problem)
            store.note_failure(trial, given, stamp, str(problem))
        begun += sizes[given]
        _tell(ended, Ended(trial.id, place, len(trials), time.monotonic() - start, failures.get(trial.id)))
    return failures


def _patient_days(trial: Trial, patients: int | None) -> int:
    return round(sum(patients or arm.n for arm in trial.arms) * trial.followup)


def _tell(ended: Callable[[Ended], None] | None, what: Ended) -> None:
    if ended is not None:
        ended(what)
