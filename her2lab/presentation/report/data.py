"""The result of a trial as the figures want it; only this file knows the names of columns and series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from her2lab.facts.records import Trial
from her2lab.trial.statistics import endpoints
from her2lab.trial.statistics.survival import Times

if TYPE_CHECKING:
    from her2lab.trial import TrialResult

Array = NDArray[np.floating]
PROGRESSIONS = ("pfs", "idfs", "dfs", "efs")  # one time in the model, under the names that trials give it


@dataclass(frozen=True)
class ArmData:
    """One arm: follow-up, responses and courses, patients in rows."""

    id: str
    title: str
    n: int
    survival: dict[str, Times]  # months
    best_change: Array  # percent of the baseline sum of diameters
    best_response: NDArray[np.str_]
    days: Array
    diameters: Array  # mm
    organs: dict[str, Array]
    concentrations: dict[str, Array]  # mg/L


def arms(result: TrialResult) -> list[ArmData]:
    """Return the arms of a result in the order of the trial file."""
    return [_arm(result, arm.id, arm.title or arm.id) for arm in result.trial.arms]


def _arm(result: TrialResult, identifier: str, title: str) -> ArmData:
    patients = result.patients.filter(pl.col("arm") == identifier)
    counted = {name: endpoints.times(patients, name) for name in survivals(result.trial)}
    series = result.series[identifier]
    return ArmData(
        id=identifier,
        title=title,
        n=len(patients),
        survival=counted,
        best_change=_floats(patients, "best_change_percent"),
        best_response=patients["best_response"].to_numpy().astype(str),
        days=np.asarray(series.days, dtype=float),
        diameters=np.asarray(series.sum_of_diameters),
        organs={"lvef": np.asarray(series.lvef), "neutrophils": np.asarray(series.neutrophils)},
        concentrations={drug: np.asarray(values) for drug, values in series.concentrations.items()},
    )


def survivals(trial: Trial) -> list[str]:
    """Return the survival endpoints to draw: progression or relapse under the trial's own name, then death."""
    named = {name.split("_")[0] for name in [*trial.endpoints, *(trial.published.curves if trial.published else ())]}
    return [*([name for name in PROGRESSIONS if name in named] or ["pfs"]), "os"]


def _floats(patients: pl.DataFrame, column: str) -> Array:
    return patients[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
