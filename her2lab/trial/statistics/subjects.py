"""The patients of one arm as rows of the subject-level table, from which everything is estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from her2lab._types import Floats
from her2lab.facts.records import Arm

OK = "ok"        # the status of a patient who was simulated to the end; the others count in no statistic
INTERNAL = "_"   # columns of this beginning serve the estimates and are not written


@dataclass(frozen=True)
class ArmSubjects:
    """The patients of one arm, or a part of them.

    Attributes
    ----------
    arm
        The arm; its ``n`` is the published number of patients.
    table
        One row per patient: see :func:`her2lab.trial.results.subject_table.arm_subjects`.
    simulated
        Patients of the whole arm in this run.
    """

    arm: Arm
    table: pl.DataFrame
    simulated: int

    def only(self, where: Sequence[bool]) -> ArmSubjects:
        """Return the part of the arm for which `where`, shape (n,), is true."""
        return replace(self, table=self.table.filter(pl.Series(where, dtype=pl.Boolean)))


def counted(subjects: pl.DataFrame) -> pl.DataFrame:
    """Return the patients who count in statistics: those who were simulated to the end."""
    return subjects.filter(pl.col("status") == OK)


def numbers(subjects: pl.DataFrame, column: str) -> Floats:
    """Return a numeric column as floats, NaN where it is null."""
    return subjects[column].cast(pl.Float64).to_numpy()
