"""Adverse events that follow from the organs of the model, graded by measurement.

Blood counts are graded on the recorded course of each patient, since a nadir lies between two visits; LVEF on what the
visits measured, with their error, as the trials do. Only time on treatment counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from her2lab.facts.records import Grading
from her2lab.trial.criteria import LvefDrop
from her2lab.trial.estimate import proportion
from her2lab.trial.setting import Conduct

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def adverse_events(arm: Conduct, gradings: Sequence[Grading], drop: LvefDrop) -> dict[str, dict[str, float | None]]:
    """Return event -> percent of patients with ``any`` grade and with ``grade3`` or higher.

    Parameters
    ----------
    arm
        What happened.
    gradings
        Cut-offs of graded events; those on what the model does not hold are left out.
    drop
        What counts as a fall of LVEF.
    """
    events: dict[str, dict[str, float | None]] = {}
    for grading in gradings:
        if grading.measure != "lvef" and grading.measure in arm.trace.names:
            grade = _grade(grading, *_course(arm, grading.measure), len(arm.status))
            events[grading.event] = _percent(arm, grade >= 1, grade >= 3)
    if "lvef" in arm.trace.names:
        severe = next((grading for grading in gradings if grading.measure == "lvef"), None)
        events["lvef_drop"] = _lvef_drop(arm, drop, severe)
    return events


def _course(arm: Conduct, measure: str) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return (row, value, baseline) of every record on treatment."""
    values = arm.trace.of(measure).astype(float)
    rows, places = np.nonzero(np.isfinite(values) & (arm.trace.days <= arm.pfs[0][:, None]))
    return rows, values[rows, places], values[rows, 0]


def _lvef_drop(arm: Conduct, drop: LvefDrop, severe: Grading | None) -> dict[str, float | None]:
    """Return who had an LVEF event at a visit, and in whom it was of grade 3 or more."""
    n = len(arm.status)
    rows, values = arm.visits.measured("lvef")
    first = np.full(n, np.nan)
    first[rows[::-1]] = values[::-1]           # the earliest measurement is written last
    baseline = first[rows]
    fallen = np.zeros(n, dtype=bool)
    fallen[rows[(values < drop.below) & (baseline - values >= drop.fall)]] = True
    if severe is None:
        return {**_percent(arm, fallen, fallen), "grade3": None}
    return _percent(arm, fallen, fallen & (_grade(severe, rows, values, baseline, n) >= 3))


def _grade(grading: Grading, rows: NDArray[np.int64], values: Floats, baseline: Floats, n: int) -> NDArray[np.int64]:
    """Return the worst grade of each patient, shape (n,), 0 for none."""
    worst = np.zeros(n, dtype=np.int64)
    met = [(name, values < limit.value) for name, limit in grading.below.items()]
    met += [(name, baseline - values >= limit.value) for name, limit in grading.fall_at_least.items()]
    for name, there in met:
        who = rows[there]
        worst[who] = np.maximum(worst[who], int(name.removeprefix("grade")))
    return worst


def _percent(arm: Conduct, some: Bools, severe: Bools) -> dict[str, float | None]:
    total = int(arm.ok.sum())
    return {
        "any": proportion(int((some & arm.ok).sum()), total).value,
        "grade3": proportion(int((severe & arm.ok).sum()), total).value,
    }
