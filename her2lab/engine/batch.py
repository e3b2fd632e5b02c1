"""A batch of patients between stops of the integrator."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from her2lab.engine.agenda import Agenda
from her2lab.engine.inputs import Inputs, Integers, Schedule
from her2lab.engine.layout import EVENT_ARGUMENTS
from her2lab.engine.names import Floats, per_patient, unknown
from her2lab.engine.status import Status
from her2lab.errors import InputError

if TYPE_CHECKING:
    from her2lab.engine.model import Model

MAX_STEPS = 1_000_000
CHUNKS_PER_THREAD = 4
LEAST_CHUNK = 32
AT_A_TIME = 32  # rows of patients that are filled in together and stay in the cache of the processor


@dataclass(eq=False, repr=False)
class Batch:
    """The state of n patients, as plain contiguous arrays; made by :meth:`Model.start`.

    Attributes
    ----------
    model : the model they live in.
    time : (n,) in the model's unit of time.
    state : (n, states), order of ``model.states``, each in its own unit.
    parameter : (n, parameters), order of ``model.parameters``; infusions do not change it.
    status : (n,) int8, codes of :class:`Status`.
    step, restart : (n,) step sizes kept so that going on, and going on after a dose, are cheap; 0 where
        unknown.
    steps : (n,) int64, attempted steps so far.
    truth : (n, conditions) 1 where a trigger, or a comparison in one, held when last looked at, otherwise 0.
    queue : (n,) tuples of the events that were set off and wait for their time.
    happened : (n,) int64, events so far.
    """

    model: Model
    time: Floats
    state: Floats
    parameter: Floats
    status: NDArray[np.int8]
    step: Floats
    restart: Floats
    steps: Integers
    truth: Floats
    queue: NDArray[np.object_]
    happened: Integers

    def __len__(self) -> int:
        return len(self.time)

    def advance(
        self,
        until: ArrayLike,
        *,
        inputs: Inputs | None = None,
        record: ArrayLike | None = None,
        outputs: Sequence[str] | None = None,
        active: ArrayLike | None = None,
        rtol: float = 1e-4,
        atol: ArrayLike | None = None,
        threads: int = 1,
        max_steps: int = MAX_STEPS,
    ) -> Floats | None:
        """Integrate each active patient from its own time to `until`.

        Doses in ``[time, until)`` act exactly at their times. A record at the time of a dose is taken before
        the dose. The result of a patient does not depend, in any bit, on the number of threads, on the other
        patients or on the record times.

        Parameters
        ----------
        until : scalar or (n,), not before the patient's time.
        inputs : doses; give the same schedule in each call if infusions cross the ends of calls.
        record : (r,) or (n, r) ascending times in ``[time, until]`` at which to take `outputs`; NaN entries
            at the end of a row are passed over.
        outputs : names of states, observables or parameters; default all states and assigned symbols.
        active : (n,) bool; others stay where they are. A patient whose status is not OK is never advanced.
        rtol, atol : tolerances on the error of a step, atol scalar or (states,), default ``model.atol``;
            fixed during the call, never derived from the current state.
        threads : number of threads.
        max_steps : attempted steps per patient and call, above which it gets TOO_MANY_STEPS.

        Returns
        -------
        (n, r, outputs) array if `record` is given: NaN for inactive patients and from the failure of a
        patient on.

        Raises
        ------
        InputError
            A name, shape, time or tolerance that cannot be used.
        """
        model, n = self.model, len(self)
        going = self._going(active)
        end = per_patient("until", until, n)
        self._check_end(end, going)
        names = tuple(outputs) if outputs is not None else model.variables
        moments = self._record_times(record, end, going)
        out = np.full((n, moments.shape[1], len(names)), np.nan)
        schedule = self._schedule(inputs)
        status = np.zeros(n, dtype=np.int64)
        arguments: dict[str, Any] = {
            "patients": np.flatnonzero(going),
            "time": self.time,
            "state": self.state,
            "parameter": self.parameter,
            "status": status,
            "step": self.step,
            "restart": self.restart,
            "steps": self.steps,
            "until": end,
            "stop_start": schedule.start,
            "stop_time": schedule.time,
            "stop_target": schedule.target,
            "stop_value": schedule.value,
            "record_time": moments,
            "record_stride": 0 if len(moments) == 1 else moments.shape[1],
            "record_count": moments.shape[1],
            "output_index": np.array([model.place(name) for name in names], dtype=np.int64),
            "output_count": len(names),
            "output": out,
            "relative": np.array([_tolerance("rtol", rtol)]),
            "absolute": self._absolute(atol),
            "max_steps": int(max_steps),
        }
        self._go(arguments, schedule, max(1, int(threads)))
        self.status[going] = status[going]
        return out if record is not None else None

    def values(self, names: str | Sequence[str], where: ArrayLike | None = None) -> Floats:
        """Current values (k, names) of states, observables or parameters; NaN for patients whose status is
        not OK. The k patients are those chosen by `where` ((n,) bool, default all).

        Raises
        ------
        InputError
            A name the model does not have.
        """
        wanted = (names,) if isinstance(names, str) else tuple(names)
        columns = [self.model.place(name) for name in wanted]
        chosen = np.flatnonzero(_mask("where", where, len(self)))
        if all(column < len(self.model.states) for column in columns):      # states are at hand
            out = self.state[chosen[:, None], columns] + 0.0
        else:
            out = self._observed(chosen, columns)
        out[self.status[chosen] != Status.OK] = np.nan
        return out

    def set(self, name: str, values: ArrayLike, where: ArrayLike | None = None) -> None:
        """Set a state or parameter, of the patients chosen by `where` ((n,) bool, default all).

        `values` is a scalar or (n,). Setting a parameter does not change what was computed from it at the
        start (initial values).

        Raises
        ------
        InputError
            An unknown name, a value that is not finite, or an assigned symbol.
        """
        model, chosen = self.model, _mask("where", where, len(self))
        full = np.where(chosen, np.asarray(values, dtype=np.float64), 0.0)
        full = per_patient(name, full, len(self))
        if name in model.states:
            self.state[chosen, model.states.index(name)] = full[chosen]
        elif name in model.parameters:
            self.parameter[chosen, model.parameters.index(name)] = full[chosen]
        else:
            raise unknown(name, model.states + model.parameters, "a state or a parameter")
        self.step[chosen] = self.restart[chosen]

    def select(self, where: ArrayLike) -> Batch:
        """A new batch of the patients chosen by a mask (n,) or by indices, in that order."""
        chosen = np.asarray(where)
        return Batch(self.model, *(np.ascontiguousarray(array[chosen]) for array in self._arrays()))

    def copy(self) -> Batch:
        """An independent copy."""
        return Batch(self.model, *(array.copy() for array in self._arrays()))

    # -- inside ------------------------------------------------------------------------------------

    def _arrays(self) -> tuple[NDArray[Any], ...]:
        return tuple(getattr(self, each.name) for each in fields(self)[1:])

    def _observed(self, chosen: NDArray[np.intp], columns: Sequence[int]) -> Floats:
        """Values of the chosen patients in columns of whole rows, which are made for a few patients at a time."""
        model = self.model
        out = np.empty((len(chosen), len(columns)))
        states, observables = len(model.states), len(model.observables)
        rows = np.zeros((min(AT_A_TIME, len(chosen)), states + observables + len(model.parameters)))
        for first in range(0, len(chosen), AT_A_TIME):
            few = chosen[first:first + AT_A_TIME]
            block = rows[:len(few)]
            block[:, :states], block[:, states + observables:] = self.state[few], self.parameter[few]
            model.kernel.observe(block, self.time[few])
            out[first:first + len(few)] = block[:, columns]
        return out + 0.0

    def _going(self, active: ArrayLike | None) -> NDArray[np.bool_]:
        return np.asarray(_mask("active", active, len(self)) & (self.status == Status.OK))

    def _check_end(self, end: Floats, going: NDArray[np.bool_]) -> None:
        late = np.flatnonzero(going & (end < self.time))
        if late.size:
            i = late[0]
            raise InputError(
                f"lies before the time of patient {i}",
                field="until",
                value=float(end[i]),
                expected=f">= {self.time[i]}",
            )

    def _record_times(self, record: ArrayLike | None, end: Floats, going: NDArray[np.bool_]) -> Floats:
        """Record times (1 or n, r), checked against each patient that goes."""
        moments = np.atleast_2d(np.asarray([] if record is None else record, dtype=np.float64))
        if moments.ndim != 2 or moments.shape[0] not in (1, len(self)):
            raise InputError("wrong shape", field="record", value=moments.shape, expected="(r,) or (n, r)")
        before, after = moments[:, :-1], moments[:, 1:]
        if np.any((after < before) | (np.isnan(before) & ~np.isnan(after))):
            raise InputError("times must ascend, with NaN only at the end", field="record")
        outside = going[:, None] & ((moments < self.time[:, None]) | (moments > end[:, None]))
        if outside.any():
            i, j = np.argwhere(outside)[0]
            value = float(np.broadcast_to(moments, outside.shape)[i, j])
            raise InputError(
                f"outside the interval of patient {i}",
                field="record",
                value=value,
                expected=f"{self.time[i]} to {end[i]}",
            )
        return np.ascontiguousarray(moments)

    def _schedule(self, inputs: Inputs | None) -> Schedule:
        chosen = inputs if inputs is not None else Inputs.build(len(self), [])
        if chosen.n != len(self):
            raise InputError(
                "made for another number of patients", field="inputs", value=chosen.n, expected=f"{len(self)}"
            )
        return chosen.schedule(self.model)

    def _absolute(self, atol: ArrayLike | None) -> Floats:
        given = self.model.atol if atol is None else np.asarray(atol, dtype=np.float64)
        full = np.ascontiguousarray(np.broadcast_to(given, (len(self.model.states),)))
        if not (np.isfinite(full).all() and (full > 0).all()):
            raise InputError("must be positive", field="atol", expected="a positive number or one per state")
        return full

    def _go(self, arguments: dict[str, Any], schedule: Schedule, threads: int) -> None:
        """Integrate to the end, from event to event where the model has some."""
        if self.model.events:
            agenda = Agenda(self, schedule)
            agenda.run(arguments, lambda block: self._run(block, threads), arguments["max_steps"])
        else:
            arguments |= dict.fromkeys(EVENT_ARGUMENTS, 0)
            self._run(arguments, threads)

    def _run(self, arguments: dict[str, Any], threads: int) -> None:
        """Integrate contiguous chunks of the list of patients, on as many threads."""
        count = len(arguments["patients"])
        if not count:
            return
        pieces = 1 if threads == 1 else threads * CHUNKS_PER_THREAD
        size = max(LEAST_CHUNK, -(-count // pieces))
        chunks = [(first, min(first + size, count)) for first in range(0, count, size)] if threads > 1 else [(0, count)]
        kernel = self.model.kernel
        if len(chunks) == 1:
            kernel.integrate(arguments, *chunks[0])
            return
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda chunk: kernel.integrate(arguments, *chunk), chunks))


def _mask(name: str, values: ArrayLike | None, n: int) -> NDArray[np.bool_]:
    if values is None:
        return np.ones(n, dtype=np.bool_)
    mask = np.asarray(values)
    if mask.dtype != np.bool_ or mask.shape != (n,):
        raise InputError("wrong kind or shape", field=name, value=mask.shape, expected=f"a mask of length {n}")
    return mask


def _tolerance(name: str, value: float) -> float:
    if not 0 < value < 1:
        raise InputError("out of range", field=name, value=value, expected="between 0 and 1")
    return float(value)
