"""The subject-level table: one row per patient and arm, from which everything else is estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from her2lab._types import Bools, Floats
from her2lab.biology.patient_interface import LVEF
from her2lab.facts.records import Grading, Trial
from her2lab.population import Cohort
from her2lab.trial.conduct.adverse_event_grading import Severity
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.lvef_events import LVEF_DROP, lvef_event, lvef_falls
from her2lab.trial.conduct.recist import Code
from her2lab.trial.statistics.dose_modifications import PLANNED, PRESCRIBED, SUPPORTIVE
from her2lab.trial.statistics.endpoints import AT_SURGERY, YES_OR_NO
from her2lab.trial.statistics.strata import SERUM_HER2
from her2lab.trial.statistics.subjects import INTERNAL, ArmSubjects
from her2lab.trial.statistics.survival import DAYS_PER_MONTH, cnsr_from_events

CONFIRMED = f"{INTERNAL}orr_confirmed"
RESPONSES = {int(code): None if code == Code.NONE else code.name for code in Code}

Columns = dict[str, NDArray[np.generic] | pl.Series]


def subject_table(trial: Trial, outcomes: Sequence[ArmOutcome], gradings: Sequence[Grading]) -> pl.DataFrame:
    """Return one row per patient and arm as it is written: see :func:`arm_subjects`."""
    return joined([arm_subjects(trial, outcome, gradings) for outcome in outcomes])


def joined(arms: Sequence[ArmSubjects]) -> pl.DataFrame:
    """Return the rows of all arms, without the columns that serve the estimates alone."""
    return pl.concat([arm.table.select(pl.exclude(f"^{INTERNAL}.*$")) for arm in arms], how="diagonal")


def subject_ids(cohort: Cohort) -> list[str]:
    """Return the patients' names; text, so that no reader makes 7 of 007."""
    return [f"P{patient:05d}" for patient in cohort.patients]


def unique_ids(trial: str, arm: str, names: Sequence[str]) -> list[str]:
    """Return ``USUBJID`` of the patients of an arm: the same virtual patient in two arms is two subjects."""
    return [f"{trial}-{arm}-{name}" for name in names]


def arm_subjects(trial: Trial, outcome: ArmOutcome, gradings: Sequence[Grading]) -> ArmSubjects:
    """Return the patients of one arm: follow-up in ADaM coding, response, doses, adverse events, properties.

    ``USUBJID`` names one subject; the subjects of several arms that are one virtual patient share ``TWIN``.
    ``pfs_cnsr`` and ``os_cnsr`` are 0 for an event and 1 for a censored time. A patient whose integration failed has
    the status of the failure, is censored where it was last seen, and counts in no statistic.

    Parameters
    ----------
    trial
        The protocol.
    outcome
        What happened in the arm.
    gradings
        Cut-offs of adverse events, in their order.
    """
    names, (pfs, progressed), (os, dead) = subject_ids(outcome.cohort), outcome.pfs, outcome.os
    arm, scans = outcome.arm, outcome.scans
    best = np.where(outcome.ok, scans.best(), Code.NE)
    columns = {
        "patient": names, "arm": [arm.id] * len(names),
        "USUBJID": unique_ids(trial.id, arm.id, names), "TWIN": [f"{trial.id}-{name}" for name in names],
        "TRT01P": [arm.title or arm.id] * len(names),
        "status": outcome.status.tolist(),
        "pfs_days": pfs, "pfs_months": pfs / DAYS_PER_MONTH, "pfs_cnsr": cnsr_from_events(progressed),
        "os_days": os, "os_months": os / DAYS_PER_MONTH, "os_cnsr": cnsr_from_events(dead),
        "cause_of_death": pl.Series([cause or None for cause in outcome.cause_of_death.tolist()], dtype=pl.String),
        "best_response": [RESPONSES[int(code)] for code in best],
        "best_change_percent": np.where(outcome.ok, scans.best_change(), np.nan),
        "baseline_sum_of_diameters": scans.baseline, "measurable": scans.measurable,
        "extinct_clones": outcome.extinct_clones, "first_response_days": scans.first_response(), **_endpoints(outcome),
    }
    empty = pl.col("best_change_percent", "first_response_days").replace(float("inf"), None).fill_nan(None)
    frame = pl.DataFrame(columns).with_columns(empty)
    properties = outcome.cohort.properties.drop("patient", strict=False)
    table = pl.concat([frame, properties, _doses(outcome), _adverse_events(trial, outcome, gradings)], how="horizontal")
    return ArmSubjects(arm, table, len(names))


def _endpoints(outcome: ArmOutcome) -> Columns:
    """Return the endpoints of each patient: met, not met, or null where it cannot be told; times in the brain."""
    columns: Columns = {name: _answers(*_met(outcome, name)) for name in YES_OR_NO}
    days, progressed = outcome.cns_pfs
    return columns | {"cns_pfs_days": days, "cns_pfs_cnsr": cnsr_from_events(progressed),
                      CONFIRMED: _answers(*_response(outcome, "orr", outcome.scans.best(confirm=True)))}


def _met(outcome: ArmOutcome, name: str) -> tuple[Bools, Bools]:
    """Return of each patient whether an endpoint was met, and whether it can be told, both of shape (n,).

    ``orr``: complete or partial response; ``cr``: complete; ``cbr``: either of them, or stable disease for as long as
    the criteria ask. Who died before the first scan has not responded, of who was not operated on it cannot be told
    what a pathologist would have found.
    """
    nobody = np.zeros(len(outcome.status), dtype=bool)
    if name in AT_SURGERY:
        operation = outcome.operation
        if operation is None:
            return nobody, nobody
        return operation.complete_response(breast_only=name == "pcr_breast"), outcome.ok & operation.done
    if name == "ic_orr":
        brain = outcome.brain
        return (nobody, nobody) if brain is None else (brain.best() >= Code.PR, outcome.ok & brain.measurable)
    return _response(outcome, name, outcome.scans.best())


def _response(outcome: ArmOutcome, name: str, best: NDArray[np.int8]) -> tuple[Bools, Bools]:
    stable = (best == Code.SD) & (outcome.pfs[0] >= outcome.scans.criteria.clinical_benefit_from)
    met = {"orr": best >= Code.PR, "cr": best == Code.CR, "cbr": (best >= Code.PR) | stable}[name]
    return met, outcome.ok & outcome.scans.measurable


def _answers(met: Bools, evaluable: Bools) -> pl.Series:
    """Return true, false, or null for those in whom it cannot be told."""
    return pl.Series(np.where(evaluable, met, -1)).replace_strict({1: True, 0: False, -1: None},
                                                                  return_dtype=pl.Boolean)


def _doses(outcome: ArmOutcome) -> pl.DataFrame:
    """Return mg and doses given, dose intensity, reductions, holds and stops of each drug."""
    dosing, planned = outcome.dosing, _planned_mg(outcome)
    columns, internal = Columns(), Columns()
    for index in np.flatnonzero(~dosing.waiting).tolist():
        drug, because = dosing.drugs[index], outcome.stopped_by[dosing.drugs[index]]
        columns |= {
            f"delivered_mg_{drug}": dosing.delivered[index],
            f"doses_{drug}": dosing.given[index],
            f"dose_intensity_{drug}": dosing.prescribed[index] / np.where(planned[index] > 0, planned[index], np.nan),
            f"reductions_{drug}": dosing.reductions[index],
            f"holds_{drug}": dosing.withheld[index],
            f"stopped_{drug}": because != "",
            f"stopped_{drug}_because": pl.Series([rule or None for rule in because.tolist()], dtype=pl.String),
        }
        internal |= {f"{PLANNED}{drug}": planned[index], f"{PRESCRIBED}{drug}": dosing.prescribed[index]}
    for index in np.flatnonzero(dosing.waiting).tolist():   # a drug that rules give may be one of the regimen as well
        drug, given = dosing.drugs[index], dosing.given[index]
        for kept, column, more in ((columns, f"delivered_mg_{drug}", dosing.delivered[index]),
                                   (columns, f"doses_{drug}", given), (internal, f"{SUPPORTIVE}{drug}", given)):
            kept[column] = kept[column] + more if column in kept else more
    return pl.DataFrame(columns | internal).fill_nan(None)


def _planned_mg(outcome: ArmOutcome) -> Floats:
    """Return the mg planned of each plan until progression, death or the end of follow-up, shape (plans, n)."""
    return outcome.dosing.planned(np.minimum(np.minimum(outcome.scans.progression, outcome.death), outcome.last_seen))


def _adverse_events(trial: Trial, outcome: ArmOutcome, gradings: Sequence[Grading]) -> pl.DataFrame:
    """Return the worst grade and the first day of each adverse event, LVEF and HER2 in serum as measured."""
    columns, n = Columns(), len(outcome.status)
    for event, severity in _severities(trial, outcome, gradings).items():
        columns |= {
            f"grade_{event}": severity.grade,
            f"onset_{event}_days": np.where(np.isfinite(severity.onset), severity.onset, np.nan),
        }
    rows, _, values = outcome.visits.measured(LVEF)
    lowest, last = np.full(n, np.nan), np.full(n, np.nan)
    last[rows] = values                                      # what is written last stays
    np.fmin.at(lowest, rows, values)
    columns |= {"lvef_baseline": outcome.visits.first(LVEF, n), "lvef_lowest": lowest, "lvef_last": last}
    if SERUM_HER2 in outcome.visits.names:
        columns[f"{SERUM_HER2}_baseline"] = outcome.visits.first(SERUM_HER2, n)
    return pl.DataFrame(columns).fill_nan(None)


def _severities(trial: Trial, outcome: ArmOutcome, gradings: Sequence[Grading]) -> Mapping[str, Severity]:
    """Return the worst grade and the first day of each event, in the order of the cut-offs."""
    found = dict(outcome.severity)
    if outcome.visits.measured(LVEF)[0].size:
        grading = next((each for each in gradings if each.measure == LVEF), None)
        found[LVEF_DROP] = lvef_falls(outcome.visits, len(outcome.status), lvef_event(trial), grading)
    order = [each.event for each in gradings if each.event in found]
    return {event: found[event] for event in dict.fromkeys([*order, *found])}
