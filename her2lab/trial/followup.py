"""Times to events and endpoints, read back from the table of patients of a result."""

from __future__ import annotations

import polars as pl

from her2lab.facts.vocabulary import landmark
from her2lab.trial import survival
from her2lab.trial.estimate import Estimate, proportion
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


def responders(patients: pl.DataFrame, name: str) -> tuple[int, int]:
    """Return how many met an endpoint such as ``orr`` or ``pcr``, of how many in whom it can be told."""
    told = patients.filter(pl.col("status") == OK)[name].drop_nulls()
    return int(told.sum()), len(told)


def estimate(patients: pl.DataFrame, name: str) -> Estimate:
    """Return an endpoint of the patients of one arm: a percentage that met it, or is without event, or a median."""
    at = landmark(name)
    if at is None and not name.endswith("_median"):
        return proportion(*responders(patients, name))
    endpoint = name.removesuffix("_median") if at is None else at[0]
    counted = times(patients, endpoint)
    if not len(counted):
        return Estimate(None, note="not estimable: there are no patients")
    return survival.median(counted) if at is None else survival.rate_at(counted, float(at[1]))


def by_arm(patients: pl.DataFrame, endpoint: str) -> dict[str, Times]:
    """Return the times of every arm that has at least one patient who counts."""
    found = {str(arm): times(rows, endpoint) for (arm,), rows in patients.group_by("arm", maintain_order=True)}
    return {arm: each for arm, each in found.items() if len(each)}
