"""The table of adverse events: one row per subject and event, with the worst grade and what was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import polars as pl

from her2lab._types import Floats
from her2lab.facts.management import Rule
from her2lab.facts.records import Grading
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.results.study_days import study_days
from her2lab.trial.results.subject_table import subject_ids
from her2lab.trial.statistics.subjects import ArmSubjects

ACTIONS = {"hold": "DRUG INTERRUPTED", "reduce": "DOSE REDUCED", "stop": "DRUG WITHDRAWN"}  # the gravest last
NOTHING_DONE = "DOSE NOT CHANGED"
SCHEMA = {"USUBJID": pl.String, "ARM": pl.String, "AEDECOD": pl.String, "AETOXGR": pl.Int64, "ASTDY": pl.Int64,
          "AENDY": pl.Int64, "AEACN": pl.String}


def adverse_event_table(outcomes: Sequence[ArmOutcome], arms: Sequence[ArmSubjects], rules: Sequence[Rule],
                        gradings: Sequence[Grading]) -> pl.DataFrame:
    """Return the adverse events of all arms: USUBJID, ARM, AEDECOD, AETOXGR, ASTDY, AENDY, AEACN.

    ``AEDECOD`` is the event as everywhere in her2lab, ``AETOXGR`` its worst CTCAE grade until progression or death,
    ``ASTDY`` the study day of its first grade (1: the day of the first dose). ``AENDY`` is null: when an event is over
    is not kept. ``AEACN`` is the gravest that rules on its measure did to a drug of the patient.

    Parameters
    ----------
    outcomes, arms
        What happened in each arm, and the same arms' rows of the subject-level table.
    rules, gradings
        The rules in force, and the cut-offs of the events.
    """
    measures = {each.event: each.measure for each in gradings}
    by_rule = {rule.id: {rule.measure, *(also.measure for also in rule.also)} for rule in rules}
    tables = [_of_arm(outcome, subjects, measures, by_rule) for outcome, subjects in zip(outcomes, arms, strict=True)]
    return pl.concat(tables)


def _of_arm(outcome: ArmOutcome, subjects: ArmSubjects, measures: Mapping[str, str],
            by_rule: Mapping[str, Collection[str]]) -> pl.DataFrame:
    events = [name.removeprefix("grade_") for name in subjects.table.columns if name.startswith("grade_")]
    done = _actions(outcome, by_rule)
    tables = [_of_event(subjects, event, done.get(measures.get(event, "lvef"), {}), subject_ids(outcome.cohort))
              for event in events]
    return pl.concat(tables).sort("USUBJID", "ASTDY", maintain_order=True) if tables else pl.DataFrame(schema=SCHEMA)


def _of_event(subjects: ArmSubjects, event: str, done: dict[int, str], names: Sequence[str]) -> pl.DataFrame:
    onset: Floats = subjects.table[f"onset_{event}_days"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    actions = [ACTIONS.get(done.get(row, ""), NOTHING_DONE) for row in range(len(names))]
    return subjects.table.select(
        USUBJID=pl.col("USUBJID"), ARM=pl.col("arm"), AEDECOD=pl.lit(event),
        AETOXGR=pl.col(f"grade_{event}").cast(pl.Int64), ASTDY=study_days(onset),
        AENDY=pl.lit(None, dtype=pl.Int64), AEACN=pl.Series(actions, dtype=pl.String),
    ).filter(pl.col("AETOXGR") > 0)


def _actions(outcome: ArmOutcome, by_rule: Mapping[str, Collection[str]]) -> dict[str, dict[int, str]]:
    """Return the gravest action of rules by measure and row of the cohort."""
    gravity, found = list(ACTIONS), dict[str, dict[int, str]]()
    for decision in outcome.decisions:
        if decision.action not in ACTIONS:
            continue
        for measure in by_rule.get(decision.rule, ()):
            rows = found.setdefault(measure, {})
            before = rows.get(decision.patient, decision.action)
            rows[decision.patient] = max(before, decision.action, key=gravity.index)
    return found
