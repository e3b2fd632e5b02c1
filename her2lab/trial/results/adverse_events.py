"""Adverse events that follow from the organs of the model, as graded events of each patient.

Most are graded on the course of each patient between the visits (:mod:`her2lab.trial.conduct.adverse_event_grading`),
since a nadir lies between two of them; falls of LVEF on what the visits measured, with their error, as the
trials do. Only time until progression or death counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from her2lab._types import Bools
from her2lab.facts.records import Grading, LvefEvent, Trial
from her2lab.trial.conduct import criteria
from her2lab.trial.conduct.adverse_event_grading import FATAL, Cutoffs, Severity
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.statistics.estimate import percent

LVEF_DROP = "lvef_drop"
SEVERE = 3


def lvef_event(trial: Trial) -> LvefEvent:
    """Return what a trial counts as a fall of LVEF: its own definition, or the common one."""
    return trial.lvef_event or criteria.lvef_event()


def severities(arm: ArmOutcome, gradings: Sequence[Grading], fall: LvefEvent) -> dict[str, Severity]:
    """Return the worst grade and the first day of each event, in the order of the cut-offs.

    Parameters
    ----------
    arm
        What happened.
    gradings
        Cut-offs of graded events; those on what the model does not hold are left out.
    fall
        What counts as a fall of LVEF.
    """
    found = dict(arm.severity)
    if arm.visits.measured("lvef")[0].size:
        found[LVEF_DROP] = falls(arm, fall, next((each for each in gradings if each.measure == "lvef"), None))
    order = [each.event for each in gradings if each.event in found]
    return {event: found[event] for event in dict.fromkeys([*order, *found])}


def falls(arm: ArmOutcome, fall: LvefEvent, grading: Grading | None) -> Severity:
    """Return who had an LVEF event at a visit, when first, and of which CTCAE grade; of grade 1 where it has none."""
    n = len(arm.status)
    rows, days, values = arm.visits.measured("lvef")
    baseline = np.full(n, np.nan)
    baseline[rows[::-1]] = values[::-1]                    # the earliest measurement is written last
    met = (values < fall.below) & (baseline[rows] - values >= fall.fall)
    if fall.confirmed:
        met[:-1] &= met[1:] & (rows[:-1] == rows[1:])      # by the next measurement of the same patient
        met[-1:] = False
    grade, onset = np.zeros(n, dtype=np.int64), np.full(n, np.inf)
    onset[rows[met][::-1]] = days[met][::-1]
    if grading is not None:
        each = Cutoffs([grading]).grade(values[:, None], values[:, None], baseline[rows][:, None])[:, 0]
        np.maximum.at(grade, rows, each)
    return Severity(np.where(np.isfinite(onset), np.maximum(grade, 1), 0), onset)


def adverse_events(arm: ArmOutcome, gradings: Sequence[Grading], fall: LvefEvent) -> dict[str, dict[str, Any]]:
    """Return event -> percent of patients with ``any`` grade and with ``grade3`` or higher, and more.

    Both count what trials report: from a grade on, as far as it is noticed; ``any_measured`` and ``grade3_measured``
    count what a laboratory would find. ``grades`` is the number of patients by worst grade, ``onset_median_days`` the
    median first day of those affected. The grade of an LVEF event is unknown (None) where there are no cut-offs for it.
    """
    events = {}
    known = {each.event: each for each in gradings}
    for event, severity in severities(arm, gradings, fall).items():
        events[event] = _summary(arm, severity, known.get(event))
        if event not in known:
            events[event]["grade3"] = None
    return events


def _summary(arm: ArmOutcome, severity: Severity, grading: Grading | None) -> dict[str, Any]:
    grade, onset = severity.grade[arm.ok], severity.onset[arm.ok]
    affected = onset[grade > 0]
    reported_from = 1 if grading is None else grading.reported_from
    noticed = 1.0 if grading is None or grading.noticed is None else grading.noticed.value
    return {
        "any": _noticed(grade >= reported_from, noticed), "grade3": _noticed(grade >= SEVERE, noticed),
        "any_measured": percent(grade > 0), "grade3_measured": percent(grade >= SEVERE),
        "grades": {str(level): int((grade == level).sum()) for level in range(1, FATAL + 1)},
        "onset_median_days": float(np.median(affected)) if affected.size else None,
    }


def _noticed(who: Bools, noticed: float) -> float | None:
    """Return the share of patients in percent, as far as it is noticed; None if there is nobody."""
    share = percent(who)
    return None if share is None else noticed * share
