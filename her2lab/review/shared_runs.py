"""Patients who are the same in several trials, and treated alike there, are run once.

Trials of claims are often one trial in which a property is given to everybody or to nobody. Who has it anyway is
the same patient in both, and what happens to a patient depends on nobody else.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import polars as pl

from her2lab._types import Integers
from her2lab.population import Cohort

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Share(Generic[Name]):
    """Whom an arm runs itself (`own`), and whom it has from other arms, by their names: rows of its cohort."""

    own: Integers
    others: Mapping[Name, Integers]


def shares(arms: Mapping[Name, tuple[Hashable, Sequence[bytes]]]) -> dict[Name, Share[Name]]:
    """Return who is run in which arm; the first arm that has a patient runs it.

    Parameters
    ----------
    arms
        Of each arm, what is done to its patients and who they are (:func:`patient_digests`).
    """
    runs_it: dict[tuple[Hashable, bytes], Name] = {}
    found: dict[Name, Share[Name]] = {}
    for name, (treatment, patients) in arms.items():
        rows: dict[Name, list[int]] = defaultdict(list)
        for row, patient in enumerate(patients):
            rows[runs_it.setdefault((treatment, patient), name)].append(row)
        by_arm = {each: np.array(places, dtype=np.int64) for each, places in rows.items()}
        found[name] = Share(by_arm.pop(name, np.empty(0, dtype=np.int64)), by_arm)
    return found


def patient_digests(cohort: Cohort) -> list[bytes]:
    """Return what tells one patient of a study from every other: a digest of all its properties and parameters."""
    names = sorted(cohort.parameters)
    numbers = np.column_stack([cohort.parameters[name] for name in names])
    numeric = pl.selectors.numeric() | pl.selectors.boolean()
    properties = cohort.properties.select(sorted(cohort.properties.columns)).with_columns(numeric.cast(pl.Float64))
    head = repr((cohort.seed, names, properties.columns))
    return [hashlib.blake2b(f"{head}{patient}{who}".encode() + row.tobytes(), digest_size=16).digest()
            for patient, who, row in zip(cohort.patients.tolist(), properties.iter_rows(), numbers, strict=True)]
