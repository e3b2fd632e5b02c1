"""Events carried out: the loop that takes patients from one event to the next.

The kernel hands a patient back at the first moment at which a trigger changes (:mod:`her2lab.engine.watch`). Here the
events that this sets off are queued and carried out one after the other, each time looking again at all triggers, until
nothing is due at that moment; then the patient goes on. A patient's events depend on nothing but that patient.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from her2lab.engine.inputs import Integers, Schedule
from her2lab.engine.names import Floats
from her2lab.engine.status import PAUSED, Status

if TYPE_CHECKING:
    from her2lab.engine.batch import Batch

MOST_AT_ONCE = 10_000
"""Events of one patient at one moment, above which they are taken to set each other off for ever."""

Integrate = Callable[[dict[str, Any]], None]


class Due(NamedTuple):
    """An event that was set off and waits; `values` are those of the moment of its trigger where they count."""

    time: float
    event: int
    values: tuple[float, ...] | None


class FailureError(Exception):
    """What an event of a patient came to, as a status."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


class Agenda:
    """The events of a batch during one call of :meth:`Batch.advance`."""

    def __init__(self, batch: Batch, schedule: Schedule) -> None:
        self.batch = batch
        self.kernel = batch.model.kernel
        self.events = batch.model.events
        self.volumes = batch.model.volumes
        self.in_force = _rates_in_force(batch, schedule)
        sizes = [len(event.values) for event in self.events]
        count = len(self.events)
        self.watched = batch.truth.shape[1]
        self.waits = self.watched + self.kernel.layout.gaps
        first = self.waits + 2 * count + np.concatenate([[0], np.cumsum(sizes)])
        self.values = [slice(int(first[k]), int(first[k + 1])) for k in range(count)]
        self.sizes = slice(int(first[-1]), int(first[-1]) + len(self.volumes))
        self.width = self.sizes.stop

    def run(self, arguments: dict[str, Any], integrate: Integrate, max_steps: int) -> None:
        """Take the patients listed in the arguments to their ends, and write their status there."""
        batch, status, end = self.batch, arguments["status"], arguments["until"]
        todo: Integers = arguments["patients"]
        begun = batch.steps.copy()
        stop = end.copy()
        own = {"next_record": np.zeros(len(batch), np.int64), "given": np.zeros(len(batch), np.int64)}
        arguments |= own | {"truth": batch.truth, "in_force": self.in_force, "until": stop}
        while todo.size:
            status[todo] = Status.OK
            self._settle(todo, status)
            status[todo[batch.steps[todo] - begun[todo] > max_steps]] = Status.TOO_MANY_STEPS
            todo = todo[status[todo] == Status.OK]
            stop[todo] = [min([end[i], *(due.time for due in batch.queue[i])]) for i in todo]
            home = batch.time[todo] >= end[todo]  # they stay where they are: records that waited are taken
            arguments["patients"] = todo
            integrate(arguments)
            todo = todo[~home & ((status[todo] == Status.OK) | (status[todo] == PAUSED))]

    # -- one moment --------------------------------------------------------------------------------

    def _settle(self, patients: Integers, status: Integers) -> None:
        """Carry out all that is due, for patients where something is."""
        batch = self.batch
        effects = self._effects(patients)
        count = len(self.events)
        changed = (effects[:, :count] != batch.truth[patients, :count]).any(axis=1)
        batch.truth[patients, count:] = effects[:, count : self.watched]
        for k, i in enumerate(patients.tolist()):
            if changed[k] or any(due.time <= batch.time[i] for due in batch.queue[i]):
                try:
                    self._happen(i, effects[k])
                except FailureError as failure:
                    status[i] = failure.status

    def _happen(self, i: int, effects: Floats) -> None:
        """All events of one patient at its time."""
        batch = self.batch
        for _ in range(MOST_AT_ONCE):
            self._notice(i, effects)
            due = [k for k, each in enumerate(batch.queue[i]) if each.time <= batch.time[i]]
            if not due:
                return
            chosen = max(due, key=lambda k: (*self._rank(batch.queue[i][k], effects, batch.happened[i]), -k))
            happening = batch.queue[i][chosen]
            batch.happened[i] += 1
            batch.queue[i] = batch.queue[i][:chosen] + batch.queue[i][chosen + 1 :]
            effects = self._execute(i, happening, effects)
        raise FailureError(Status.TOO_MANY_STEPS)

    def _notice(self, i: int, effects: Floats) -> None:
        """Queue events whose trigger became true; drop those whose trigger must persist and did not."""
        batch, queue = self.batch, self.batch.queue[i]
        truth = effects[: self.watched]
        for k in np.flatnonzero(truth[: len(self.events)] != batch.truth[i, : len(self.events)]).tolist():
            event = self.events[k]
            if truth[k]:
                delay = float(effects[self.waits + 2 * k + 1])
                if not (np.isfinite(delay) and delay >= 0):
                    raise FailureError(Status.NOT_FINITE)
                values = tuple(effects[self.values[k]].tolist()) if event.early else None
                queue = (*queue, Due(float(batch.time[i]) + delay, k, values))
            elif not event.persistent:
                queue = tuple(due for due in queue if due.event != k)
        batch.queue[i] = queue
        batch.truth[i] = truth

    def _rank(self, due: Due, effects: Floats, happened: int) -> tuple[float, int]:
        """What is highest goes first: the priority, and among equal ones a draw, as SBML has it.

        The draw depends on how many events the patient has had and on nothing else. Events without a priority go last,
        in the order in which they were set off.
        """
        if self.events[due.event].priority is None:
            return -np.inf, 0
        priority = float(effects[self.waits + 2 * due.event])
        return (-np.inf if np.isnan(priority) else priority), _draw(int(happened), due.event)

    def _execute(self, i: int, due: Due, effects: Floats) -> Floats:
        """Set what the event sets; a concentration follows its compartment. Gives the effects afterwards."""
        batch, event = self.batch, self.events[due.event]
        values = due.values if due.values is not None else tuple(effects[self.values[due.event]].tolist())
        if not np.isfinite(values).all():
            raise FailureError(Status.NOT_FINITE)
        before = effects[self.sizes]
        for target, value in zip(event.targets, values, strict=True):
            batch.state[i, target] = value + 0.0  # no negative zero
        batch.step[i] = batch.restart[i]
        one = np.array([i])
        after = self._effects(one)[0]
        if not self.volumes or np.array_equal(before, after[self.sizes]):
            return np.asarray(after)
        for (state, _), old, new in zip(self.volumes, before, after[self.sizes], strict=True):
            if old != new:  # also where the event set it: that was in terms of the size before
                batch.state[i, state] *= old / new
        if not np.isfinite(batch.state[i]).all():
            raise FailureError(Status.NOT_FINITE)
        return np.asarray(self._effects(one)[0])

    def _effects(self, patients: Integers) -> Floats:
        batch = self.batch
        blank = np.zeros((len(patients), len(batch.model.observables)))
        rows = np.ascontiguousarray(np.hstack([batch.state[patients], blank, self.in_force[patients]]))
        out = np.empty((len(patients), self.width))
        self.kernel.effects(rows, np.ascontiguousarray(batch.time[patients]), out)
        return out


def _rates_in_force(batch: Batch, schedule: Schedule) -> Floats:
    """Parameters with the infusion rates that each patient has before the doses of its present moment."""
    parameter = batch.parameter.copy()
    first = len(batch.model.states) + len(batch.model.observables)
    owner = np.repeat(np.arange(len(batch)), np.diff(schedule.start))
    past: NDArray[np.bool_] = (schedule.time < batch.time[owner]) & (schedule.target >= first)
    for k in np.flatnonzero(past).tolist():  # in order of time: the last one holds
        i, column = owner[k], schedule.target[k] - first
        parameter[i, column] = batch.parameter[i, column] + schedule.value[k]
    return parameter


def _draw(*key: int) -> int:
    """A number that looks random and follows from the key."""
    return int.from_bytes(hashlib.blake2b(repr(key).encode(), digest_size=8).digest(), "big")
