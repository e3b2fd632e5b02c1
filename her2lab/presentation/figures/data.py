"""The result of a trial as the figures want it; only this file knows the names of columns and series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from her2lab._types import Floats, Singles
from her2lab.facts.records import Trial
from her2lab.presentation.figures.survival_curves import SurvivalPlot, survival_plot
from her2lab.trial.statistics.endpoints import times_by_arm

if TYPE_CHECKING:
    from her2lab.trial import TrialResult
    from her2lab.trial.results.time_series import ArmTimeSeries
    from her2lab.trial.results.trial_result import TrialSummary

PROGRESSIONS = ("pfs", "idfs", "dfs", "efs")  # one time in the model, under the names that trials give it


@dataclass(frozen=True)
class ArmResponses:
    """Best response of the patients of one arm, a patient in each row.

    Attributes
    ----------
    id
        Of the arm.
    n
        Patients simulated.
    best_change
        Percent of the baseline sum of diameters; NaN where it was not measured.
    best_response
        ``CR``, ``PR``, ``SD``, ``PD``, or something else where none could be told.
    """

    id: str
    n: int
    best_change: Floats
    best_response: NDArray[np.str_]


@dataclass(frozen=True)
class ArmTimeCourses:
    """Time courses of the patients of one arm: `days` of shape (m,), values of shape (patients, m)."""

    id: str
    days: Floats
    diameters: Singles                   # mm
    organs: Mapping[str, Singles]
    concentrations: Mapping[str, Singles]  # mg/L


@dataclass(frozen=True)
class FigureData:
    """What figures of a trial are drawn from.

    Attributes
    ----------
    trial
        The protocol, with what was published.
    summary
        The content of ``result.json``.
    patients
        ``patients.parquet``.
    series
        Arm -> time courses; none, or without days, in a result that was read from its folder.
    """

    trial: Trial
    summary: TrialSummary
    patients: pl.DataFrame
    series: Mapping[str, ArmTimeSeries]

    @classmethod
    def of(cls, result: TrialResult) -> FigureData:
        """Return the data of a finished run."""
        return cls(result.trial, result.summary, result.patients, result.series)

    @cached_property
    def responses(self) -> list[ArmResponses]:
        """The responses of each arm, in the order of the trial file."""
        return [_responses(arm.id, self.patients.filter(pl.col("arm") == arm.id)) for arm in self.trial.arms]

    @cached_property
    def courses(self) -> list[ArmTimeCourses]:
        """The time courses of each arm, in the order of the trial file; empty where the result holds none."""
        return [_courses(arm.id, self.series[arm.id]) for arm in self.trial.arms
                if arm.id in self.series and len(self.series[arm.id].days)]

    def survival(self, endpoint: str) -> SurvivalPlot:
        """Return what the figure of a survival endpoint shows."""
        if endpoint not in self._survival:
            times = times_by_arm(self.patients, endpoint)
            self._survival[endpoint] = survival_plot(self.trial, endpoint, times)
        return self._survival[endpoint]

    @cached_property
    def _survival(self) -> dict[str, SurvivalPlot]:
        return {}

    @property
    def drugs(self) -> list[str]:
        """The drugs whose concentration was recorded, each once."""
        return list(dict.fromkeys(drug for arm in self.courses for drug in arm.concentrations))


def survivals(trial: Trial) -> list[str]:
    """Return the survival endpoints to draw: progression or relapse under the trial's own name, then death."""
    named = {name.split("_")[0] for name in [*trial.endpoints, *(trial.published.curves if trial.published else ())]}
    return [*([name for name in PROGRESSIONS if name in named] or ["pfs"]), "os"]


def _responses(identifier: str, patients: pl.DataFrame) -> ArmResponses:
    change = patients["best_change_percent"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return ArmResponses(identifier, len(patients), change, patients["best_response"].to_numpy().astype(str))


def _courses(identifier: str, series: ArmTimeSeries) -> ArmTimeCourses:
    return ArmTimeCourses(
        id=identifier,
        days=np.asarray(series.days, dtype=float),
        diameters=np.asarray(series.sum_of_diameters),
        organs={"lvef": np.asarray(series.lvef), "neutrophils": np.asarray(series.neutrophils)},
        concentrations={drug: np.asarray(values) for drug, values in series.concentrations.items()},
    )
