"""The state of n patients as plain arrays, which the integrator and the event queue read and change."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from her2lab._types import Bools, Floats, Integers
from her2lab.engine.compiled_model import CompiledModel


@dataclass(eq=False, repr=False)
class BatchArrays:
    """The state of n patients, as plain contiguous arrays; what integrator and event queue write to.

    Attributes
    ----------
    model : the model of all of them.
    time : (n,) in the model's unit of time.
    state : (n, states), order of ``model.states``, each in its own unit.
    parameter : (n, parameters), order of ``model.parameters``; infusions do not change it.
    status : (n,) int8, codes of :class:`Status`.
    step, restart : (n,) step sizes kept so that going on, and going on after a dose, are cheap; 0 where
        unknown.
    steps : (n,) int64, attempted steps so far.
    trigger_values : (n, conditions) 1 where a trigger, or a comparison in one, was true when last evaluated, else 0.
    pending_time, pending_event, pending_values : (n, q), (n, q) and (n, q, v): the events that were set off and wait,
        with the values of the moment of their trigger; `pending_count` (n,) of the q places are taken.
    executed_events, last_event : (n,) int64, events executed so far, and the index of the last, or -1.
    burst_time, burst_count : (n,) where the present row of moments with events began, and how many those are.
    order : (n,) of the kink at which each stands (see :mod:`her2lab.engine.delays`).
    origin, history, history_count : (n, kept states), (n, h, record), (n,): what delays look back to.
    """

    model: CompiledModel
    time: Floats
    state: Floats
    parameter: Floats
    status: NDArray[np.int8]
    step: Floats
    restart: Floats
    steps: Integers
    trigger_values: Floats
    pending_time: Floats
    pending_event: Integers
    pending_values: Floats
    pending_count: Integers
    executed_events: Integers
    last_event: Integers
    burst_time: Floats
    burst_count: Integers
    order: Floats
    origin: Floats
    history: Floats
    history_count: Integers

    def __len__(self) -> int:
        return len(self.time)

    def select(self, where: ArrayLike) -> Self:
        """A new batch of the patients chosen by a mask (n,) or by indices, in that order."""
        chosen = np.asarray(where)
        return type(self)(self.model, *(np.ascontiguousarray(array[chosen]) for array in self._arrays()))

    def copy(self) -> Self:
        """An independent copy."""
        return type(self)(self.model, *(array.copy() for array in self._arrays()))

    def widen(self) -> None:
        """Twice as much room for pending events and kept steps."""
        for name in ("pending_time", "pending_event", "pending_values", "history"):
            array = getattr(self, name)
            setattr(self, name, np.concatenate([array, np.zeros_like(array)], axis=1))

    def put(self, other: Self, where: Bools) -> None:
        """Take the patients of a mask (n,) over from another batch of as many."""
        while self._room() < other._room():
            self.widen()
        while other._room() < self._room():
            other.widen()
        for own, new in zip(self._arrays(), other._arrays(), strict=True):
            own[where] = new[where]

    def _room(self) -> tuple[int, int]:
        return self.pending_time.shape[1], self.history.shape[1]

    def _arrays(self) -> tuple[NDArray[Any], ...]:
        return tuple(getattr(self, each.name) for each in fields(self)[1:])
