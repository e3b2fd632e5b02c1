"""Falls of LVEF as adverse events: unlike other events they are read from what the visits measured, with its error."""

from __future__ import annotations

import numpy as np

from her2lab._types import Bools, Floats, Integers
from her2lab.biology.patient_interface import LVEF
from her2lab.facts import library
from her2lab.facts.records import Grading, LvefEvent, Trial
from her2lab.trial.conduct.adverse_event_grading import Cutoffs, Severity
from her2lab.trial.conduct.episodes import Episodes, found_in
from her2lab.trial.conduct.visits import Visits

LVEF_DROP = "lvef_drop"


def lvef_event(trial: Trial) -> LvefEvent:
    """Return what a trial counts as a fall of LVEF: its own definition, or the common one."""
    return trial.lvef_event or library.measurement().lvef_event


def lvef_falls(visits: Visits, n: int, definition: LvefEvent, grading: Grading | None) -> Severity:
    """Return who of `n` patients had an LVEF event at a visit, when first, and its CTCAE grade (1 without a cut-off).

    Parameters
    ----------
    visits
        What was measured.
    definition
        What counts as a fall.
    grading
        The cut-offs of its grades; None where there are none.
    """
    rows, days, values = visits.measured(LVEF)
    _, met, each = _looked_at(rows, values, n, definition, grading)
    grade, onset = np.zeros(n, dtype=np.int64), np.full(n, np.inf)
    onset[rows[met][::-1]] = days[met][::-1]
    np.maximum.at(grade, rows, each)
    return Severity(np.where(np.isfinite(onset), np.maximum(grade, 1), 0), onset)


def lvef_episodes(visits: Visits, n: int, definition: LvefEvent, grading: Grading | None) -> Episodes:
    """Return the episodes of LVEF events: each from the visit that shows it to the next visit with less of a fall.

    Arguments as of :func:`lvef_falls`.
    """
    rows, days, values = visits.measured(LVEF)
    low, met, grade = _looked_at(rows, values, n, definition, grading)
    found = [_episodes_of(row, days[here], low[here], met[here], grade[here])
             for row in np.unique(rows[met]).tolist() if (here := rows == row).any()]
    return Episodes.of(*(np.concatenate(each) for each in zip(_NONE, *found, strict=True)))


_NONE: tuple[Integers, Floats, Floats, Integers] = (
    np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))


def _episodes_of(row: int, days: Floats, low: Bools, met: Bools, grade: Integers,
                 ) -> tuple[Integers, Floats, Floats, Integers]:
    """Return the episodes of one patient: an event begins one, which goes on while LVEF stays low."""
    on = met.copy()
    for visit in range(1, len(on)):
        on[visit] |= on[visit - 1] & low[visit]
    shown = np.maximum(grade, 1)[None]
    found, start, end, worst = found_in(days[None], shown, on[None], np.ones_like(on)[None], np.full(1, np.nan),
                                        np.zeros(1, dtype=np.int64))
    return np.full(len(found), row), start, end, worst


def _looked_at(rows: Integers, values: Floats, n: int, definition: LvefEvent, grading: Grading | None,
               ) -> tuple[Bools, Bools, Integers]:
    """Return of each measurement, shape (k,), whether it is low, whether it is an event, and its grade."""
    baseline = np.full(n, np.nan)
    baseline[rows[::-1]] = values[::-1]                    # the earliest measurement is written last
    low = (values < definition.below) & (baseline[rows] - values >= definition.fall)
    met = low.copy()
    if definition.confirmed:
        met[:-1] &= low[1:] & (rows[:-1] == rows[1:])      # by the next measurement of the same patient
        met[-1:] = False
    if grading is None:
        return low, met, np.zeros(len(rows), dtype=np.int64)
    return low, met, Cutoffs([grading]).grade(values[:, None], values[:, None], baseline[rows][:, None])[:, 0]
