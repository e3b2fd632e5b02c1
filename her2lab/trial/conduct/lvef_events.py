"""Falls of LVEF as adverse events: unlike other events they are read from what the visits measured, with its error."""

from __future__ import annotations

import numpy as np

from her2lab.biology.patient_interface import LVEF
from her2lab.facts import library
from her2lab.facts.records import Grading, LvefEvent, Trial
from her2lab.trial.conduct.adverse_event_grading import Cutoffs, Severity
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
    baseline = np.full(n, np.nan)
    baseline[rows[::-1]] = values[::-1]                    # the earliest measurement is written last
    met = (values < definition.below) & (baseline[rows] - values >= definition.fall)
    if definition.confirmed:
        met[:-1] &= met[1:] & (rows[:-1] == rows[1:])      # by the next measurement of the same patient
        met[-1:] = False
    grade, onset = np.zeros(n, dtype=np.int64), np.full(n, np.inf)
    onset[rows[met][::-1]] = days[met][::-1]
    if grading is not None:
        each = Cutoffs([grading]).grade(values[:, None], values[:, None], baseline[rows][:, None])[:, 0]
        np.maximum.at(grade, rows, each)
    return Severity(np.where(np.isfinite(onset), np.maximum(grade, 1), 0), onset)
