"""The course in time of the patients of an arm, as far as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from her2lab._types import Floats, Singles
from her2lab.biology import patient_interface as patient
from her2lab.trial.conduct.arm_outcome import ArmOutcome


@dataclass(frozen=True)
class ArmTimeSeries:
    """Course in time of the patients of one arm, NaN after progression or death.

    Attributes
    ----------
    days
        Shape (m,): see :mod:`her2lab.trial.conduct.time_courses`.
    sum_of_diameters, lvef, neutrophils
        Shape (n, m): mm, percent, 1e9/L, without error of measurement.
    concentrations
        Drug -> shape (n, m), mg/L in plasma, just before a dose of that time.
    """

    days: Floats
    sum_of_diameters: Singles
    lvef: Singles
    neutrophils: Singles
    concentrations: Mapping[str, Singles]


def time_series(outcome: ArmOutcome) -> ArmTimeSeries:
    """Return the time series of an arm; its time courses lose what came after progression or death."""
    courses = outcome.time_courses
    end = np.minimum(outcome.scans.progression, outcome.death)  # of who has neither it goes on after the last scan
    courses.values[:, courses.days[None, :] > end[:, None]] = np.nan
    nothing = np.full(courses.values.shape[1:], np.nan, dtype=np.float32)
    lvef, neutrophils = (courses.of(name) if name in courses.names else nothing
                         for name in (patient.LVEF, patient.NEUTROPHILS))
    return ArmTimeSeries(
        courses.days, courses.of(patient.TUMOUR_DIAMETERS), lvef, neutrophils,
        {drug: courses.of(symbol) for drug, symbol in outcome.concentrations.items()},
    )
