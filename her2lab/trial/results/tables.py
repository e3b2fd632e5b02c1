"""The tables of a result: one row per patient and arm, one row per visit, and the series in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from her2lab._types import Floats, Singles
from her2lab.facts.records import Grading, Trial
from her2lab.population import Cohort
from her2lab.trial.conduct.adverse_event_grading import Severity
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.recist import Code
from her2lab.trial.results import dose_modifications
from her2lab.trial.results.adverse_events import lvef_event, severities
from her2lab.trial.statistics.endpoints import YES_OR_NO, answers
from her2lab.trial.statistics.survival import DAYS_PER_MONTH, cnsr_from_events

SERUM_HER2 = "serum_ecd"
LABELS = {int(code): None if code == Code.NONE else code.name for code in Code}


@dataclass(frozen=True)
class Series:
    """Course in time of the patients of one arm, NaN after progression or death.

    Attributes
    ----------
    days
        Shape (m,): see :mod:`her2lab.trial.conduct.time_courses`.
    sum_of_diameters, lvef, neutrophils
        Shape (n, m): mm, percent, 1e9/L, without error of measurement.
    concentrations
        Drug -> shape (n, m), mg/L in plasma, just before a dose of that time.
    """

    days: Floats
    sum_of_diameters: Singles
    lvef: Singles
    neutrophils: Singles
    concentrations: Mapping[str, Singles]


def series(arm: ArmOutcome) -> Series:
    """Return the series of an arm; its trace loses what came after progression or death."""
    trace = arm.trace
    end = np.minimum(arm.scans.progression, arm.death)  # of who has neither the course goes on after the last scan
    trace.values[:, trace.days[None, :] > end[:, None]] = np.nan
    nothing = np.full(trace.values.shape[1:], np.nan, dtype=np.float32)
    lvef, neutrophils = (trace.of(name) if name in trace.names else nothing for name in ("lvef", "neutrophils"))
    return Series(
        trace.days, trace.of("sum_of_diameters"), lvef, neutrophils,
        {drug: trace.of(symbol) for drug, symbol in arm.concentrations.items()},
    )


def identifiers(cohort: Cohort) -> list[str]:
    """Return the patients' names; text, so that no reader makes 7 of 007."""
    return [f"P{patient:05d}" for patient in cohort.patients]


def patients(trial: Trial, arms: Sequence[ArmOutcome], gradings: Sequence[Grading]) -> pl.DataFrame:
    """Return one row per patient and arm: follow-up in ADaM coding, response, doses, adverse events, properties.

    ``pfs_cnsr`` and ``os_cnsr`` are 0 for an event and 1 for a censored time. A patient whose integration failed has
    the status of the failure, is censored where it was last seen, and counts in no statistic.
    """
    return pl.concat([_patients(trial, arm, gradings) for arm in arms], how="diagonal")


def _patients(trial: Trial, arm: ArmOutcome, gradings: Sequence[Grading]) -> pl.DataFrame:
    names, (pfs, progressed), (os, dead) = identifiers(arm.cohort), arm.pfs, arm.os
    best = np.where(arm.ok, arm.scans.best(), Code.NE)
    columns = {
        "patient": names, "arm": [arm.arm.id] * len(names),
        "USUBJID": [f"{trial.id}-{name}" for name in names], "TRT01P": [arm.arm.title or arm.arm.id] * len(names),
        "status": arm.status.tolist(),
        "pfs_days": pfs, "pfs_months": pfs / DAYS_PER_MONTH, "pfs_cnsr": cnsr_from_events(progressed),
        "os_days": os, "os_months": os / DAYS_PER_MONTH, "os_cnsr": cnsr_from_events(dead),
        "best_response": [LABELS[int(code)] for code in best],
        "best_change_percent": np.where(arm.ok, arm.scans.best_change(), np.nan),
        "baseline_sum_of_diameters": arm.scans.baseline, "measurable": arm.scans.measurable,
        "extinct_clones": arm.vanished, "first_response_days": arm.scans.first_response(), **_endpoints(arm),
    }
    empty = pl.col("best_change_percent", "first_response_days").replace(float("inf"), None).fill_nan(None)
    frame = pl.DataFrame(columns).with_columns(empty)
    properties = arm.cohort.properties.drop("patient", strict=False)
    events = _events(arm, severities(arm, gradings, lvef_event(trial)))
    return pl.concat([frame, properties, _doses(arm), events], how="horizontal")


def _endpoints(arm: ArmOutcome) -> dict[str, NDArray[np.generic] | pl.Series]:
    """Return the endpoints of each patient: met, not met, or null where it cannot be told; times in the brain."""
    columns: dict[str, NDArray[np.generic] | pl.Series] = {}
    for name in YES_OR_NO:
        met, evaluable = answers(arm, name)
        columns[name] = pl.Series(np.where(evaluable, met, -1)).replace_strict({1: True, 0: False, -1: None},
                                                                               return_dtype=pl.Boolean)
    days, seen = arm.cns_pfs
    return columns | {"cns_pfs_days": days, "cns_pfs_cnsr": cnsr_from_events(seen)}


def _doses(arm: ArmOutcome) -> pl.DataFrame:
    """Return mg and doses given, dose intensity, reductions, holds and stops of each drug."""
    dosing, planned = arm.dosing, dose_modifications.planned_mg(arm)
    columns: dict[str, NDArray[np.generic] | pl.Series] = {}
    for index in dose_modifications.treatment(arm):
        drug, because = dosing.drugs[index], arm.stopped_by[dosing.drugs[index]]
        columns |= {
            f"delivered_mg_{drug}": dosing.delivered[index],
            f"doses_{drug}": dosing.given[index],
            f"dose_intensity_{drug}": dosing.prescribed[index] / np.where(planned[index] > 0, planned[index], np.nan),
            f"reductions_{drug}": dosing.reductions[index],
            f"holds_{drug}": dosing.withheld[index],
            f"stopped_{drug}": because != "",
            f"stopped_{drug}_because": pl.Series([rule or None for rule in because.tolist()], dtype=pl.String),
        }
    for index in np.flatnonzero(dosing.waiting).tolist():
        for name, more in (("delivered_mg", dosing.delivered[index]), ("doses", dosing.given[index])):
            column = f"{name}_{dosing.drugs[index]}"
            columns[column] = columns[column] + more if column in columns else more
    return pl.DataFrame(columns).fill_nan(None)


def _events(arm: ArmOutcome, found: Mapping[str, Severity]) -> pl.DataFrame:
    """Return the worst grade and the first day of each adverse event, LVEF and HER2 in serum as measured."""
    columns: dict[str, NDArray[np.generic]] = {}
    for event, severity in found.items():
        columns |= {
            f"grade_{event}": severity.grade,
            f"onset_{event}_days": np.where(np.isfinite(severity.onset), severity.onset, np.nan),
        }
    n = len(arm.status)
    rows, _, values = arm.visits.measured("lvef")
    lowest, last = np.full(n, np.nan), np.full(n, np.nan)
    last[rows] = values                                      # what is written last stays
    np.fmin.at(lowest, rows, values)
    columns |= {"lvef_baseline": arm.visits.first("lvef", n), "lvef_lowest": lowest, "lvef_last": last}
    if SERUM_HER2 in arm.visits.names:
        columns[f"{SERUM_HER2}_baseline"] = arm.visits.first(SERUM_HER2, n)
    return pl.DataFrame(columns).fill_nan(None)


def visits(trial: str, arms: Sequence[ArmOutcome]) -> pl.DataFrame:
    """Return one row per patient, arm and day on which something was measured, with the decisions of that day."""
    table = pl.concat([_visits(trial, arm) for arm in arms], how="diagonal")
    last = ["response", "decisions"]        # after the measures, of which arms with other drugs have others
    return table.select(pl.exclude(last), *last)


def _visits(trial: str, arm: ArmOutcome) -> pl.DataFrame:
    table, names = arm.visits.columns(), identifiers(arm.cohort)
    said: dict[tuple[int, float], list[str]] = defaultdict(list)
    for decision in arm.decisions:
        said[decision.patient, decision.day].append(f"{decision.action} ({decision.rule})")
    rows, days = table["row"].astype(int).tolist(), table["day"].astype(float).tolist()
    return pl.DataFrame({
        "patient": [names[row] for row in rows],
        "arm": [arm.arm.id] * len(rows),
        "USUBJID": [f"{trial}-{names[row]}" for row in rows],
        "day": days,
        **{name: table[name].astype(float) for name in arm.visits.names},
        "response": pl.Series([LABELS[int(code)] for code in table["response"].tolist()], dtype=pl.String),
        "decisions": ["; ".join(said.get(at, [])) for at in zip(rows, days, strict=True)],
    }).with_columns(pl.col(*arm.visits.names).fill_nan(None))


