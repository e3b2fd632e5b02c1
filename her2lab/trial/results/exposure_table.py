"""The table of exposure: one row per dose that was given, as planned and as given."""

from __future__ import annotations

import numpy as np
import polars as pl

from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.dosing import GivenDoses
from her2lab.trial.results.study_days import study_days
from her2lab.trial.results.subject_table import subject_ids, unique_ids


def exposure_table(trial: str, outcome: ArmOutcome) -> pl.DataFrame:
    """Return the doses of an arm: USUBJID, ARM, EXTRT, EXDOSE, EXDOSU, EXSTDY, EXENDY, EXPLDOSE.

    Doses are in mg. ``EXSTDY`` and ``EXENDY`` are study days (1: the day of the first dose). Drugs by mouth are
    dispensed for up to a week at a time, which is one row. ``EXDOSE`` is what has entered until death; ``EXPLDOSE``
    what the protocol plans for that time, null of a drug that a rule gives.

    Parameters
    ----------
    trial
        Identifier of the trial.
    outcome
        What happened in the arm.
    """
    dosing = outcome.dosing
    doses = _in_order(dosing.doses())
    given, ends = doses.milligrams.copy(), np.minimum(doses.day + doses.length, outcome.last_seen[doses.patient])
    last = _last_of_each(doses)
    given[last] -= (dosing.prescribed - dosing.delivered)[doses.plan[last], doses.patient[last]]
    subjects = np.array(unique_ids(trial, outcome.arm.id, subject_ids(outcome.cohort)), dtype=object)
    drugs = np.array(dosing.drugs, dtype=object)
    return pl.DataFrame({
        "USUBJID": pl.Series(subjects[doses.patient].tolist(), dtype=pl.String),
        "ARM": pl.Series([outcome.arm.id] * len(given), dtype=pl.String),
        "EXTRT": pl.Series(drugs[doses.plan].tolist(), dtype=pl.String),
        "EXDOSE": given,
        "EXDOSU": pl.Series(["mg"] * len(given), dtype=pl.String),
        "EXSTDY": study_days(doses.day),
        "EXENDY": study_days(np.maximum(np.nextafter(ends, -np.inf), doses.day)),
        "EXPLDOSE": pl.Series(doses.planned).set(pl.Series(dosing.waiting[doses.plan], dtype=pl.Boolean), None),
    })


def _in_order(doses: GivenDoses) -> GivenDoses:
    """Return doses patient by patient in order of time."""
    order = np.lexsort((doses.plan, doses.day, doses.patient))
    return GivenDoses(doses.plan[order], doses.patient[order], doses.day[order], doses.length[order],
                      doses.milligrams[order], doses.planned[order])


def _last_of_each(doses: GivenDoses) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the places of the last dose of each plan in each patient."""
    keys = np.stack([doses.plan, doses.patient])
    _, first = np.unique(keys[:, ::-1], axis=1, return_index=True)
    return np.asarray(keys.shape[1] - 1 - first, dtype=np.int64)
