"""What was measured at each visit, one row per patient and day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MEASURES = ("sum_of_diameters", "lvef", "neutrophils")


class Visits:
    """A growing log of measurements; values that were not taken at a visit are NaN."""

    def __init__(self) -> None:
        self._rows: list[dict[str, NDArray[np.generic]]] = []

    def add(self, day: Floats, values: dict[str, Floats], response: NDArray[np.int8]) -> None:
        """Add the visits of one round: everyone in whom something was measured.

        Parameters
        ----------
        day
            Shape (n,).
        values
            Measure -> shape (n,), NaN where it was not measured.
        response
            Shape (n,), response at a tumour scan, else NONE.
        """
        seen = np.any([np.isfinite(values[name]) for name in MEASURES], axis=0)
        columns: dict[str, NDArray[np.generic]] = {"day": day, "response": response, **values}
        self._rows.append({"row": np.flatnonzero(seen)} | {name: column[seen] for name, column in columns.items()})

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """Return all visits by column: row (of the cohort), day, response and the measures, sorted by row and day."""
        names = ("row", "day", "response", *MEASURES)
        table = {name: np.concatenate([rows[name] for rows in self._rows]) for name in names}
        order = np.lexsort((table["day"], table["row"]))
        return {name: column[order] for name, column in table.items()}

    def measured(self, name: str) -> tuple[NDArray[np.int64], Floats]:
        """Return (row, value) of every measurement of `name`, sorted by row and day."""
        table = self.columns()
        values = table[name].astype(float)
        there = np.isfinite(values)
        return table["row"].astype(np.int64)[there], values[there]
