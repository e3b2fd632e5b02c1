"""The event queue, as compiled code: what happens to a patient at the moment at which a trigger changes.

The events that are set off are queued and executed one after the other, each time evaluating all triggers again, until
none is due at that moment; then the patient goes on. A patient's events depend on nothing but that patient.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, NamedTuple

from llvmlite import ir

from her2lab.engine.event_detection import EventLaneCode
from her2lab.engine.layout import Memory
from her2lab.engine.model_code import ModelCode
from her2lab.engine.status import QUEUE_FULL, Status
from her2lab.engine.writer import INTEGER, POINTER, Table, Value, Writer, declare

MAX_EVENTS_AT_ONCE = 10_000
"""Events of one patient at one moment, above which they are taken to set each other off for ever."""
MAX_BURST = 1_000
"""Moments with events of one patient within a `BURST`, above which time is taken to pass no more."""
BURST = 1e-9
"""As a part of the time, or of the way to go."""
MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""Constants of SplitMix64 (Steele 2014), doi 10.1145/2660193.2660195."""


def write_event_terms(code: ModelCode, module: ir.Module, conditions: Any) -> Any:
    """``event_terms(row, time, out)``: all that events depend on, in the order of `Equations.event_terms`."""
    function = declare(module, "event_terms", [POINTER] * 3)
    row, time, out = function.args
    writer = Writer(function, 1)
    writer.builder.call(conditions, [row, time, out])  # the very code of the search, to the last bit
    straight = code.row_code(writer, row, time)
    for j, a in enumerate(code.equations.event_terms):
        writer.store(straight.value(a), out, code.layout.conditions + code.layout.root_functions + j)
    writer.finish()
    return function


class Queue(NamedTuple):
    """Addresses of what waits for one patient: times, events and values, in the order in which they were set off."""

    time: Value
    event: Value
    values: Value
    count: Value


class EventQueueCode(EventLaneCode):
    """The lanes of a model with events, which are executed in place."""

    @cached_property
    def first_wait(self) -> int:
        """Place of the first priority among the event terms; delays and priorities take turns."""
        return self.layout.conditions + self.layout.root_functions

    @cached_property
    def first_value(self) -> int:
        """Place of the first value among the event terms; the sizes of compartments follow the values."""
        return self.first_wait + 2 * len(self.events)

    def write_event_functions(self) -> None:
        """All that the queue consists of, in the order in which one calls the other."""
        for write in (self._write_update_queue, self._write_choose_event, self._write_execute_event):
            write()
        self._write_process_events()

    # -- one moment --------------------------------------------------------------------------------

    def _write_process_events(self) -> None:
        """``process_events``: all events due at the lane's time; leaves a status in ``event_status``."""
        writer, memory, lane = self._begin("process_events")
        builder = writer.builder
        y, row = self._state(writer, memory, "y", lane), memory.row(lane)
        with writer.loop(self.layout.states) as i:
            writer.store(writer.load(writer.cell(y, i, self.layout.lanes)), row, i)
        for name in ("event_status", "executed_here"):
            memory.set_lane(name, lane, writer.integer(0))
        self._evaluate(writer, memory, lane)
        with writer.repeat() as after:
            room = builder.sub(memory.argument("queue_size", INTEGER), writer.integer(len(self.events)))
            full = builder.icmp_signed(">", writer.load(self._queue(memory, lane).count, 0, INTEGER), room)
            self._leave_with(writer, memory, lane, after, full, QUEUE_FULL)
            self._call("update_queue", writer)
            writer.leave(after, writer.truth(memory.lane("event_status", lane)))
            self._call("choose_event", writer)
            writer.leave(after, builder.icmp_signed("<", memory.lane("chosen", lane), writer.integer(0)))
            here = builder.add(memory.lane("executed_here", lane), writer.integer(1))
            memory.set_lane("executed_here", lane, here)
            self._call("execute_event", writer)
            writer.leave(after, writer.truth(memory.lane("event_status", lane)))
            endless = builder.icmp_signed(">=", here, writer.integer(MAX_EVENTS_AT_ONCE))
            self._leave_with(writer, memory, lane, after, endless, Status.CHATTERING)
        with writer.loop(self.layout.states) as i:
            writer.store(writer.load(row, i), writer.cell(y, i, self.layout.lanes))
        with builder.if_then(writer.truth(memory.lane("executed_here", lane))):
            memory.set_lane("restarted", lane, writer.integer(1))
            memory.set_lane("order", lane, writer.number(0.0))
            self._count_burst(writer, memory, lane)
        writer.finish()

    def _leave_with(
        self, writer: Writer, memory: Memory, lane: Value, after: Any, condition: Value, status: int
    ) -> None:
        """Leave a repetition with a status where the condition holds."""
        kept = memory.lane("event_status", lane)
        memory.set_lane("event_status", lane, writer.builder.select(condition, writer.integer(status), kept))
        writer.leave(after, condition)

    def _count_burst(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Give up where event follows event and time does not pass."""
        builder = writer.builder
        patient, time = memory.lane("patient", lane), memory.lane("time", lane)
        begin, count = (writer.cell(memory.argument(name), patient) for name in ("burst_time", "burst_count"))
        way = writer.subtract(memory.lane("until", lane), time)
        window = writer.multiply(writer.larger(writer.call("fabs", time), way), writer.number(BURST))
        close = writer.compare("<=", writer.subtract(time, writer.load(begin)), window)
        again = builder.add(writer.load(count, 0, INTEGER), writer.integer(1))
        writer.store(builder.select(close, writer.load(begin), time), begin)
        writer.store(builder.select(close, again, writer.integer(1)), count)
        endless = builder.and_(close, builder.icmp_signed(">", again, writer.integer(MAX_BURST)))
        status = builder.select(endless, writer.integer(Status.CHATTERING), memory.lane("event_status", lane))
        memory.set_lane("event_status", lane, status)

    def _evaluate(self, writer: Writer, memory: Memory, lane: Value) -> None:
        if self.layout.delays:
            memory.set_lane("moment", lane, memory.lane("time", lane))
            self._call("fill_delayed", writer)
        clock = writer.cell(memory.section("lane_time"), lane)
        writer.builder.call(self.functions["event_terms"], [memory.row(lane), clock, memory.event_terms(lane)])

    def _queue(self, memory: Memory, lane: Value) -> Queue:
        writer, patient = memory.writer, memory.lane("patient", lane)
        first = writer.builder.mul(patient, memory.argument("queue_size", INTEGER))
        time, event = (writer.cell(memory.argument(name), first) for name in ("pending_time", "pending_event"))
        values = writer.cell(memory.argument("pending_values"), first, self.layout.most_values)
        return Queue(time, event, values, writer.cell(memory.argument("pending_count"), patient))

    # -- the queue ---------------------------------------------------------------------------------

    def _write_update_queue(self) -> None:
        """``update_queue``: queue events whose trigger became true; drop those that must persist and did not."""
        writer, memory, lane = self._begin("update_queue")
        builder, queue = writer.builder, self._queue(memory, lane)
        terms, trigger_values = memory.event_terms(lane), memory.trigger_values(lane)
        persistent = Table(writer, "persistent", [event.persistent for event in self.events])
        with writer.loop(len(self.events)) as k:
            now = writer.load(terms, k)
            changed = writer.compare("!=", now, writer.load(trigger_values, k))
            is_true = writer.compare("!=", now, writer.number(0.0))
            with builder.if_then(builder.and_(changed, is_true)):
                self._push(writer, memory, lane, queue, k)
            lapsed = builder.and_(builder.not_(is_true), builder.not_(writer.truth(persistent[k])))
            with builder.if_then(builder.and_(changed, lapsed)):
                self._drop(writer, queue, k)
        with writer.loop(self.layout.conditions) as k:
            writer.store(writer.load(terms, k), trigger_values, k)
        writer.finish()

    def _push(self, writer: Writer, memory: Memory, lane: Value, queue: Queue, k: Value) -> None:
        """Queue an event, with the values of the moment of its trigger."""
        builder, terms = writer.builder, memory.event_terms(lane)
        turn = builder.mul(k, writer.integer(2))
        delay = writer.load(terms, builder.add(turn, writer.integer(self.first_wait + 1)))
        known = builder.and_(writer.compare(">=", delay, writer.number(0.0)),
                             writer.compare("<", delay, writer.number(math.inf)))
        status = builder.select(known, memory.lane("event_status", lane), writer.integer(Status.NOT_FINITE))
        memory.set_lane("event_status", lane, status)
        count = writer.load(queue.count, 0, INTEGER)
        writer.store(builder.fadd(memory.lane("time", lane), delay), queue.time, count)
        writer.store(k, queue.event, count)
        own = writer.cell(queue.values, count, self.layout.most_values)
        first, size = self._places(writer)
        with writer.loop(size[k]) as j:
            writer.store(writer.load(terms, builder.add(first[k], j)), own, j)
        writer.store(builder.add(count, writer.integer(1)), queue.count)

    def _drop(self, writer: Writer, queue: Queue, k: Value) -> None:
        """Take all entries of an event out of the queue."""
        builder = writer.builder
        count = writer.load(queue.count, 0, INTEGER)
        writer.store(writer.integer(0), queue.count)
        with writer.loop(count) as r:
            other = builder.icmp_signed("!=", writer.load(queue.event, r, INTEGER), k)
            with builder.if_then(other):
                kept = writer.load(queue.count, 0, INTEGER)
                self._copy_entry(writer, queue, r, kept)
                writer.store(builder.add(kept, writer.integer(1)), queue.count)

    def _copy_entry(self, writer: Writer, queue: Queue, source: Value, target: Value) -> None:
        writer.store(writer.load(queue.time, source), queue.time, target)
        writer.store(writer.load(queue.event, source, INTEGER), queue.event, target)
        old, new = (writer.cell(queue.values, at, self.layout.most_values) for at in (source, target))
        with writer.loop(self.layout.most_values) as j:
            writer.store(writer.load(old, j), new, j)

    def _places(self, writer: Writer) -> tuple[Table, Table]:
        """For each event, the place of its first value among the event terms, and how many it has."""
        sizes = [len(event.values) for event in self.events]
        first = [self.first_value + sum(sizes[:k]) for k in range(len(sizes))]
        return Table(writer, "first_value", first), Table(writer, "size", sizes)

    # -- one event ---------------------------------------------------------------------------------

    def _write_choose_event(self) -> None:
        """``choose_event``: the event that goes first among those due, as a place in the queue, or -1.

        The highest priority goes first, and among equal ones a random one, as SBML has it; that depends on how many
        events the patient has had and on nothing else. Events without a priority go last, in the order in which they
        were set off.
        """
        writer, memory, lane = self._begin("choose_event")
        builder, queue = writer.builder, self._queue(memory, lane)
        ranked = Table(writer, "ranked", [event.priority is not None for event in self.events])
        executed = writer.load(memory.argument("executed_events"), memory.lane("patient", lane), INTEGER)
        memory.set_lane("chosen", lane, writer.integer(-1))
        with writer.loop(writer.load(queue.count, 0, INTEGER)) as r:
            k = writer.load(queue.event, r, INTEGER)
            at = builder.add(builder.mul(k, writer.integer(2)), writer.integer(self.first_wait))
            priority, has_one = writer.load(memory.event_terms(lane), at), writer.truth(ranked[k])
            known = builder.and_(has_one, writer.compare("==", priority, priority))
            priority = builder.select(known, priority, writer.number(-math.inf))
            rank = builder.select(has_one, _random_rank(writer, executed, k), writer.integer(0))
            best, first = memory.lane("best_priority", lane), memory.lane("best_rank", lane)
            tie = builder.and_(writer.compare("==", priority, best), builder.icmp_signed(">", rank, first))
            better = builder.or_(writer.compare(">", priority, best), tie)
            none_yet = builder.icmp_signed("<", memory.lane("chosen", lane), writer.integer(0))
            due = writer.compare("<=", writer.load(queue.time, r), memory.lane("time", lane))
            with builder.if_then(builder.and_(due, builder.or_(none_yet, better))):
                memory.set_lane("chosen", lane, r)
                memory.set_lane("best_priority", lane, priority)
                memory.set_lane("best_rank", lane, rank)
        writer.finish()

    def _write_execute_event(self) -> None:
        """``execute_event``: take the chosen event out of the queue and set what it sets, in the lane's row."""
        writer, memory, lane = self._begin("execute_event")
        builder, queue, row = writer.builder, self._queue(memory, lane), memory.row(lane)
        patient, chosen = memory.lane("patient", lane), memory.lane("chosen", lane)
        k = writer.load(queue.event, chosen, INTEGER)
        self._take_values(writer, memory, lane, queue, chosen)
        last = builder.sub(writer.load(queue.count, 0, INTEGER), writer.integer(1))
        with writer.loop(last, chosen) as r:
            self._copy_entry(writer, queue, builder.add(r, writer.integer(1)), r)
        writer.store(last, queue.count)
        executed = writer.cell(memory.argument("executed_events"), patient)
        writer.store(builder.add(writer.load(executed, 0, INTEGER), writer.integer(1)), executed)
        writer.store(k, memory.argument("last_event"), patient)
        sizes = [len(event.values) for event in self.events]
        targets = Table(writer, "target", [target for event in self.events for target in event.targets])
        first = Table(writer, "first_target", [sum(sizes[:k]) for k in range(len(sizes))])
        size = Table(writer, "size", sizes)
        with writer.loop(size[k]) as j:
            value = builder.fadd(writer.load(memory.chosen_values(lane), j), writer.number(0.0))  # no negative zero
            writer.store(value, row, targets[builder.add(first[k], j)])
        if self.resized:
            self._resize(writer, memory, lane)
        else:
            self._evaluate(writer, memory, lane)
        writer.finish()

    def _take_values(self, writer: Writer, memory: Memory, lane: Value, queue: Queue, chosen: Value) -> None:
        """The values of the chosen event: of its trigger or of now."""
        builder, terms = writer.builder, memory.event_terms(lane)
        k = writer.load(queue.event, chosen, INTEGER)
        early = writer.truth(Table(writer, "early", [event.values_from_trigger for event in self.events])[k])
        first, size = self._places(writer)
        kept = writer.cell(queue.values, chosen, self.layout.most_values)
        with writer.loop(size[k]) as j:
            now = writer.load(terms, builder.add(first[k], j))
            value = builder.select(early, writer.load(kept, j), now)
            self._refuse_infinite(writer, memory, lane, value)
            writer.store(value, memory.chosen_values(lane), j)

    def _refuse_infinite(self, writer: Writer, memory: Memory, lane: Value, value: Value) -> None:
        finite = writer.compare("<", writer.call("fabs", value), writer.number(math.inf))
        kept = memory.lane("event_status", lane)
        status = writer.builder.select(finite, kept, writer.integer(Status.NOT_FINITE))
        memory.set_lane("event_status", lane, status)

    def _resize(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """A concentration follows its compartment; also where the event set it: in terms of the size before."""
        builder, row = writer.builder, memory.row(lane)
        before, terms = memory.old_sizes(lane), memory.event_terms(lane)
        first = self.first_value + sum(len(event.values) for event in self.events)
        with writer.loop(len(self.resized)) as s:
            writer.store(writer.load(terms, builder.add(s, writer.integer(first))), before, s)
        self._evaluate(writer, memory, lane)
        states = Table(writer, "resized", self.resized)
        with writer.loop(len(self.resized)) as s:
            old, new = writer.load(before, s), writer.load(terms, builder.add(s, writer.integer(first)))
            with builder.if_then(writer.compare("!=", old, new)):
                value = builder.fmul(writer.load(row, states[s]), builder.fdiv(old, new))
                self._refuse_infinite(writer, memory, lane, value)
                writer.store(value, row, states[s])
        self._evaluate(writer, memory, lane)


def _random_rank(writer: Writer, executed: Value, k: Value) -> Value:
    """A number that looks random and follows from how many events were executed and from which one this is."""
    builder = writer.builder

    def constant(value: int) -> Value:
        return ir.Constant(INTEGER, value)

    z = builder.add(builder.shl(executed, constant(32)), builder.add(k, constant(1)))
    z = builder.mul(z, constant(MIX[0]))
    z = builder.mul(builder.xor(z, builder.lshr(z, constant(30))), constant(MIX[1]))
    z = builder.mul(builder.xor(z, builder.lshr(z, constant(27))), constant(MIX[2]))
    return builder.lshr(builder.xor(z, builder.lshr(z, constant(31))), constant(1))
