"""The table of disposition: one row per subject and drug of its arm, with the day and the reason of the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl

from her2lab.facts.management import Rule
from her2lab.facts.measures import DAYS_LATE
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.results.study_days import study_days
from her2lab.trial.results.subject_table import subject_ids, unique_ids

ADVERSE_EVENT, LATE = "ADVERSE EVENT", "PROTOCOL-SPECIFIED WITHDRAWAL CRITERION MET"
COMPLETED, DEATH, PROGRESSION = "COMPLETED", "DEATH", "PROGRESSIVE DISEASE"
FAILED, ONGOING = "INTEGRATION FAILED", "ONGOING"
SCHEMA = {"USUBJID": pl.String, "ARM": pl.String, "EXTRT": pl.String, "DSDECOD": pl.String, "DSTERM": pl.String,
          "DSSTDY": pl.Int64}


def disposition_table(trial: str, outcome: ArmOutcome, rules: Sequence[Rule]) -> pl.DataFrame:
    """Return why each drug was ended in each subject: USUBJID, ARM, EXTRT, DSDECOD, DSTERM, DSSTDY.

    ``DSDECOD`` is, whichever came first: ADVERSE EVENT (a rule has stopped the drug; PROTOCOL-SPECIFIED WITHDRAWAL
    CRITERION MET if that was for a late dose), COMPLETED (all planned doses were given), PROGRESSIVE DISEASE, DEATH,
    INTEGRATION FAILED, or ONGOING at the end of follow-up. ``DSTERM`` names the rule; ``DSSTDY`` is the study day, of
    a completed course that of its last dose.

    Parameters
    ----------
    trial, outcome
        Identifier of the trial, and what happened in the arm.
    rules
        The rules in force.
    """
    late = {rule.id for rule in rules if rule.measure == DAYS_LATE}
    found = [_of_drug(trial, outcome, index, late) for index in np.flatnonzero(~outcome.dosing.waiting).tolist()]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found], how="vertical_relaxed")  # an arm may have no drug


def _of_drug(trial: str, outcome: ArmOutcome, plan: int, late: Collection[str]) -> pl.DataFrame:
    drug, doses = outcome.dosing.drugs[plan], outcome.dosing.doses()
    n, here = len(outcome.status), doses.plan == plan
    last = np.full(n, np.nan)
    np.fmax.at(last, doses.patient[here], doses.day[here])
    rule = outcome.stopped_by[drug]
    progressed = outcome.scans.progression <= outcome.death
    reasons = [  # the first that holds counts
        (np.isin(rule, list(late)), LATE, outcome.stopped_on[drug]),
        (rule != "", ADVERSE_EVENT, outcome.stopped_on[drug]),
        (outcome.dosing.finished()[plan], COMPLETED, last),
        (progressed & np.isfinite(outcome.scans.progression), PROGRESSION, outcome.scans.progression),
        (np.isfinite(outcome.death), DEATH, outcome.death),
        (~outcome.ok, FAILED, outcome.last_seen),
    ]
    met = [each[0] for each in reasons]
    return pl.DataFrame({
        "USUBJID": unique_ids(trial, outcome.arm.id, subject_ids(outcome.cohort)),
        "ARM": [outcome.arm.id] * n, "EXTRT": [drug] * n,
        "DSDECOD": np.select(met, [each[1] for each in reasons], ONGOING).tolist(),
        "DSTERM": pl.Series([name or None for name in rule.tolist()], dtype=pl.String),
        "DSSTDY": study_days(np.select(met, [each[2] for each in reasons], np.nan)),
    })
