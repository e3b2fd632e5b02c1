"""How much memory a run will need, said before it starts."""

from __future__ import annotations

from her2lab.errors import InputError
from her2lab.facts.records import Trial

LIMIT_GB = 4.0
BYTES_PER_VALUE = 8
DAYS_PER_POINT = 7
FIXED_SERIES = 3  # tumour, heart and marrow; one more for each drug


def memory_gb(trial: Trial, patients: int | None) -> float:
    """Estimate the memory of the weekly series that a run keeps, in gigabytes."""
    values = 0.0
    for arm in trial.arms:
        drugs = {line.drug for line in arm.regimen}
        values += (patients or arm.n) * (trial.followup / DAYS_PER_POINT) * (FIXED_SERIES + len(drugs))
    return values * BYTES_PER_VALUE / 1e9


def refuse_if_huge(trial: Trial, patients: int | None) -> None:
    """Refuse a run beyond the limit: the user may insist with ``--yes``."""
    needed = memory_gb(trial, patients)
    if needed <= LIMIT_GB:
        return
    most = int((patients or max(arm.n for arm in trial.arms)) * LIMIT_GB / needed)
    raise InputError(
        f"about {needed:.0f} GB of memory would be needed",
        field="patients",
        value=patients,
        expected=f"at most {most}, or --yes to run all the same",
    )
