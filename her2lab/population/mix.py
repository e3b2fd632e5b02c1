"""The mix of a population in numbers: what its baseline keys speak of, patient by patient."""

from __future__ import annotations

import numpy as np

from her2lab._types import Floats
from her2lab.facts.records import Population
from her2lab.population.cohort import Cohort


def mix(population: Population, cohort: Cohort, reference: Cohort) -> Floats:
    """Return one column of 0 and 1 for each baseline key, shape (n, k), in the order of ``baseline_keys``.

    A property that is 0 or 1 is its own column, a category is 1 where a patient belongs to it, and a number is 1 where
    it lies above the median of `reference`.
    """
    return np.stack([_column(key, cohort, reference) for key in population.baseline_keys.values()], axis=1)


def _column(key: str, cohort: Cohort, reference: Cohort) -> Floats:
    name, _, category = key.partition(":")
    if category:
        return np.asarray(cohort.properties[name].to_numpy() == category, dtype=float)
    values, known = cohort.column(name), reference.column(name)
    if np.isin(known, (0.0, 1.0)).all():
        return values
    return np.asarray(values > np.median(known), dtype=float)
