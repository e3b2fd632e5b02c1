"""The table of visits: one row per patient, arm and day on which something was measured."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import polars as pl

from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.results.subject_table import RESPONSES, subject_ids, unique_ids


def visit_table(trial: str, outcome: ArmOutcome) -> pl.DataFrame:
    """Return the visits of an arm with what was measured and the decisions of that day.

    Where the trial says that visits may be missed, those missed before progression or the end of follow-up have a row
    with a planned day and nothing else.

    Parameters
    ----------
    trial
        Identifier of the trial.
    outcome
        What happened in the arm.
    """
    table, names = outcome.visits.columns(), subject_ids(outcome.cohort)
    decisions: dict[tuple[int, float], list[str]] = defaultdict(list)
    for decision in outcome.decisions:
        decisions[decision.patient, decision.day].append(f"{decision.action} ({decision.rule})")
    rows, days = table["row"].astype(int).tolist(), table["day"].astype(float).tolist()
    subjects = unique_ids(trial, outcome.arm.id, names)
    held = pl.DataFrame({
        "patient": [names[row] for row in rows],
        "arm": [outcome.arm.id] * len(rows),
        "USUBJID": [subjects[row] for row in rows],
        "day": days, "planned_day": outcome.calendar.planned(table["row"].astype(np.int64), np.array(days)),
        **{name: table[name].astype(float) for name in outcome.visits.names},
        "response": pl.Series([RESPONSES[int(code)] for code in table["response"].tolist()], dtype=pl.String),
        "decisions": ["; ".join(decisions.get(at, [])) for at in zip(rows, days, strict=True)],
    }).with_columns(pl.col("planned_day", *outcome.visits.names).fill_nan(None))
    return _with_missed(held, trial, outcome)


def _with_missed(held: pl.DataFrame, trial: str, outcome: ArmOutcome) -> pl.DataFrame:
    """Return visits with those that were missed, in order of patient and day."""
    rows, days = outcome.calendar.missed(np.minimum(outcome.scans.progression, outcome.last_seen))
    if not rows.size:
        return held
    names = subject_ids(outcome.cohort)
    subjects = unique_ids(trial, outcome.arm.id, names)
    missed = pl.DataFrame({"patient": [names[row] for row in rows.tolist()], "arm": [outcome.arm.id] * len(rows),
                           "USUBJID": [subjects[row] for row in rows.tolist()], "planned_day": days,
                           "decisions": [""] * len(rows)})
    place = {subject: row for row, subject in enumerate(subjects)}
    return pl.concat([held, missed], how="diagonal").sort(
        pl.col("USUBJID").replace_strict(place, return_dtype=pl.Int64), pl.coalesce("day", "planned_day"),
        maintain_order=True)
