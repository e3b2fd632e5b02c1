"""The level at which each patient is, of a property or marker by which patients are told apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from her2lab.facts.vocabulary import BIOMARKERS
from her2lab.trial.conduct import criteria

PRESENT = 0.5  # properties that are there or not are 1 or 0


def level_of(name: str, values: ArrayLike) -> NDArray[np.str_]:
    """Return the level of each patient, shape (n,), "" where the value is not known.

    Parameters
    ----------
    name
        One of :data:`her2lab.facts.vocabulary.BIOMARKERS`.
    values
        Shape (n,): words, 1 or 0, or what was measured, NaN where it was not.
    """
    if name == "ihc":
        return np.asarray(values).astype(str)
    if name == "fcgr3a":
        return np.where(np.asarray(values).astype(str) == "VV", "VV", "F")
    numbers = np.asarray(values, dtype=float)
    limit = criteria.cuts()[name].limit if name in criteria.cuts() else PRESENT
    upper, lower = BIOMARKERS[name]
    return np.where(np.isnan(numbers), "", np.where(numbers >= limit, upper, lower))
