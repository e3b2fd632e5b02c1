"""What a visit sees: the model's values with the error of the measurement."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Floats
from her2lab.biology.patient_interface import BRAIN_DIAMETERS, LVEF, TUMOUR_DIAMETERS
from her2lab.facts import library
from her2lab.facts.rule_numbers import MeasurementErrors
from her2lab.population import random


class MeasurementError:
    """Measurements of one cohort, with errors drawn beforehand.

    The error belongs to (seed, patient, kind of measurement, week or what the facts say instead): it is the same in
    every arm and does not depend on how often a patient was looked at, nor on anybody else.

    Parameters
    ----------
    seed
        Seed of the study.
    patients
        Identifiers, shape (n,).
    horizon
        Last day, days.
    errors
        Coefficients of variation and standard deviations.
    kinds
        What can be measured.
    """

    def __init__(self, seed: int, patients: NDArray[np.integer], horizon: float, errors: MeasurementErrors,
                 kinds: Sequence[str]) -> None:
        self._errors, self._span = errors, library.measurement().error_shared_within
        spans = ceil(horizon / self._span) + 1
        self._noise = {kind: random.normals(seed, patients, f"measurement of {kind}", spans) for kind in kinds}

    def read(self, kind: str, true: Floats, day: Floats) -> Floats:
        """Return measured values of `kind`, shape (n,), for true values and days of shape (n,).

        LVEF has a normal error, everything else a log-normal one around the true value as its median.
        """
        span = np.floor(day / self._span + 1e-9).astype(np.int64)
        noise = self._noise[kind][np.arange(len(true)), span]
        if kind == LVEF:
            return np.clip(true + self._errors.lvef_sd * noise, 0.0, 100.0)
        cv: float = getattr(self._errors, f"{TUMOUR_DIAMETERS if kind == BRAIN_DIAMETERS else kind}_cv")
        return np.asarray(true * np.exp(np.sqrt(np.log1p(cv * cv)) * noise))
