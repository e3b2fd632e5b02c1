"""The table of pharmacokinetics: one row per dose, with what it did to the concentration of its drug in plasma."""

from __future__ import annotations

import numpy as np
import polars as pl

from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.results.study_days import study_days
from her2lab.trial.results.subject_table import subject_ids, unique_ids


def pharmacokinetics_table(trial: str, outcome: ArmOutcome) -> pl.DataFrame:
    """Return Cmax, AUC and trough of all doses: USUBJID, ARM, EXTRT, CYCLE, EXSTDY, TAU, CMAX, AUCTAU, CTROUGH.

    ``CYCLE`` counts the doses of a drug (of tablets, blocks of up to a week) in a subject, ``TAU`` is the time to the
    next planned dose in days, null of a dose that stands alone. Concentrations are those of the model, without error of
    measurement. ``AUCTAU`` and ``CTROUGH`` are null where the interval was not seen to its end.

    Parameters
    ----------
    trial
        Identifier of the trial.
    outcome
        What happened in the arm.
    """
    found, drugs = outcome.intervals, np.array(outcome.dosing.drugs, dtype=object)
    subjects = np.array(unique_ids(trial, outcome.arm.id, subject_ids(outcome.cohort)), dtype=object)
    whole = np.isfinite(found.length)
    return pl.DataFrame({
        "USUBJID": pl.Series(subjects[found.patient].tolist(), dtype=pl.String),
        "ARM": pl.Series([outcome.arm.id] * len(whole), dtype=pl.String),
        "EXTRT": pl.Series(drugs[found.plan].tolist(), dtype=pl.String),
        "CYCLE": found.number, "EXSTDY": study_days(found.day), "TAU": np.where(whole, found.length, np.nan),
        "CMAX": found.highest, "AUCTAU": found.area, "CTROUGH": found.trough,
    }).with_columns(pl.col("TAU", "AUCTAU", "CTROUGH").fill_nan(None))
