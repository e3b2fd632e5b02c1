"""The stratum of each patient: the level of a property or marker by which patients are told apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from her2lab.facts.vocabulary import BIOMARKERS

SERUM_HER2 = "serum_ecd"
PRESENT = 0.5  # properties that are there or not are 1 or 0

MarkerLimits = Mapping[str, float]  # measured marker -> lowest value of its upper level


def column_of(name: str) -> str:
    """Return the column of the subject-level table that holds a marker before treatment."""
    return f"{SERUM_HER2}_baseline" if name == SERUM_HER2 else name


def strata(name: str, values: pl.Series, limits: MarkerLimits) -> NDArray[np.str_]:
    """Return the level of each patient, shape (n,), "" where the value is not known.

    Parameters
    ----------
    name
        One of :data:`her2lab.facts.vocabulary.BIOMARKERS`.
    values
        Shape (n,): words, 1 or 0, or what was measured, null where it was not.
    limits
        Where measured markers are cut.
    """
    if name == "ihc":
        return values.to_numpy().astype(str)
    if name == "fcgr3a":
        return np.where(values.to_numpy().astype(str) == "VV", "VV", "F")
    numbers = np.asarray(values.to_numpy(), dtype=float)
    upper, lower = BIOMARKERS[name]
    return np.where(np.isnan(numbers), "", np.where(numbers >= limits.get(name, PRESENT), upper, lower))
