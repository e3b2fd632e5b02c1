"""Doses: what enters each patient, when and for how long.

The integrator stops exactly where a dose acts, so what is delivered is what is prescribed, whatever the
output times. A window of an infusion is half-open, ``[time, time + duration)``; windows that overlap add.
The rate in force at a moment is a function of the schedule alone: a patient who is advanced in several calls
is given the same schedule each time, and each call delivers the part that falls into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from her2lab._types import Bools, Floats, Integers
from her2lab.engine.checks import unknown_name
from her2lab.engine.compiled_model import CompiledModel
from her2lab.errors import InputError

Dose = tuple[int, float, str, float, float]


@dataclass(frozen=True)
class Schedule:
    """Stops by patient for one model: those of patient i are ``start[i]`` up to ``start[i + 1]``, in order
    of time.

    Attributes
    ----------
    target : place in a row (states, observables, parameters).
    value : amount to add to a state, or total infusion rate on a parameter from this moment on.
    """

    start: Integers
    time: Floats
    target: Integers
    value: Floats


@dataclass(frozen=True)
class Inputs:
    """A schedule of doses for n patients; build it with :meth:`build` or :meth:`from_arrays`.

    Attributes
    ----------
    n : number of patients.
    patient, time, target, amount, duration : one entry per dose, in the model's units of time and amount.
        ``duration == 0`` adds ``amount`` to the state ``target`` at once, in the state's own unit.
        ``duration > 0`` adds ``amount / duration`` to the parameter ``target`` during ``[time, time +
        duration)``.
    """

    n: int
    patient: Integers
    time: Floats
    target: tuple[str, ...]
    amount: Floats
    duration: Floats
    _schedules: dict[str, Schedule] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def build(cls, n: int, rows: Iterable[Dose]) -> Inputs:
        """From rows ``(patient, time, target, amount, duration)``.

        Raises
        ------
        InputError
            As :meth:`from_arrays`.
        """
        table = list(rows)
        columns = list(zip(*table, strict=True)) if table else [()] * 5
        return cls.from_arrays(n, columns[0], columns[1], columns[2], columns[3], columns[4])

    @classmethod
    def from_arrays(
        cls,
        n: int,
        patient: ArrayLike,
        time: ArrayLike,
        target: str | Sequence[str],
        amount: ArrayLike,
        duration: ArrayLike = 0.0,
    ) -> Inputs:
        """From columns of equal length m; time, target, amount and duration may be scalars.

        Raises
        ------
        InputError
            A patient outside 0..n-1, a number that is not finite, a negative amount or duration, or a
            duration so short that it is lost in rounding; the row is named.
        """
        who = np.atleast_1d(np.asarray(patient, dtype=np.int64))
        numbers = {"time": time, "amount": amount, "duration": duration}
        columns = {name: _column(name, values, len(who)) for name, values in numbers.items()}
        names = (target,) * len(who) if isinstance(target, str) else tuple(target)
        if len(names) != len(who):
            raise InputError("wrong length", field="target", value=len(names), expected=str(len(who)))
        outside = (who < 0) | (who >= n)
        _refuse("patient", outside, who, f"0 to {n - 1}")
        for name in ("amount", "duration"):
            _refuse(name, columns[name] < 0, columns[name], "a number that is not negative")
        lost = (columns["duration"] > 0) & (columns["time"] + columns["duration"] <= columns["time"])
        _refuse("duration", lost, columns["duration"], "a duration that can be told from 0 at this time")
        return cls(n, who, columns["time"], names, columns["amount"], columns["duration"])

    def schedule(self, model: CompiledModel) -> Schedule:
        """The stops that these doses mean for a model; kept for the next call.

        Raises
        ------
        InputError
            A target the model lacks, a dose at once on something that is not a state, or an infusion into
            something that is not a parameter.
        """
        if model.hash not in self._schedules:
            self._schedules[model.hash] = self._build_schedule(model)
        return self._schedules[model.hash]

    def _build_schedule(self, model: CompiledModel) -> Schedule:
        place = self._places(model)
        at_once = self.duration == 0
        ongoing = ~at_once
        patient, time, target, value = _rates(
            self.patient[ongoing],
            place[ongoing],
            self.time[ongoing],
            self.time[ongoing] + self.duration[ongoing],
            self.amount[ongoing] / self.duration[ongoing],
        )
        patient = np.concatenate([self.patient[at_once], patient])
        time = np.concatenate([self.time[at_once], time])
        target = np.concatenate([place[at_once], target])
        value = np.concatenate([self.amount[at_once], value])
        order = np.lexsort((time, patient))
        start = np.searchsorted(patient[order], np.arange(self.n + 1)).astype(np.int64)
        return Schedule(start, time[order], target[order], value[order])

    def _places(self, model: CompiledModel) -> Integers:
        """Where each target stands in a row of the model, checked against the kind of dose."""
        names, inverse = np.unique(np.array(self.target, dtype=object).astype(str), return_inverse=True)
        places = np.zeros(len(names), dtype=np.int64)
        for i, name in enumerate(names):
            bolus = bool(np.any(self.duration[inverse == i] == 0))
            infusion = bool(np.any(self.duration[inverse == i] > 0))
            if bolus and name not in model.states:
                raise unknown_name(str(name), model.states, "a dose without duration needs a state")
            if infusion and name not in model.parameters:
                raise unknown_name(str(name), model.parameters, "an infusion needs a parameter (an input rate)")
            places[i] = model.index(str(name))
        return places[inverse] if len(names) else np.zeros(0, dtype=np.int64)


def _rates(
    patient: Integers, target: Integers, begin: Floats, end: Floats, rate: Floats
) -> tuple[Integers, Floats, Integers, Floats]:
    """The total rate on each target of each patient from each moment at which it changes.

    Where no window is open the rate is exactly 0: the sum starts afresh with each stretch of open windows,
    so that nothing is left over from rounding.
    """
    who, what = np.concatenate([patient, patient]), np.concatenate([target, target])
    when, change = np.concatenate([begin, end]), np.concatenate([rate, -rate])
    opens = np.concatenate([np.ones(len(begin), np.int64), -np.ones(len(end), np.int64)])
    order = np.lexsort((opens, when, what, who))  # windows close before others open
    who, what, when, change, opens = who[order], what[order], when[order], change[order], opens[order]
    open_windows = np.cumsum(opens)
    first = np.flatnonzero(np.concatenate([[0], open_windows[:-1]]) == 0) if len(order) else np.zeros(0, np.int64)
    position = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    total = change.copy()
    for k in range(1, int(position.max(initial=0)) + 1):
        here = np.flatnonzero(position == k)
        total[here] += total[here - 1]
    total[open_windows == 0] = 0.0
    return who, when, what, np.maximum(total, 0.0)


def _column(name: str, values: ArrayLike, length: int) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim > 1 or (array.ndim == 1 and len(array) != length):
        raise InputError("wrong length", field=name, value=array.shape, expected=f"a scalar or length {length}")
    column = np.broadcast_to(array, (length,)) + 0.0
    _refuse(name, ~np.isfinite(column), column, "a finite number")
    return column


def _refuse(name: str, bad: Bools, values: NDArray[np.generic], expected: str) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise InputError(f"cannot be used in dose {row}", field=name, value=values[row].item(), expected=expected)
