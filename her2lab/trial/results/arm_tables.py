"""What is kept of an arm: the rows of its patients in all tables. Patients are simulated part by part, rows joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from her2lab._types import Singles
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.context import TrialContext
from her2lab.trial.results.adverse_event_table import adverse_event_table
from her2lab.trial.results.disposition_table import disposition_table
from her2lab.trial.results.exposure_table import exposure_table
from her2lab.trial.results.pharmacokinetics_table import pharmacokinetics_table
from her2lab.trial.results.subject_table import arm_subjects
from her2lab.trial.results.time_series import ArmTimeSeries, time_series
from her2lab.trial.results.times_table import times_table
from her2lab.trial.results.visit_table import visit_table
from her2lab.trial.statistics.subjects import ArmSubjects

SHOWN_IN_TIME = 2048  # patients of an arm whose courses in time are kept, for figures: the first ones


@dataclass(frozen=True)
class ArmTables:
    """Patients of one arm as rows of the tables of a result.

    Attributes
    ----------
    subjects
        Their rows of the subject-level table.
    visits, times, exposure, adverse_events, pharmacokinetics, disposition
        Their rows of the other tables.
    series
        The courses in time of the first `SHOWN_IN_TIME` patients of the arm, None if it has none of them.
    rules_not_applied
        As :class:`~her2lab.trial.conduct.arm_outcome.ArmOutcome` has it.
    """

    subjects: ArmSubjects
    visits: pl.DataFrame
    times: pl.DataFrame
    exposure: pl.DataFrame
    adverse_events: pl.DataFrame
    pharmacokinetics: pl.DataFrame
    disposition: pl.DataFrame
    series: ArmTimeSeries | None
    rules_not_applied: Sequence[str]


def arm_tables(context: TrialContext, outcome: ArmOutcome, first: int) -> ArmTables:
    """Return the rows of the patients of an outcome, who stand in their arm from number `first` on."""
    trial, subjects = context.trial, arm_subjects(context.trial, outcome, context.gradings)
    return ArmTables(
        subjects=subjects, visits=visit_table(trial.id, outcome), times=times_table(trial, outcome, subjects),
        exposure=exposure_table(trial.id, outcome),
        adverse_events=adverse_event_table(trial, outcome, context.rules, context.gradings, context.drugs),
        pharmacokinetics=pharmacokinetics_table(trial.id, outcome),
        disposition=disposition_table(trial.id, outcome, context.rules),
        series=time_series(outcome) if first < SHOWN_IN_TIME else None, rules_not_applied=outcome.rules_not_applied,
    )


def joined(parts: Sequence[ArmTables]) -> ArmTables:
    """Return the rows of a whole arm; `parts` are its patients in order."""
    subjects = replace(parts[0].subjects, table=_rows([part.subjects.table for part in parts]),
                       simulated=sum(part.subjects.simulated for part in parts))
    times = _rows([part.times for part in parts])
    parameters = times["PARAMCD"].unique(maintain_order=True).to_list()
    events = _rows([part.adverse_events for part in parts])
    return ArmTables(
        subjects=subjects, visits=_rows([part.visits for part in parts]),
        times=_rows([times.filter(PARAMCD=parameter) for parameter in parameters]),
        exposure=_rows([part.exposure for part in parts]),
        adverse_events=events.sort("USUBJID", "ASTDY", maintain_order=True),
        pharmacokinetics=_rows([part.pharmacokinetics for part in parts]).sort("USUBJID", "EXSTDY", "EXTRT", "CYCLE"),
        disposition=_rows([part.disposition for part in parts]).sort("USUBJID", "EXTRT", maintain_order=True),
        series=_joined_series([part.series for part in parts if part.series is not None]),
        rules_not_applied=parts[0].rules_not_applied,
    )


def _rows(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(tables, how="vertical_relaxed", rechunk=True)


def _joined_series(parts: Sequence[ArmTimeSeries]) -> ArmTimeSeries:
    def joined_values(values: Sequence[Singles]) -> Singles:
        return np.concatenate(values)[:SHOWN_IN_TIME]

    return ArmTimeSeries(
        days=parts[0].days,
        sum_of_diameters=joined_values([part.sum_of_diameters for part in parts]),
        lvef=joined_values([part.lvef for part in parts]),
        neutrophils=joined_values([part.neutrophils for part in parts]),
        concentrations={drug: joined_values([part.concentrations[drug] for part in parts])
                        for drug in parts[0].concentrations},
    )
