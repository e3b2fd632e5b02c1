"""What each dose does to its drug's concentration in plasma: highest value, area and trough, gathered while it happens.

The interval of a dose, or of a block of tablets, ends when the next one is planned, whether or not that is given on
time. Concentrations are read at times that lie close after a dose and further apart later, beside those of the time
courses; areas are trapezoids, of falling concentrations by their logarithms. Of a patient no more is kept than the
present interval of each drug. Reading more often changes no other number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from her2lab._types import Bools, Floats, Integers
from her2lab.trial.conduct.dosing import Planned

ENTERING = (0.125, 0.5, 1.0)                                            # parts of the time that a dose takes to enter
AFTER = (1 / 48, 1 / 24, 1 / 12, 1 / 6, 1 / 3, 1 / 2, 1.0, 2.0, 4.0, 7.0, 14.0)   # days since it has entered
ROUNDING = 1e-9


@dataclass(frozen=True)
class DoseIntervals:
    """The intervals of all doses of an arm, arrays of shape (k,), in order of patient, plan and day.

    Attributes
    ----------
    patient, plan, number
        Row of the cohort, number of the plan, and of the dose in this patient, from 1.
    day, length
        Start, and days to the next planned dose, infinite of a dose that stands alone.
    highest, area, trough
        mg/L, mg*day/L, mg/L in plasma; area and trough are NaN where the interval was not seen to its end.
    """

    patient: Integers
    plan: Integers
    number: Integers
    day: Floats
    length: Floats
    highest: Floats
    area: Floats
    trough: Floats


class Pharmacokinetics:
    """The intervals of the doses of one arm; arrays are (plans, n).

    Parameters
    ----------
    plans
        The planned doses of the drugs whose concentrations are followed.
    n
        Number of patients.
    """

    def __init__(self, plans: Sequence[Planned], n: int) -> None:
        shape = (len(plans), n)
        self._gaps, self._lengths = [_gaps(plan) for plan in plans], [plan.lengths for plan in plans]
        self._number = np.zeros(shape, dtype=np.int64)
        self._start, self._end, self._entered = (np.full(shape, np.nan) for _ in range(3))
        self._time, self._value = np.zeros(shape), np.zeros(shape)      # as last read
        self._highest, self._area = np.zeros(shape), np.zeros(shape)
        self._log: list[tuple[Integers, ...] | tuple[Floats, ...]] = []

    def due(self, now: Floats, until: Floats) -> Floats:
        """Return the days to read in (now, until], shape (n, m), ascending, rows filled up with NaN."""
        days = [np.zeros((len(now), 0))]
        for start, entered, end in zip(self._start, self._entered, self._end, strict=True):
            entering = start[:, None] + np.outer(entered - start, ENTERING)
            after = entered[:, None] + np.array(AFTER)
            days.append(np.concatenate([np.where(day <= end[:, None], day, np.nan) for day in (entering, after)]
                                       + [end[:, None]], axis=1))
        found = np.concatenate(days, axis=1)
        found = np.sort(np.where((found > now[:, None] + ROUNDING) & (found <= until[:, None]), found, np.nan), axis=1)
        return found[:, :int(np.isfinite(found).sum(axis=1).max(initial=0))]

    def follow(self, days: Floats, values: Floats) -> None:
        """Go on with what was read.

        Parameters
        ----------
        days
            Shape (n, m): ascending, NaN where nothing was read.
        values
            Shape (n, m, plans), mg/L.
        """
        for plan in range(len(self._number)):
            self._follow(plan, days, values[:, :, plan])

    def _follow(self, plan: int, days: Floats, values: Floats) -> None:
        end = self._end[plan]
        rows = np.flatnonzero(np.isfinite(self._start[plan]))
        time = np.column_stack([self._time[plan, rows], days[rows]])
        value = np.column_stack([self._value[plan, rows], values[rows]])
        known = np.isfinite(time) & np.isfinite(value) & (time <= end[rows, None] + ROUNDING)
        known[:, 0] = True
        last = np.maximum.accumulate(np.where(known, np.arange(time.shape[1]), 0), axis=1)
        time, value = np.take_along_axis(time, last, axis=1), np.take_along_axis(value, last, axis=1)
        self._area[plan, rows] += _area(time, value)
        self._highest[plan, rows] = np.maximum(self._highest[plan, rows], value.max(axis=1))
        self._time[plan, rows], self._value[plan, rows] = time[:, -1], value[:, -1]
        self._close(plan, rows[time[:, -1] >= end[rows] - ROUNDING], whole=True)

    def dose(self, due: Bools, now: Floats, values: Floats) -> None:
        """Begin the intervals of doses that are given `now`, shape (n,), mask and values of shape (plans, n)."""
        for plan, gaps in enumerate(self._gaps):
            who = np.flatnonzero(due[plan])
            self._close(plan, who[np.isfinite(self._start[plan, who])], whole=True)     # by a dose that comes early
            which = self._number[plan, who]
            self._number[plan, who] += 1
            self._start[plan, who], self._end[plan, who] = now[who], now[who] + gaps[which]
            self._entered[plan, who] = now[who] + self._lengths[plan][which]
            self._time[plan, who], self._value[plan, who] = now[who], values[plan, who]
            self._highest[plan, who], self._area[plan, who] = values[plan, who], 0.0

    def _close(self, plan: int, who: Integers, *, whole: bool) -> None:
        if not who.size:
            return
        seen = 1.0 if whole else np.nan
        self._log.append((who, np.full(len(who), plan), self._number[plan, who], self._start[plan, who],
                          self._end[plan, who] - self._start[plan, who], self._highest[plan, who],
                          self._area[plan, who] * seen, self._value[plan, who] * seen))
        self._start[plan, who] = np.nan

    def intervals(self) -> DoseIntervals:
        """Return the intervals of all doses; those that were not seen to their end close now."""
        for plan in range(len(self._number)):
            self._close(plan, np.flatnonzero(np.isfinite(self._start[plan])), whole=False)
        kinds = (*[np.int64] * 3, *[np.float64] * 5)
        columns = list(zip(*self._log, strict=True)) or [(np.zeros(0, dtype=kind),) for kind in kinds]
        table = [np.concatenate(column) for column in columns]
        order = np.lexsort((table[3], table[1], table[0]))
        return DoseIntervals(*(column[order] for column in table))


def merged(days: Floats, more: Floats) -> tuple[Floats, Integers]:
    """Return two lists of days in order, (n, m + k) with NaN at the end, and where the first ones stand, (n, m)."""
    both = np.concatenate([days, more], axis=1)
    order = np.argsort(both, axis=1, kind="stable")
    return np.take_along_axis(both, order, axis=1), np.argsort(order, axis=1)[:, :days.shape[1]]


def _gaps(plan: Planned) -> Floats:
    """Return the days from each planned dose to the next, of the last one those of the one before."""
    gaps = np.diff(plan.days, append=np.inf)
    gaps[-1:] = gaps[-2:-1] if len(gaps) > 1 else np.inf
    return gaps


def _area(time: Floats, value: Floats) -> Floats:
    """Return areas under courses, shape (k,), of times and values of shape (k, m)."""
    step, before, after = np.diff(time, axis=1), value[:, :-1], value[:, 1:]
    falls = (after < before) & (after > 0)
    fall = np.where(falls, before - after, 1.0)
    by_logarithm = fall / np.log1p(fall / np.where(falls, after, 1.0))    # log1p: exact where the two are nearly equal
    parts = step * np.where(falls, by_logarithm, (before + after) / 2)
    # one after the other: how many empty columns the others of a part bring must not change a bit
    return np.asarray(np.cumsum(np.column_stack([np.zeros(len(parts)), parts]), axis=1)[:, -1])
