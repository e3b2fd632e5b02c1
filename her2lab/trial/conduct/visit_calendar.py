"""The days of a protocol's visits: as planned, or, where a trial says so, some days off and some of them missed."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Bools, Floats, Integers
from her2lab.facts.records import VisitAttendance
from her2lab.population import random

ROUNDING = 1e-9


class VisitCalendar:
    """The visits of a cohort; a calendar does not move with a delayed dose.

    Chance belongs to (seed, patient, planned day): what several assessments plan for one day is one visit, the same in
    every arm.

    Parameters
    ----------
    assessments
        Assessment -> days between.
    horizon
        Last day.
    attendance
        How visits are kept; None for all of them on their days.
    seed, patients
        Seed of the study, and identifiers, shape (n,).
    """

    def __init__(self, assessments: Mapping[str, float], horizon: float, attendance: VisitAttendance | None, seed: int,
                 patients: NDArray[np.integer]) -> None:
        self.intervals = dict(assessments)
        self._planned = {name: interval * np.arange(1.0, floor(horizon / interval + ROUNDING) + 1.0)
                         for name, interval in self.intervals.items()}
        self._held: dict[str, Floats] = {}
        if attendance is not None and (attendance.jitter or attendance.missed):
            self._held = {name: _held(days, horizon, attendance, seed, patients)
                          for name, days in self._planned.items()}

    def next_day(self, assessment: str, now: Floats) -> Floats:
        """Return the day of the next visit of an assessment after `now`, shape (n,); infinite if none is left."""
        if assessment not in self._held:
            interval = self.intervals[assessment]
            return np.asarray((np.floor(now / interval + ROUNDING) + 1) * interval)
        held = self._held[assessment]
        return np.asarray(np.where(held > now[:, None] + ROUNDING, held, np.inf).min(axis=1, initial=np.inf))

    def is_on(self, assessment: str, now: Floats) -> Bools:
        """Return whose visit of an assessment is today, shape (n,); day 0 is none."""
        if assessment not in self._held:
            return _on(now, self.intervals[assessment])
        return np.asarray((np.abs(self._held[assessment] - now[:, None]) < ROUNDING).any(axis=1))

    def held(self, assessment: str) -> Floats:
        """Return the days of all visits of an assessment, shape (visits,) or (n, visits), infinite where missed."""
        return self._held.get(assessment, self._planned[assessment])

    def planned(self, patient: Integers, day: Floats) -> Floats:
        """Return the planned days of visits that were held, shape (k,), NaN of those that no calendar has."""
        found = np.where(day == 0, 0.0, np.nan)
        for name, interval in self.intervals.items():
            if name in self._held:
                close = np.abs(self._held[name][patient] - day[:, None]) < ROUNDING
                on, planned = close.any(axis=1), self._planned[name][close.argmax(axis=1)] if close.size else day
            else:
                on, planned = _on(day, interval), day
            found = np.where(on, planned, found)
        return found

    def missed(self, until: Floats) -> tuple[Integers, Floats]:
        """Return patient and planned day of the visits before `until`, shape (n,), that were missed, in order."""
        places = [np.zeros((0, 2))]
        for name, held in self._held.items():
            planned = self._planned[name]
            row, visit = np.nonzero(np.isinf(held) & (planned < until[:, None]))
            places.append(np.stack([row.astype(float), planned[visit]], axis=1))
        each = np.unique(np.concatenate(places), axis=0)
        return each[:, 0].astype(np.int64), each[:, 1]


def _on(now: Floats, interval: float) -> Bools:
    return np.asarray((np.abs(now / interval - np.round(now / interval)) < ROUNDING) & (now > 0))


def _held(planned: Floats, horizon: float, attendance: VisitAttendance, seed: int,
          patients: NDArray[np.integer]) -> Floats:
    """Return the days on which visits are held, shape (n, visits), evenly about the planned one; infinite if missed."""
    held = np.full((len(patients), len(planned)), np.inf)
    for visit, day in enumerate(planned.tolist()):
        off, missed = random.uniforms(seed, patients, f"visit of day {day:g}", 2).T
        kept = np.minimum(day + attendance.jitter * (2 * off - 1), horizon)
        held[:, visit] = np.where(missed < attendance.missed, np.inf, kept)
    return held
