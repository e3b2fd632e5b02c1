"""Times to events and endpoints, read back from the table of patients of a result."""

from __future__ import annotations

import polars as pl

from her2lab.facts.vocabulary import landmark
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.estimate import Estimate, proportion
from her2lab.trial.statistics.survival import DAYS_PER_MONTH, Times

DURATION = "dor"  # of response, in those who responded
OK = "ok"  # the status of a patient who was simulated to the end; the others count in no statistic


def times(patients: pl.DataFrame, endpoint: str) -> Times:
    """Return times in months to death (``os``) or, for every other endpoint, to progression, relapse or death.

    Parameters
    ----------
    patients
        Rows of ``patients.parquet``, of one arm.
    endpoint
        ``pfs``, ``os``, ``idfs``, ``dfs`` or ``efs``, or ``dor``: of responders, from their first response on. One that
        has no column of its own is read as ``pfs``.
    """
    column = endpoint if f"{endpoint}_days" in patients.columns else "pfs"
    counted, days = patients.filter(pl.col("status") == OK), pl.col(f"{column}_days")
    if endpoint == DURATION:
        counted = counted.filter(pl.col("orr"), pl.col("first_response_days").is_not_null())
        days = days - pl.col("first_response_days")
    return Times.checked(counted.select(days).to_series().to_numpy() / DAYS_PER_MONTH,
                         counted[f"{column}_cnsr"].to_numpy())


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
        nobody = "nobody responded" if endpoint == DURATION else "there are no patients"
        return Estimate(None, note=f"not estimable: {nobody}")
    return survival.median(counted) if at is None else survival.rate_at(counted, float(at[1]))


def by_arm(patients: pl.DataFrame, endpoint: str) -> dict[str, Times]:
    """Return the times of every arm that has at least one patient who counts."""
    found = {str(arm): times(rows, endpoint) for (arm,), rows in patients.group_by("arm", maintain_order=True)}
    return {arm: each for arm, each in found.items() if len(each)}
