"""The weekly record of what happened inside each patient, whatever the visits were.

It comes from the dense output of the integrator and never changes the solution; a value on the day of a dose is that
before the dose. Nothing is recorded after a death or a failed integration (NaN).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

WEEK = 7.0
ROUNDING = 1e-9


class Trace:
    """Weekly values of one arm.

    Attributes
    ----------
    names
        What is recorded, k symbols of the model.
    days
        Shape (weeks,): 0, 7, … up to the horizon.
    values
        Shape (k, n, weeks), single precision, NaN where nothing was recorded.
    """

    def __init__(self, names: Sequence[str], n: int, horizon: float) -> None:
        self.names = list(names)
        self.days: Floats = WEEK * np.arange(floor(horizon / WEEK + ROUNDING) + 1.0)
        self.values = np.full((len(self.names), n, len(self.days)), np.nan, dtype=np.float32)

    def due(self, now: Floats, until: Floats) -> Floats:
        """Return the days to record in (now, until], shape (n, m), rows filled up with NaN."""
        first = np.floor(now / WEEK + ROUNDING) + 1
        count = int(max(0, np.max(np.floor(until / WEEK + ROUNDING) - first + 1, initial=0)))
        days = WEEK * (first[:, None] + np.arange(count))
        return np.where(days <= until[:, None], days, np.nan)

    def keep(self, days: Floats, values: Floats, last: Floats) -> None:
        """Store the values (n, m, k) of the weekly `days` (n, m) that come no later than `last`, shape (n,)."""
        rows, columns = np.nonzero(days <= last[:, None])
        weeks = np.round(days[rows, columns] / WEEK).astype(np.int64)
        self.values[:, rows, weeks] = values[rows, columns].T

    def of(self, name: str) -> Singles:
        """Return the record of one symbol, shape (n, weeks)."""
        found: Singles = self.values[self.names.index(name)]
        return found
