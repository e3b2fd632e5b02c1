"""Adverse events of an arm in percent of its patients, from their worst grades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import polars as pl

from her2lab._types import Bools
from her2lab.facts.records import Grading
from her2lab.trial.statistics.estimate import percent
from her2lab.trial.statistics.subjects import counted, numbers


class AdverseEventSummary(TypedDict):
    """Percent of patients with an event, patients by worst grade, and the median first day of those affected."""

    any: float | None
    grade3: float | None
    any_measured: float | None
    grade3_measured: float | None
    grades: dict[str, int]
    onset_median_days: float | None


def events_of(subjects: pl.DataFrame) -> list[str]:
    """Return the adverse events of which the subject-level table holds the grades, in its order."""
    return [name.removeprefix("onset_").removesuffix("_days") for name in subjects.columns
            if name.startswith("onset_") and name.endswith("_days")]


def summarise(subjects: pl.DataFrame, gradings: Sequence[Grading], *, severe_from: int,
              death_grade: int) -> dict[str, AdverseEventSummary]:
    """Return event -> percent of patients with ``any`` grade and with ``grade3`` or higher, and more.

    Both count what trials report: from a grade on, as far as it is noticed; ``any_measured`` and ``grade3_measured``
    count what a laboratory would find. ``grades`` is the number of patients by worst grade, ``onset_median_days`` the
    median first day of those affected. The grade of an LVEF event is unknown (None) where there are no cut-offs for it.

    Parameters
    ----------
    subjects
        Rows of the subject-level table, of one arm.
    gradings
        Cut-offs of events, with what is reported of them.
    severe_from, death_grade
        The lowest grade of a severe event (``grade3``), and the highest grade, that of a death.
    """
    known = {each.event: each for each in gradings}
    return {event: _summary(counted(subjects), event, known.get(event), severe_from, death_grade)
            for event in events_of(subjects)}


def _summary(subjects: pl.DataFrame, event: str, grading: Grading | None, severe_from: int,
             death_grade: int) -> AdverseEventSummary:
    grade = subjects[f"grade_{event}"].to_numpy()
    affected = numbers(subjects, f"onset_{event}_days")[grade > 0]
    reported_from = 1 if grading is None else grading.reported_from
    noticed = 1.0 if grading is None or grading.noticed is None else grading.noticed.value
    return {
        "any": _noticed(grade >= reported_from, noticed),
        "grade3": None if grading is None else _noticed(grade >= severe_from, noticed),
        "any_measured": percent(grade > 0), "grade3_measured": percent(grade >= severe_from),
        "grades": {str(level): int((grade == level).sum()) for level in range(1, death_grade + 1)},
        "onset_median_days": float(np.median(affected)) if affected.size else None,
    }


def _noticed(who: Bools, noticed: float) -> float | None:
    """Return the share of patients in percent, as far as it is noticed; None if there is nobody."""
    share = percent(who)
    return None if share is None else noticed * share
