"""A batch of patients between stops of the integrator."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from her2lab._types import Bools, Floats
from her2lab.engine.batch_arrays import BatchArrays
from her2lab.engine.checks import per_patient, unknown_name
from her2lab.engine.inputs import Inputs, Schedule
from her2lab.engine.layout import EVENT_ARGUMENTS
from her2lab.engine.status import QUEUE_FULL, Status
from her2lab.errors import InputError

MAX_STEPS = 1_000_000
CHUNKS_PER_THREAD = 4
MIN_CHUNK = 32
ROWS_PER_BLOCK = 32  # rows of patients that are filled in together and stay in the cache of the processor


class Batch(BatchArrays):
    """The state of n patients, made by :meth:`Model.start`: it is advanced in time, read and changed."""

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
        running = self._running(active)
        end = per_patient("until", until, n)
        self._check_end(end, running)
        names = tuple(outputs) if outputs is not None else model.variables
        record_times = self._record_times(record, end, running)
        out = np.full((n, record_times.shape[1], len(names)), np.nan)
        schedule = self._schedule(inputs)
        status = np.zeros(n, dtype=np.int64)
        arguments: dict[str, Any] = {
            "patients": np.flatnonzero(running),
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
            "record_time": record_times,
            "record_stride": 0 if len(record_times) == 1 else record_times.shape[1],
            "record_count": record_times.shape[1],
            "output_index": np.array([model.index(name) for name in names], dtype=np.int64),
            "output_count": len(names),
            "output": out,
            "relative": np.array([_tolerance("rtol", rtol)]),
            "absolute": self._absolute(atol),
            "max_steps": int(max_steps),
        }
        self._integrate(arguments, max(1, int(threads)))
        self.status[running] = status[running]
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
        columns = [self.model.index(name) for name in wanted]
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
            raise unknown_name(name, model.states + model.parameters, "a state or a parameter")
        self.step[chosen] = self.restart[chosen]
        self.order[chosen] = 0.0

    # -- inside ------------------------------------------------------------------------------------

    def _observed(self, chosen: NDArray[np.intp], columns: Sequence[int]) -> Floats:
        """Values of the chosen patients in columns of whole rows, which are made for a few patients at a time."""
        model = self.model
        out = np.empty((len(chosen), len(columns)))
        states, observables = len(model.states), len(model.observables)
        rows = np.full((min(ROWS_PER_BLOCK, len(chosen)), model.kernel.layout.row), np.nan)
        end = states + observables + len(model.parameters)
        for first in range(0, len(chosen), ROWS_PER_BLOCK):
            few = chosen[first:first + ROWS_PER_BLOCK]
            block = rows[:len(few)]
            block[:, :states], block[:, states + observables:end] = self.state[few], self.parameter[few]
            model.kernel.observe(block, self.time[few])
            out[first:first + len(few)] = block[:, columns]
        return out + 0.0

    def _running(self, active: ArrayLike | None) -> Bools:
        return np.asarray(_mask("active", active, len(self)) & (self.status == Status.OK))

    def _check_end(self, end: Floats, running: Bools) -> None:
        late = np.flatnonzero(running & (end < self.time))
        if late.size:
            i = late[0]
            raise InputError(
                f"lies before the time of patient {i}",
                field="until",
                value=float(end[i]),
                expected=f">= {self.time[i]}",
            )

    def _record_times(self, record: ArrayLike | None, end: Floats, running: Bools) -> Floats:
        """Record times (1 or n, r), checked against each patient that goes."""
        record_times = np.atleast_2d(np.asarray([] if record is None else record, dtype=np.float64))
        if record_times.ndim != 2 or record_times.shape[0] not in (1, len(self)):
            raise InputError("wrong shape", field="record", value=record_times.shape, expected="(r,) or (n, r)")
        before, after = record_times[:, :-1], record_times[:, 1:]
        if np.any((after < before) | (np.isnan(before) & ~np.isnan(after))):
            raise InputError("times must ascend, with NaN only at the end", field="record")
        outside = running[:, None] & ((record_times < self.time[:, None]) | (record_times > end[:, None]))
        if outside.any():
            i, j = np.argwhere(outside)[0]
            value = float(np.broadcast_to(record_times, outside.shape)[i, j])
            raise InputError(
                f"outside the interval of patient {i}",
                field="record",
                value=value,
                expected=f"{self.time[i]} to {end[i]}",
            )
        return np.ascontiguousarray(record_times)

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

    def _integrate(self, arguments: dict[str, Any], threads: int) -> None:
        """Integrate to the end, with as much room for pending events and kept steps as that takes."""
        if not self.model.kernel.layout.interrupted:
            self._integrate_chunks(arguments | dict.fromkeys(EVENT_ARGUMENTS, 0), threads)
            return
        arguments |= {name: np.zeros(len(self), np.int64) for name in ("next_record", "stops_applied")}
        while len(arguments["patients"]):
            kept = {name: getattr(self, name) for name in EVENT_ARGUMENTS[2:-2]}
            room = {"queue_size": self.pending_time.shape[1], "history_size": self.history.shape[1]}
            self._integrate_chunks(arguments | kept | room, threads)
            arguments["patients"] = np.flatnonzero(arguments["status"] == QUEUE_FULL)
            arguments["status"][arguments["patients"]] = Status.OK
            if len(arguments["patients"]):
                self.widen()

    def _integrate_chunks(self, arguments: dict[str, Any], threads: int) -> None:
        """Integrate contiguous chunks of the list of patients, on as many threads."""
        count = len(arguments["patients"])
        if not count:
            return
        pieces = 1 if threads == 1 else threads * CHUNKS_PER_THREAD
        size = max(MIN_CHUNK, -(-count // pieces))
        chunks = [(first, min(first + size, count)) for first in range(0, count, size)] if threads > 1 else [(0, count)]
        kernel = self.model.kernel
        if len(chunks) == 1:
            kernel.integrate(arguments, *chunks[0])
            return
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda chunk: kernel.integrate(arguments, *chunk), chunks))


def _mask(name: str, values: ArrayLike | None, n: int) -> Bools:
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
