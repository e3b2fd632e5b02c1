"""What was measured at each visit, one row per patient and day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Floats, Integers
from her2lab.biology.patient_interface import LVEF, NEUTROPHILS, TUMOUR_DIAMETERS

MEASURES = (TUMOUR_DIAMETERS, LVEF, NEUTROPHILS)  # in every table of visits


class Visits:
    """A growing log of measurements; values that were not taken at a visit are NaN.

    Attributes
    ----------
    names
        What may be measured, and what is noted beside it, in the order of the columns.
    """

    def __init__(self, names: Sequence[str] = MEASURES, beside: Collection[str] = ()) -> None:
        self.names = tuple(dict.fromkeys([*MEASURES, *names, *beside]))
        self._rows: list[dict[str, NDArray[np.generic]]] = []

    def add(self, day: Floats, values: Mapping[str, Floats], response: NDArray[np.int8],
            beside: Mapping[str, Floats] | None = None) -> None:
        """Add the visits of one round: everyone in whom something was measured.

        Parameters
        ----------
        day
            Shape (n,).
        values
            Measure -> shape (n,), NaN where it was not measured; what is left out was measured in nobody.
        response
            Shape (n,), response at a tumour scan, else NONE.
        beside
            What is noted of those in whom something was measured, name -> shape (n,).
        """
        rows = np.flatnonzero(np.any([np.isfinite(each) for each in values.values()], axis=0))
        nothing, values = np.full(len(rows), np.nan), {**values, **(beside or {})}
        columns: dict[str, NDArray[np.generic]] = {"row": rows, "day": day[rows], "response": response[rows]}
        columns |= {name: values[name][rows] if name in values else nothing for name in self.names}
        self._rows.append(columns)

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """Return all visits by column: row (of the cohort), day, response and the measures, sorted by row and day."""
        names = ("row", "day", "response", *self.names)
        table = {name: np.concatenate([rows[name] for rows in self._rows]) for name in names}
        order = np.lexsort((table["day"], table["row"]))
        return {name: column[order] for name, column in table.items()}

    def measured(self, name: str) -> tuple[Integers, Floats, Floats]:
        """Return (row, day, value) of every measurement of `name`, sorted by row and day."""
        table = self.columns()
        values = table[name].astype(float)
        there = np.isfinite(values)
        return table["row"].astype(np.int64)[there], table["day"].astype(float)[there], values[there]

    def first(self, name: str, n: int) -> Floats:
        """Return the first measurement of `name` in each of `n` patients, NaN where there is none."""
        rows, _, values = self.measured(name)
        found = np.full(n, np.nan)
        found[rows[::-1]] = values[::-1]        # the earliest is written last
        return found
