"""The table of times to an event: one row per subject and parameter, in ADaM coding."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from her2lab._types import Bools, Floats
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import RELAPSE
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.hazards import LUNG
from her2lab.trial.statistics import endpoints
from her2lab.trial.statistics.endpoints import DURATION
from her2lab.trial.statistics.subjects import ArmSubjects
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

PARAMETERS = {  # endpoint -> PARAMCD, PARAM
    "pfs": ("PFS", "Progression-free survival (months)"),
    "idfs": ("IDFS", "Invasive disease-free survival (months)"),
    "dfs": ("DFS", "Disease-free survival (months)"),
    "efs": ("EFS", "Event-free survival (months)"),
    "os": ("OS", "Overall survival (months)"),
    "cns_pfs": ("CNSPFS", "Progression-free survival in the brain (months)"),
    DURATION: ("DOR", "Duration of response (months)"),
}
DEATH, DRUG_DEATH = "death", "death of lung injury by a drug"
FAILED = "integration failed"
CENSORED = {"os": "alive at the end of follow-up", "fda": "no event by the last scan",
            "ema": "no event by the last contact"}
NOT_COUNTED = "event after missed scans or after the last scan"


def times_table(trial: Trial, outcome: ArmOutcome, subjects: ArmSubjects) -> pl.DataFrame:
    """Return the times of an arm: STUDYID, USUBJID, ARM, PARAMCD, PARAM, AVAL, AVALU, CNSR, EVNTDESC.

    ``AVAL`` is in months; ``CNSR`` is 0 for an event and 1 for a censored time; ``EVNTDESC`` says what the event was
    (of a progression: target growth, new lesion, brain) or why the time is censored. Duration of response has rows
    for those who responded.

    Parameters
    ----------
    trial, outcome, subjects
        The protocol, what happened in the arm, and its rows of the subject-level table.
    """
    in_brain = [] if outcome.brain is None else ["cns_pfs"]
    return pl.concat([_of_parameter(trial.id, outcome, subjects, name)
                      for name in (*_progressions(trial), "os", *in_brain, DURATION)])


def _progressions(trial: Trial) -> list[str]:
    """Return what a progression, relapse or death is called in this trial."""
    asked = {name.split("_")[0] for name in endpoints.wanted(trial)}
    relapse = [name for name in RELAPSE if name in asked]
    return relapse if relapse and "pfs" not in asked else ["pfs", *relapse]


def _of_parameter(trial: str, outcome: ArmOutcome, subjects: ArmSubjects, name: str) -> pl.DataFrame:
    column = name if name in ("os", "cns_pfs") else "pfs"
    code, words = PARAMETERS[name]
    table = subjects.table.with_columns(EVNTDESC=pl.Series(_descriptions(outcome, column), dtype=pl.String))
    return endpoints.timed(table, name).select(
        STUDYID=pl.lit(trial), USUBJID=pl.col("USUBJID"), ARM=pl.col("arm"), PARAMCD=pl.lit(code), PARAM=pl.lit(words),
        AVAL=pl.col("days") / DAYS_PER_MONTH, AVALU=pl.lit("months"), CNSR=pl.col("cnsr").cast(pl.Int64),
        EVNTDESC=pl.col("EVNTDESC"),
    )


def _descriptions(outcome: ArmOutcome, column: str) -> list[str]:
    """Return what ended each patient's time, shape (n,)."""
    seen = {"os": outcome.os, "cns_pfs": outcome.cns_pfs}.get(column, outcome.pfs)[1]
    progression = _progression(outcome, column)
    progressed = seen & (progression <= outcome.death)
    reasons = _reasons(outcome, column)
    died = np.where(_of_drug(outcome), DRUG_DEATH, DEATH)
    late = np.isfinite(np.minimum(progression, outcome.death)) & ~seen
    why = np.where(late, NOT_COUNTED, CENSORED["os" if column == "os" else outcome.censoring])
    censored = np.where(outcome.ok, why, FAILED)
    return [reason if by_progression else death if event else why for reason, by_progression, death, event, why
            in zip(reasons, progressed, died.tolist(), seen, censored.tolist(), strict=True)]


def _progression(outcome: ArmOutcome, column: str) -> Floats:
    """Return the day of the progression that ends a time, infinite where there was none, shape (n,)."""
    if column == "os":
        return np.full(len(outcome.death), np.inf)
    scans = outcome.brain if column == "cns_pfs" and outcome.brain is not None else outcome.scans
    return scans.progression


def _reasons(outcome: ArmOutcome, column: str) -> list[str]:
    """Return by what each patient's progression was seen; of no meaning where there was none."""
    scans, brain = outcome.scans, outcome.brain
    if column == "cns_pfs":
        return ["brain"] * len(outcome.status)
    in_brain = np.zeros(len(outcome.status), dtype=bool) if brain is None else brain.progression <= scans.progression
    signs: dict[str, NDArray[np.bool_]] = {"target growth": scans.by_growth, "new lesion": scans.by_new_lesion,
                                           "brain": in_brain}
    return ["; ".join(sign for sign, met in zip(signs, row, strict=True) if met)
            for row in np.stack(list(signs.values()), axis=1).tolist()]


def _of_drug(outcome: ArmOutcome) -> Bools:
    """Return who died of what a drug did to the lungs."""
    return np.asarray(outcome.cause_of_death == LUNG)
