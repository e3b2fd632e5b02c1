"""The record of what happened inside each patient, whatever the visits were.

It is kept hourly on the first day and four times a day for two cycles of three weeks, so that the rise and fall of each
drug can be seen, daily for half a year, so that no nadir of the blood counts is missed, and weekly from then on.

It comes from the dense output of the integrator and never changes the solution; a value on the day of a dose is that
before the dose. Nothing is recorded after a death or a failed integration (NaN).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from her2lab._types import Floats, Singles

WEEK = 7.0
FINE_UNTIL, DAILY_UNTIL = 42.0, 189.0  # days
ROUNDING = 1e-9


class TimeCourses:
    """Recorded values of one arm.

    Attributes
    ----------
    names
        What is recorded, k symbols of the model.
    days
        Shape (m,), from 0 up to the horizon.
    values
        Shape (k, n, m), single precision, NaN where nothing was recorded.
    """

    def __init__(self, names: Sequence[str], n: int, horizon: float) -> None:
        self.names = list(names)
        self.days: Floats = grid(horizon)
        self.values = np.full((len(self.names), n, len(self.days)), np.nan, dtype=np.float32)

    def due(self, now: Floats, until: Floats) -> Floats:
        """Return the days to record in (now, until], shape (n, m), rows filled up with NaN."""
        first = np.searchsorted(self.days, now + ROUNDING, side="right")
        last = np.searchsorted(self.days, until + ROUNDING, side="right")
        count = int(np.max(last - first, initial=0))
        places = first[:, None] + np.arange(max(count, 0))
        return np.where(places < last[:, None], self.days[np.minimum(places, len(self.days) - 1)], np.nan)

    def keep(self, days: Floats, values: Floats, last: Floats) -> None:
        """Store the values (n, m, k) of the recorded `days` (n, m) that come no later than `last`, shape (n,)."""
        rows, columns = np.nonzero(days <= last[:, None])
        places = np.searchsorted(self.days, days[rows, columns])
        self.values[:, rows, places] = values[rows, columns].T

    def of(self, name: str) -> Singles:
        """Return the record of one symbol, shape (n, m)."""
        found: Singles = self.values[self.names.index(name)]
        return found


def grid(horizon: float) -> Floats:
    """Return the days that are kept up to a horizon, shape (m,)."""
    fine = np.concatenate([np.arange(24.0) / 24.0, np.arange(1.0, FINE_UNTIL, 0.25)])
    daily = np.arange(FINE_UNTIL, DAILY_UNTIL)
    days = np.concatenate([fine, daily, np.arange(DAILY_UNTIL, horizon + ROUNDING, WEEK)])
    return days[days <= horizon + ROUNDING]
