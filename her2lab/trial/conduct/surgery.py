"""Surgery: what the pathologist finds, and what is left where the knife does not reach."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from her2lab._types import Bools, Floats
from her2lab.biology import patient_interface as patient
from her2lab.engine import Batch
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.population import Cohort

BODY = tuple(f"clone_{clone}" for clone in patient.BODY_CLONES)  # the clones that an operation removes
LEFT_BEHIND, NODES = "micrometastatic_share", "node_positive"


class Operation:
    """The operation of one arm.

    Attributes
    ----------
    day
        Day of surgery.
    residual
        Shape (n,): living cells (1e9) in breast and nodes at surgery, NaN for who was not operated on.
    """

    def __init__(self, day: float, cohort: Cohort) -> None:
        if LEFT_BEHIND not in cohort.properties.columns:
            raise InputError("the population does not say how many cells lie beyond the knife", field="surgery",
                             expected=f"a population with the property {LEFT_BEHIND}")
        self.day = day
        self.residual: Floats = np.full(len(cohort.patients), np.nan)
        self._left = np.asarray(cohort.column(LEFT_BEHIND), dtype=float)
        has_nodes = NODES in cohort.properties.columns
        self._nodes = np.asarray(cohort.column(NODES) if has_nodes else np.zeros(len(self.residual)), dtype=float)

    def operate(self, batch: Batch, who: Bools, clones: Sequence[Sequence[str]]) -> None:
        """Remove the tumour of `who`; `clones` are the states that hold the cells of each clone.

        What has spread stays: the same share of every clone, as treated until now as the primary was.
        """
        states = [state for clone in clones for state in clone if state.startswith(BODY)]
        cells = batch.values(states)
        self.residual[who] = cells[who].sum(axis=1)
        for state, column in zip(states, cells.T, strict=True):
            batch.set(state, np.where(who, column * self._left, 0.0), where=who)
        batch.set(patient.DEAD_CELLS, 0.0, where=who)
        batch.set(patient.SCAR, 0.0, where=who)

    @property
    def done(self) -> Bools:
        """Who has been operated on, shape (n,)."""
        return np.isfinite(self.residual)

    def complete_response(self, *, breast_only: bool = False) -> Bools:
        """Return who had a pathological complete response, shape (n,): in the breast, or in breast and nodes."""
        limits = library.pathology()
        nodal = self._nodes * limits.nodal_share
        found = np.where(self.done, self.residual, 0.0)
        complete = self.done & (found * (1.0 - nodal) < limits.residual_seen_from)
        return complete if breast_only else complete & (found * nodal < limits.nodal_residual_seen_from)
