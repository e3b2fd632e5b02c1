"""How much memory a run will need."""

from __future__ import annotations

from her2lab.facts.records import Trial

BYTES_PER_VALUE = 8
DAYS_PER_POINT = 7
FIXED_SERIES = 3  # tumour, heart and marrow; one more for each drug


def memory_gb(trial: Trial, patients: int | None) -> float:
    """Estimate the memory of the weekly series that a run keeps, in gigabytes.

    Parameters
    ----------
    trial
        The trial.
    patients
        Of each arm; as published if None.
    """
    values = 0.0
    for arm in trial.arms:
        drugs = {line.drug for line in arm.regimen}
        values += (patients or arm.n) * (trial.followup / DAYS_PER_POINT) * (FIXED_SERIES + len(drugs))
    return values * BYTES_PER_VALUE / 1e9
