"""The event queue: the loop that takes patients from one SBML event to the next.

The kernel hands a patient back at the first moment at which a trigger changes (:mod:`her2lab.engine.event_detection`).
Here the events that this sets off are queued and executed one after the other, each time evaluating all triggers again,
until none is due at that moment; then the patient goes on. A patient's events depend on nothing but that patient.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from her2lab._types import Bools, Floats, Integers
from her2lab.engine.batch_arrays import BatchArrays
from her2lab.engine.inputs import Schedule
from her2lab.engine.status import AT_EVENT, Status

MAX_EVENTS_AT_ONCE = 10_000
"""Events of one patient at one moment, above which they are taken to set each other off for ever."""

Integrate = Callable[[dict[str, Any]], None]


class PendingEvent(NamedTuple):
    """An event that was set off and waits; `values` are those of the moment of its trigger where they count."""

    time: float
    event: int
    values: tuple[float, ...] | None


class EventError(Exception):
    """An event that cannot be executed; `status` says why."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


class EventQueue:
    """The events of a batch during one call of :meth:`Batch.advance`."""

    def __init__(self, batch: BatchArrays, schedule: Schedule) -> None:
        self.batch = batch
        self.kernel = batch.model.kernel
        self.events = batch.model.events
        self.compartment_sizes = batch.model.compartment_sizes
        self.effective_parameter = _effective_parameters(batch, schedule)
        sizes = [len(event.values) for event in self.events]
        count = len(self.events)
        self.conditions = batch.trigger_values.shape[1]
        self.first_wait = self.conditions + self.kernel.layout.root_functions
        first = self.first_wait + 2 * count + np.concatenate([[0], np.cumsum(sizes)])
        self.values = [slice(int(first[k]), int(first[k + 1])) for k in range(count)]
        self.sizes = slice(int(first[-1]), int(first[-1]) + len(self.compartment_sizes))
        self.width = self.sizes.stop

    def run(self, arguments: dict[str, Any], integrate: Integrate, max_steps: int) -> None:
        """Take the patients listed in the arguments to their ends, and write their status there."""
        batch, status, end = self.batch, arguments["status"], arguments["until"]
        remaining: Integers = arguments["patients"]
        steps_before = batch.steps.copy()
        stop = end.copy()
        own = {"next_record": np.zeros(len(batch), np.int64), "stops_applied": np.zeros(len(batch), np.int64)}
        arguments |= own | {"trigger_values": batch.trigger_values, "until": stop}
        arguments["effective_parameter"] = self.effective_parameter
        while remaining.size:
            status[remaining] = Status.OK
            self._process_due(remaining, status)
            status[remaining[batch.steps[remaining] - steps_before[remaining] > max_steps]] = Status.TOO_MANY_STEPS
            remaining = remaining[status[remaining] == Status.OK]
            stop[remaining] = [min([end[i], *(due.time for due in batch.pending[i])]) for i in remaining]
            arrived = batch.time[remaining] >= end[remaining]  # they stay where they are: records that waited are taken
            arguments["patients"] = remaining
            integrate(arguments)
            remaining = remaining[~arrived & ((status[remaining] == Status.OK) | (status[remaining] == AT_EVENT))]

    # -- one moment --------------------------------------------------------------------------------

    def _process_due(self, patients: Integers, status: Integers) -> None:
        """Execute all events that are due, for patients that have any."""
        batch = self.batch
        event_terms = self._event_terms(patients)
        count = len(self.events)
        changed = (event_terms[:, :count] != batch.trigger_values[patients, :count]).any(axis=1)
        batch.trigger_values[patients, count:] = event_terms[:, count : self.conditions]
        for k, i in enumerate(patients.tolist()):
            if changed[k] or any(due.time <= batch.time[i] for due in batch.pending[i]):
                try:
                    self._process_patient(i, event_terms[k])
                except EventError as failure:
                    status[i] = failure.status

    def _process_patient(self, i: int, event_terms: Floats) -> None:
        """All events of one patient at its time."""
        batch = self.batch
        for _ in range(MAX_EVENTS_AT_ONCE):
            self._update_queue(i, event_terms)
            due = [k for k, each in enumerate(batch.pending[i]) if each.time <= batch.time[i]]
            if not due:
                return
            executed = batch.executed_events[i]
            order = {k: (*self._execution_order(batch.pending[i][k], event_terms, executed), -k) for k in due}
            chosen = max(due, key=order.__getitem__)
            event = batch.pending[i][chosen]
            batch.executed_events[i] += 1
            batch.pending[i] = batch.pending[i][:chosen] + batch.pending[i][chosen + 1 :]
            event_terms = self._execute(i, event, event_terms)
        raise EventError(Status.TOO_MANY_STEPS)

    def _update_queue(self, i: int, event_terms: Floats) -> None:
        """Queue events whose trigger became true; drop those whose trigger must persist and did not."""
        batch, queue = self.batch, self.batch.pending[i]
        truth = event_terms[: self.conditions]
        for k in np.flatnonzero(truth[: len(self.events)] != batch.trigger_values[i, : len(self.events)]).tolist():
            event = self.events[k]
            if truth[k]:
                delay = float(event_terms[self.first_wait + 2 * k + 1])
                if not (np.isfinite(delay) and delay >= 0):
                    raise EventError(Status.NOT_FINITE)
                values = tuple(event_terms[self.values[k]].tolist()) if event.values_from_trigger else None
                queue = (*queue, PendingEvent(float(batch.time[i]) + delay, k, values))
            elif not event.persistent:
                queue = tuple(due for due in queue if due.event != k)
        batch.pending[i] = queue
        batch.trigger_values[i] = truth

    def _execution_order(self, due: PendingEvent, event_terms: Floats, executed: int) -> tuple[float, int]:
        """The highest goes first: the priority, and among equal ones a random order, as SBML has it.

        It depends on how many events the patient has had and on nothing else. Events without a priority go last,
        in the order in which they were set off.
        """
        if self.events[due.event].priority is None:
            return -np.inf, 0
        priority = float(event_terms[self.first_wait + 2 * due.event])
        return (-np.inf if np.isnan(priority) else priority), _random_rank(int(executed), due.event)

    def _execute(self, i: int, due: PendingEvent, event_terms: Floats) -> Floats:
        """Set what the event sets; a concentration follows its compartment. Returns the event terms afterwards."""
        batch, event = self.batch, self.events[due.event]
        values = due.values if due.values is not None else tuple(event_terms[self.values[due.event]].tolist())
        if not np.isfinite(values).all():
            raise EventError(Status.NOT_FINITE)
        before = event_terms[self.sizes]
        for target, value in zip(event.targets, values, strict=True):
            batch.state[i, target] = value + 0.0  # no negative zero
        batch.step[i] = batch.restart[i]
        one = np.array([i])
        after = self._event_terms(one)[0]
        if not self.compartment_sizes or np.array_equal(before, after[self.sizes]):
            return np.asarray(after)
        for (state, _), old, new in zip(self.compartment_sizes, before, after[self.sizes], strict=True):
            if old != new:  # also where the event set it: that was in terms of the size before
                batch.state[i, state] *= old / new
        if not np.isfinite(batch.state[i]).all():
            raise EventError(Status.NOT_FINITE)
        return np.asarray(self._event_terms(one)[0])

    def _event_terms(self, patients: Integers) -> Floats:
        batch = self.batch
        blank = np.zeros((len(patients), len(batch.model.observables)))
        rows = np.ascontiguousarray(np.hstack([batch.state[patients], blank, self.effective_parameter[patients]]))
        out = np.empty((len(patients), self.width))
        self.kernel.event_terms(rows, np.ascontiguousarray(batch.time[patients]), out)
        return out


def _effective_parameters(batch: BatchArrays, schedule: Schedule) -> Floats:
    """Parameters with the infusion rates that each patient has before the doses of its present moment."""
    parameter = batch.parameter.copy()
    first = len(batch.model.states) + len(batch.model.observables)
    owner = np.repeat(np.arange(len(batch)), np.diff(schedule.start))
    past: Bools = (schedule.time < batch.time[owner]) & (schedule.target >= first)
    for k in np.flatnonzero(past).tolist():  # in order of time: the last one holds
        i, column = owner[k], schedule.target[k] - first
        parameter[i, column] = batch.parameter[i, column] + schedule.value[k]
    return parameter


def _random_rank(*key: int) -> int:
    """A number that looks random and follows from the key."""
    return int.from_bytes(hashlib.blake2b(repr(key).encode(), digest_size=8).digest(), "big")
