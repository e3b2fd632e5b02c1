"""The clones of the tumours of one arm: less than one cell is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from her2lab._types import Bools, Integers
from her2lab.biology.patient_interface import CLONE_STATE
from her2lab.engine import Batch

ONE_CELL = 1e-9  # in 1e9 cells


class Clones:
    """The clones of a model, and which of them are extinct.

    Attributes
    ----------
    states
        The states that hold the cells of each clone, dividing and dormant ones.
    removed
        What was set to zero, in the order in which it was: (row of the patient, day, state).
    """

    def __init__(self, states: Sequence[str], n: int) -> None:
        found: dict[str, list[str]] = {}
        for name in states:
            if match := CLONE_STATE.fullmatch(name):
                found.setdefault(match.group(1), []).append(name)
        self.states = list(found.values())
        self.removed: list[tuple[int, float, str]] = []
        self._extinct = np.zeros((len(self.states), n), dtype=bool)

    def remove_fractions_of_a_cell(self, batch: Batch, where: Bools) -> None:
        """Set to zero what is less than one cell in the patients `where`, so that it does not grow back."""
        for index, states in enumerate(self.states):
            cells = batch.values(states)
            fraction = where[:, None] & (cells < ONE_CELL) & (cells != 0)
            for column in np.flatnonzero(fraction.any(axis=0)):
                batch.set(states[column], 0.0, where=fraction[:, column])
                rows = np.flatnonzero(fraction[:, column]).tolist()
                self.removed += [(row, float(batch.time[row]), states[column]) for row in rows]
            self._extinct[index] |= fraction.any(axis=1) & (fraction | (cells == 0)).all(axis=1)

    def extinct(self) -> Integers:
        """Return how many clones have fallen below one cell in each patient, shape (n,)."""
        return np.asarray(self._extinct.sum(axis=0))
