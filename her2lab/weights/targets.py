"""What the weights should meet: published outcomes and baseline mixes of calibration trials, all as percentages.

Times are read as shares, as the calibration does: at the published median half of the patients should be without event.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from her2lab._types import Floats
from her2lab.comparison.figures import published
from her2lab.comparison.published_intervals import patients_behind
from her2lab.errors import InputError
from her2lab.facts.records import Population, Trial
from her2lab.facts.vocabulary import BASELINE_MEDIANS, PERCENT_ENDPOINTS, TIME_ENDPOINTS, YEAR
from her2lab.fitting.misfit import DOUBTFUL, as_share, doubted
from her2lab.trial.statistics.survival import DAYS_PER_MONTH, Times, kaplan_meier

BASELINE = "baseline"
TIMED = (*TIME_ENDPOINTS, "cns_pfs")


@dataclass(frozen=True)
class Target:
    """One published figure in percent.

    Attributes
    ----------
    trial, arm
        The trial, and the arm; ``baseline`` for the mix of the whole trial.
    name
        An endpoint, or a baseline key.
    published
        Percent: of patients with the property or response, or without event at `month`.
    patients
        Of how many patients of the trial.
    doubtful
        Recalled, not read in a text (as the calibrations say): its error is twice as wide.
    month
        When patients should be without event, for times.
    limit
        For a published median of a property: the value above which half of the patients lie.
    """

    trial: str
    arm: str
    name: str
    published: float
    patients: int
    doubtful: bool = False
    month: float | None = None
    limit: float | None = None

    @property
    def label(self) -> str:
        """Trial, arm and name."""
        return f"{self.trial}/{self.arm}/{self.name}"

    @property
    def outcome(self) -> bool:
        """Whether it is an outcome, not a property at baseline."""
        return self.arm != BASELINE

    def error(self, judged: int) -> float:
        """Return what chance does, one standard deviation in percentage points, to the figure and to `judged` patients.

        Both count: a mean over twenty virtual patients need not meet a figure more closely than twenty patients can. A
        figure of 0 or 100 % is moved by half a patient.
        """
        edge = 0.5 / self.patients
        share = min(max(self.published / 100, edge), 1 - edge)
        wide = DOUBTFUL if self.doubtful else 1.0
        return 100 * math.sqrt(share * (1 - share) * (wide**2 / self.patients + 1 / judged))


def targets_of(trial: Trial, people: Population, doubtful: Collection[str]) -> Iterator[Target]:
    """Return outcomes and baseline mix of a trial as targets.

    Parameters
    ----------
    trial, people
        The trial, and its population, whose ``baseline_keys`` say which property a key speaks of.
    doubtful
        ``trial``, ``trial/arm`` or ``trial/arm/endpoint`` that nobody has read again.
    """
    for arm in trial.arms:
        for endpoint, value in published(trial, arm).items():
            recalled = doubted(f"{trial.id}/{arm.id}/{endpoint}", doubtful)
            behind = patients_behind(trial, arm, endpoint)
            if endpoint in PERCENT_ENDPOINTS:
                yield Target(trial.id, arm.id, endpoint, value, behind, recalled)
                continue
            family, month, share = as_share(endpoint, value)
            if family in TIMED and month <= trial.followup / DAYS_PER_MONTH:
                yield Target(trial.id, arm.id, endpoint, share, behind, recalled, month)
    n = sum(arm.n for arm in trial.arms)
    for key, value in trial.baseline.items():
        if key not in people.baseline_keys or key == YEAR or value in (0.0, 1.0):  # no mix, or one without a minority
            continue
        if key in BASELINE_MEDIANS:
            yield Target(trial.id, BASELINE, key, 50.0, n, limit=value)
        else:
            yield Target(trial.id, BASELINE, key, 100 * value, n)


def column(target: Target, patients: pl.DataFrame, people: Population) -> Floats:
    """Return of each patient of an arm how far it meets a target, shape (n,), percent; NaN where it cannot be told.

    Who is censored before the month of a time counts with the chance that the Kaplan-Meier estimate of the arm gives to
    patients who came as far (Efron's redistribution to the right), so that the mean is the estimate itself.

    Raises
    ------
    InputError
        If the table lacks a column.
    """
    try:
        return np.asarray(_column(target, patients, people), dtype=np.float64) * 100.0
    except pl.exceptions.ColumnNotFoundError as problem:
        raise InputError("the table of patients lacks a column", field=target.label, value=str(problem).split("\n")[0],
                         expected="runs of this version; run `her2lab validate` again") from None


def _column(target: Target, patients: pl.DataFrame, people: Population) -> NDArray[np.generic]:
    """Return shares instead of percentages."""
    if not target.outcome:
        name, _, category = people.baseline_keys[target.name].partition(":")
        values = patients[name]
        if category:
            return (values == category).to_numpy()
        return np.asarray(values.to_numpy() > (0.5 if target.limit is None else target.limit))
    if target.month is None:
        return patients[target.name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    family = target.name.rpartition("_")[0]
    which = family if family in ("os", "cns_pfs") else "pfs"           # after surgery a relapse is the progression
    months, cnsr = patients[f"{which}_days"].to_numpy() / DAYS_PER_MONTH, patients[f"{which}_cnsr"].to_numpy()
    return without_event(Times.checked(months, cnsr), target.month)


def without_event(times: Times, month: float) -> Floats:
    """Return of each patient the chance of being without event at a time, shape (n,); 0 or 1 where it was seen."""
    curve = kaplan_meier(times)
    there, before = float(curve.at(month)), curve.at(times.durations)
    lost = ~times.events & (times.durations <= month)
    chance = np.divide(there, before, out=np.zeros(len(times)), where=lost)
    return np.asarray(np.where(lost, chance, times.durations > month), dtype=float)
