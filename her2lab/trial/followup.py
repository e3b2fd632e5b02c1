"""Times to events, read back from the table of patients of a result."""

from __future__ import annotations

import polars as pl

from her2lab.trial.survival import DAYS_PER_MONTH, Times

OK = "ok"  # the status of a patient who was simulated to the end; the others count in no statistic


def times(patients: pl.DataFrame, endpoint: str) -> Times:
    """Return times in months to death (``os``) or, for every other endpoint, to progression, relapse or death.

    Parameters
    ----------
    patients
        Rows of ``patients.parquet``, of one arm.
    endpoint
        ``pfs``, ``os``, ``idfs``, ``dfs`` or ``efs``; one that has no column of its own is read as ``pfs``.
    """
    column = endpoint if f"{endpoint}_days" in patients.columns else "pfs"
    counted = patients.filter(pl.col("status") == OK)
    return Times.checked(counted[f"{column}_days"].to_numpy() / DAYS_PER_MONTH, counted[f"{column}_cnsr"].to_numpy())


def by_arm(patients: pl.DataFrame, endpoint: str) -> dict[str, Times]:
    """Return the times of every arm that has at least one patient who counts."""
    found = {str(arm): times(rows, endpoint) for (arm,), rows in patients.group_by("arm", maintain_order=True)}
    return {arm: each for arm, each in found.items() if len(each)}
