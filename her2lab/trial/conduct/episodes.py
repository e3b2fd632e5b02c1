"""Episodes of adverse events: each from the first day with a grade above that before treatment to the first without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from her2lab._types import Bools, Floats, Integers


@dataclass(frozen=True)
class Episodes:
    """Episodes of one event, arrays of shape (k,), in order of patient and day.

    Attributes
    ----------
    patient
        Row of the cohort.
    start, end
        First day with a grade, and first day without; the end is infinite where it was not seen.
    grade
        Worst grade between the two.
    """

    patient: Integers
    start: Floats
    end: Floats
    grade: Integers

    @classmethod
    def of(cls, patient: Integers, start: Floats, end: Floats, grade: Integers) -> Episodes:
        """Return episodes in order of patient and day."""
        order = np.lexsort((start, patient))
        return cls(patient[order], start[order], end[order], grade[order])


def found_in(days: Floats, grades: Integers, on: Bools, known: Bools, start: Floats, worst: Integers,
             ) -> tuple[Integers, Floats, Floats, Integers]:
    """Return the row, start, end and worst grade of each episode of some courses, row by row in order of time.

    Parameters
    ----------
    days, grades, on, known
        Shape (p, m): ascending days, grades, whether a grade counts, and whether anything is known of the day.
    start, worst
        Shape (p,): start and worst grade of an episode that lasts from before, NaN and 0 where there is none.
    """
    p, m = days.shape
    lasting = np.isfinite(start)
    # the state before the first day stands in front; where nothing is known the last state goes on
    last_known = np.maximum.accumulate(np.where(known, np.arange(1, m + 1), 0), axis=1)
    state = np.take_along_axis(np.column_stack([lasting, on & known]), np.column_stack([np.zeros(p, int), last_known]),
                               axis=1)
    level = np.where(state, np.column_stack([worst, np.where(known, grades, 0)]), 0).ravel()
    day, turn = np.column_stack([start, days]).ravel(), np.diff(state, axis=1)
    begun = np.flatnonzero(np.column_stack([lasting, turn & state[:, 1:]]))
    over = np.flatnonzero(np.column_stack([np.zeros(p, dtype=bool), turn & ~state[:, 1:]]))
    if not begun.size:
        return begun, np.zeros(0), np.zeros(0), begun
    end = np.full(len(begun), np.inf)
    end[np.searchsorted(begun, over, side="right") - 1] = day[over]
    return begun // (m + 1), day[begun], end, np.maximum.reduceat(level, begun)


class EpisodeLog:
    """The episodes of one arm; of each patient no more is kept than the one that lasts and those that are over.

    Parameters
    ----------
    n
        Number of patients.
    momentary
        Shape (events,): which events are over on the day on which they happen.
    """

    def __init__(self, n: int, momentary: Sequence[bool]) -> None:
        self._momentary = np.array(momentary, dtype=bool)
        self._start = np.full((n, len(momentary)), np.nan)
        self._worst = np.zeros((n, len(momentary)), dtype=np.int64)
        self._over: list[tuple[Integers, Integers, Floats, Floats, Integers]] = []

    def lasting(self, rows: Integers) -> Bools:
        """Return in whom an episode of each event lasts, shape (len(rows), events)."""
        return np.asarray(np.isfinite(self._start[rows]))

    def add(self, patient: Integers, event: Integers, days: Floats, grades: Integers, on: Bools, known: Bools) -> None:
        """Go on with the courses of p patients and events; days and what follows have the shape (p, m)."""
        row, start, end, worst = found_in(days, grades, on, known, self._start[patient, event],
                                          self._worst[patient, event])
        self._start[patient, event] = np.nan
        end = np.where(self._momentary[event[row]], start, end)
        lasts = np.isinf(end)
        at = patient[row[lasts]], event[row[lasts]]
        self._start[at], self._worst[at] = start[lasts], worst[lasts]
        self._end(patient[row[~lasts]], event[row[~lasts]], start[~lasts], end[~lasts], worst[~lasts])

    def fatal(self, event: int, days: Floats, grade: int) -> None:
        """End the episode of an event in those who died of it on `days`, shape (n,), infinite where nobody did."""
        who = np.flatnonzero(np.isfinite(days))
        start = np.fmin(self._start[who, event], days[who])
        self._end(who, np.full(len(who), event), start, days[who], np.full(len(who), grade))
        self._start[who, event] = np.nan

    def _end(self, patient: Integers, event: Integers, start: Floats, end: Floats, worst: Integers) -> None:
        if patient.size:
            self._over.append((patient, event, start, end, worst))

    def of(self, event: int) -> Episodes:
        """Return all episodes of an event, those that last included."""
        over = [tuple(column[each[1] == event] for column in each) for each in self._over]
        lasts = np.flatnonzero(np.isfinite(self._start[:, event]))
        over.append((lasts, lasts, self._start[lasts, event], np.full(len(lasts), np.inf), self._worst[lasts, event]))
        patient, _, start, end, worst = (np.concatenate(column) for column in zip(*over, strict=True))
        return Episodes.of(patient, start, end, worst)
