"""The table from which weights are found: plausible patients, each with what it did in every arm of every trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from her2lab._types import Floats
from her2lab.comparison.run_store import RunStore, StoredRun
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Population, Trial
from her2lab.fitting.eligible_trials import trial_to_fit
from her2lab.weights.targets import BASELINE, Target, column, targets_of

FEWEST = 10        # patients in every arm; with fewer there is nothing to weigh
SAME = ("seed", "model", "facts", "program")


@dataclass(frozen=True)
class CandidateTable:
    """Patients and targets.

    Attributes
    ----------
    patients
        Names, shape (n,).
    targets
        Shape (k,).
    values
        How far each patient meets each target, percent, NaN where it cannot be told, shape (n, k).
    whole
        The mean of each target over all patients of its arm, percent, shape (k,): who is in the table went through the
        other arms as well, and may differ from them.
    """

    patients: tuple[str, ...]
    targets: tuple[Target, ...]
    values: Floats
    whole: Floats


def runs_of(store: RunStore, population: str) -> dict[str, StoredRun]:
    """Return the stored runs of the calibration trials of a population; those of other trials are not opened.

    Raises
    ------
    InputError
        If there is none, or they are not of the same plausible patients.
    """
    trials = {name: library.trial(run.given) for name, run in store.runs.items()}
    runs = {name: store.runs[name] for name, trial in sorted(trials.items())
            if trial.population == population and trial.use == "calibration"}
    if not runs:
        raise InputError(f"holds no run of a calibration trial of {population}", field="source",
                         value=str(store.folder), expected="a folder that `her2lab validate` has written")
    for field in SAME:
        if len(found := {getattr(run.stamp, field) for run in runs.values()}) > 1:
            raise InputError(f"runs of {len(found)} different versions ({field})", field="source",
                             value=str(store.folder), expected=f"runs of one {field}; run `her2lab validate` again")
    return runs


def read(store: RunStore, runs: Mapping[str, StoredRun],
         people: Population) -> tuple[CandidateTable, dict[str, pl.DataFrame]]:
    """Return the table, and of each trial the first arm of the patients in it, for their properties.

    Raises
    ------
    InputError
        If a trial is not marked ``use: calibration``, a result is not what the manifest says, or fewer than
        :data:`FEWEST` patients went through every arm.
    """
    trials = {name: trial_to_fit(run.given, "folder") for name, run in runs.items()}
    for name in trials:
        store.result(name)     # whole, and of this run
    return build(trials, {name: store.patients(name) for name in trials}, people)


def build(trials: Mapping[str, Trial], tables: Mapping[str, pl.DataFrame],
          people: Population) -> tuple[CandidateTable, dict[str, pl.DataFrame]]:
    """Return the table from trials and their ``patients.parquet``, as :func:`read` does.

    Trials without a published outcome that can be weighed are passed over: who went through them does not matter.
    """
    doubtful = {each for calibration in library.calibrations().values() for each in calibration.targets.doubtful}
    wanted = {name: list(targets_of(trial, people, doubtful)) for name, trial in trials.items()}
    trials = {name: trials[name] for name, found in wanted.items() if any(target.outcome for target in found)}
    if not trials:
        raise InputError("nothing was published that can be weighed", field="source", value=", ".join(wanted),
                         expected="trials with published outcomes")
    arms = {(name, arm.id): frame.filter((pl.col("arm") == arm.id) & (pl.col("status") == "ok")).sort("patient")
            for name, trial in trials.items() for arm in trial.arms for frame in [tables[name]]}
    shared = _shared(arms)
    targets, columns, whole = [], [], []
    for name, trial in trials.items():
        for target in wanted[name]:
            arm = trial.arms[0].id if target.arm == BASELINE else target.arm
            frame = arms[name, arm]
            everybody = column(target, frame, people)
            values = everybody[frame["patient"].is_in(shared).to_numpy()]
            if not np.isnan(values).all():
                targets.append(target)
                columns.append(values)
                whole.append(np.nanmean(everybody))
    first = {name: arms[name, trial.arms[0].id] for name, trial in trials.items()}
    chosen = {name: frame.filter(pl.col("patient").is_in(shared)) for name, frame in first.items()}
    return CandidateTable(tuple(shared), tuple(targets), np.stack(columns, axis=1), np.array(whole)), chosen


def _shared(arms: Mapping[tuple[str, str], pl.DataFrame]) -> Sequence[str]:
    """Return who went through every arm, in order."""
    shared = sorted(set.intersection(*(set(frame["patient"]) for frame in arms.values())))
    if len(shared) < FEWEST:
        (trial, arm), smallest = min(arms.items(), key=lambda item: item[1].height)
        raise InputError(f"only {len(shared)} patients went through every arm; the smallest is {trial}/{arm} with "
                         f"{smallest.height}", field="source", value=len(shared),
                         expected=f"at least {FEWEST}; run these trials with more patients, such as 200 an arm")
    return shared
