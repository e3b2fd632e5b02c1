"""Event detection, as compiled code: it stops a lane at the moment at which a trigger changes.

After each accepted step the triggers are looked at along the interpolant; where one differs from what it was, the
moment is found by bisection, and what happens there is the matter of :mod:`her2lab.engine.event_queue`. A model without
events contains none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from her2lab.engine.delays import HistoryCode
from her2lab.engine.equations import Event
from her2lab.engine.layout import Memory
from her2lab.engine.model_code import ModelCode
from her2lab.engine.status import QUEUE_FULL
from her2lab.engine.writer import DOUBLE, INTEGER, POINTER, Value, Writer, declare

SAMPLES_PER_STEP = 16
"""Moments of a step at which triggers are looked at; a trigger may be true for less than this part of a step unseen,
unless it depends on time alone, whose changes are stops."""
SAMPLES_BETWEEN_STOPS = 2
"""The same where all triggers keep their values between two stops: rounding may move a change to just after one."""
EVENT_TIME_PRECISION = 1e-13
"""Width, as a part of the step, at which the search for the moment of a trigger ends."""


def write_conditions(code: ModelCode, module: ir.Module) -> Any:
    """``conditions(row, time, out)``: each trigger and comparison as 1 or 0, then the root functions."""
    function = declare(module, "conditions", [POINTER] * 3)
    row, time, out = function.args
    writer = Writer(function, 1)
    straight = code.row_code(writer, row, time)
    for i, condition in enumerate(code.equations.conditions):
        writer.store(straight.value(code.equations.graph.amount(condition)), out, i)
    for i, root in enumerate(code.equations.root_functions):
        writer.store(straight.value(root), out, len(code.equations.conditions) + i)
    writer.finish()
    return function


@dataclass
class EventLaneCode(HistoryCode):
    """The lanes of a model with events.

    Attributes
    ----------
    events : those of the model.
    watched_states : the states that triggers depend on.
    resized : the concentrations whose compartment an event may resize.
    delayed : for each delay the state, and its place among those whose past is kept.
    """

    events: tuple[Event, ...]
    watched_states: tuple[int, ...]
    resized: tuple[int, ...]
    delayed: tuple[tuple[int, int], ...] = ()

    @property
    def samples(self) -> int:
        """Moments of a step at which triggers are looked at."""
        return SAMPLES_PER_STEP if self.layout.root_functions else SAMPLES_BETWEEN_STOPS

    def write_detect_events(self) -> None:
        """``detect_events``: find the first change of a trigger in the step just accepted, its beginning included."""
        writer, memory, lane = self._begin("detect_events")
        builder = writer.builder
        reached = self._reached(writer, memory, lane)
        time, used = memory.lane("time", lane), memory.lane("used", lane)
        memory.set_lane("at_event", lane, writer.integer(0))
        memory.set_lane("sample", lane, writer.integer(0))
        memory.set_lane("before_event", lane, time)
        with writer.repeat() as after:
            sample = memory.lane("sample", lane)
            part = writer.multiply(builder.sitofp(sample, DOUBLE), writer.number(1.0 / self.samples))
            inside = writer.smaller(writer.add(time, writer.multiply(part, used)), reached)
            at_end = builder.icmp_signed(">=", sample, writer.integer(self.samples))
            moment = builder.select(at_end, reached, inside)
            memory.set_lane("event_time", lane, moment)
            differs = self._differs(writer, memory, lane, moment, reached)
            memory.set_lane("at_event", lane, builder.zext(differs, INTEGER))
            if self.layout.root_functions:
                with builder.if_then(builder.not_(differs)):
                    self._sample_between(writer, memory, lane, reached)
            writer.leave(after, builder.or_(writer.truth(memory.lane("at_event", lane)), at_end))
            memory.set_lane("before_event", lane, moment)
            memory.set_lane("sample", lane, builder.add(sample, writer.integer(1)))
        with builder.if_then(writer.truth(memory.lane("at_event", lane))):
            self._bisect(writer, memory, lane, reached)
        writer.finish()

    def _sample_between(self, writer: Writer, memory: Memory, lane: Value, reached: Value) -> None:
        """Look also where a root, as a parabola through the last three moments, passes zero and comes back."""
        builder, layout = writer.builder, self.layout
        root_functions, trial_values = memory.root_functions(lane), memory.trial_values(lane)
        moment = memory.lane("event_time", lane)
        spacing = writer.multiply(memory.lane("used", lane), writer.number(1.0 / self.samples))
        with writer.loop(layout.root_functions) as i:
            old, middle, new = (writer.cell(root_functions, k * layout.root_functions) for k in range(3))
            writer.store(writer.load(middle, i), old, i)
            writer.store(writer.load(new, i), middle, i)
            writer.store(writer.load(trial_values, builder.add(i, writer.integer(layout.conditions))), new, i)
        known = builder.icmp_signed(">=", memory.lane("sample", lane), writer.integer(2))
        with builder.if_then(known), writer.loop(layout.root_functions) as i:
            cells = [writer.cell(root_functions, k * layout.root_functions) for k in range(3)]
            old, middle, new = (writer.load(cell, i) for cell in cells)
            half = writer.number(0.5)
            slope = writer.multiply(half, writer.subtract(new, old))
            bend = writer.subtract(writer.add(new, old), writer.add(middle, middle))
            top = writer.divide(builder.fneg(slope), bend)
            value = writer.add(middle, writer.multiply(half, writer.multiply(slope, top)))
            inside = writer.compare("<", writer.call("fabs", top), writer.number(1.0))
            crossed = writer.compare("<=", writer.multiply(value, middle), writer.number(0.0))
            with builder.if_then(builder.and_(inside, crossed)):
                back = writer.multiply(spacing, writer.subtract(top, writer.number(1.0)))
                self._sample_at(writer, memory, lane, writer.add(moment, back), reached)
        with builder.if_then(writer.truth(memory.lane("at_event", lane))):
            start = writer.subtract(moment, writer.add(spacing, spacing))
            memory.set_lane("before_event", lane, writer.larger(start, memory.lane("time", lane)))

    def _sample_at(self, writer: Writer, memory: Memory, lane: Value, moment: Value, reached: Value) -> None:
        """Halt at this moment if a trigger differs there and none did at an earlier one."""
        builder = writer.builder
        moment = writer.larger(moment, memory.lane("time", lane))
        differs = self._differs(writer, memory, lane, moment, reached)
        sooner = builder.and_(differs, writer.compare("<", moment, memory.lane("event_time", lane)))
        with builder.if_then(sooner):
            memory.set_lane("event_time", lane, moment)
            memory.set_lane("at_event", lane, writer.integer(1))

    def _bisect(self, writer: Writer, memory: Memory, lane: Value, reached: Value) -> None:
        """Narrow ``before`` and ``halt`` down to the change between them."""
        builder = writer.builder
        narrow = writer.multiply(memory.lane("used", lane), writer.number(EVENT_TIME_PRECISION))
        with writer.repeat() as after:
            before, halt = memory.lane("before_event", lane), memory.lane("event_time", lane)
            width = writer.subtract(halt, before)
            middle = writer.add(before, writer.multiply(width, writer.number(0.5)))
            outside = builder.or_(writer.compare("<=", middle, before), writer.compare(">=", middle, halt))
            writer.leave(after, builder.or_(outside, writer.compare("<=", width, narrow)))
            differs = self._differs(writer, memory, lane, middle, reached)
            memory.set_lane("event_time", lane, builder.select(differs, middle, halt))
            memory.set_lane("before_event", lane, builder.select(differs, before, middle))

    def _differs(self, writer: Writer, memory: Memory, lane: Value, moment: Value, reached: Value) -> Value:
        """Whether some trigger at a moment of the step is not what it was; leaves the states in the row."""
        builder = writer.builder
        self._interpolate(writer, memory, lane, self._part(writer, memory, lane, moment, reached), self.watched_states)
        memory.set_lane("moment", lane, moment)
        if self.layout.delays:
            self._call("fill_delayed", writer)
        trial_values, trigger_values = memory.trial_values(lane), memory.trigger_values(lane)
        clock = writer.cell(memory.section("lane_moment"), lane)
        builder.call(self.functions["conditions"], [memory.row(lane), clock, trial_values])
        memory.set_lane("differs", lane, writer.integer(0))
        with writer.loop(self.layout.conditions) as i:
            now, last = writer.load(trial_values, i), writer.load(trigger_values, i)
            unlike = builder.zext(writer.compare("!=", now, last), INTEGER)
            memory.set_lane("differs", lane, builder.or_(memory.lane("differs", lane), unlike))
        return writer.truth(memory.lane("differs", lane))

    def _part(self, writer: Writer, memory: Memory, lane: Value, moment: Value, reached: Value) -> Value:
        """A moment as a part of the step; exact at both ends."""
        part = writer.divide(writer.subtract(moment, memory.lane("time", lane)), memory.lane("used", lane))
        at_end = writer.compare(">=", moment, reached)
        return writer.builder.select(at_end, writer.number(1.0), part)

    # -- hooks of the loop -------------------------------------------------------------------------

    def defer_record(self, writer: Writer, memory: Memory, lane: Value, moment: Value, reached: Value) -> Value:
        """Records at an event, or at a stop, are taken after what happens there."""
        builder = writer.builder
        at_event = writer.truth(memory.lane("at_event", lane))
        at_event = builder.and_(at_event, writer.compare(">=", moment, memory.lane("event_time", lane)))
        at_stop = builder.and_(writer.truth(memory.lane("last", lane)), writer.compare(">=", moment, reached))
        return builder.or_(at_event, at_stop)

    def move_to_event(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Put the state at the event, if there is one, in place of that at the end of the step."""
        u = self._state(writer, memory, "u", lane)
        with writer.builder.if_then(writer.truth(memory.lane("at_event", lane))):
            reached = self._reached(writer, memory, lane)
            part = self._part(writer, memory, lane, memory.lane("event_time", lane), reached)
            self._interpolate(writer, memory, lane, part)
            with writer.loop(self.layout.states) as i:
                writer.store(writer.load(memory.row(lane), i), writer.cell(u, i, self.layout.lanes))

    def restore_event_state(self, writer: Writer, memory: Memory, lane: Value, patient: Value) -> None:
        """Take up a patient where it stands among its events, with the infusions in force, and carry out those due."""
        builder = writer.builder
        for name in ("next_record", "stops_applied"):
            memory.set_lane(name, lane, writer.load(memory.argument(name), patient, INTEGER))
        restarted = writer.compare("==", memory.lane("step", lane), memory.lane("restart", lane))
        memory.set_lane("restarted", lane, builder.zext(restarted, INTEGER))
        known = writer.cell(memory.argument("trigger_values"), patient, self.layout.conditions)
        with writer.loop(self.layout.conditions) as i:
            writer.store(writer.load(known, i), memory.trigger_values(lane), i)
        memory.set_lane("order", lane, writer.load(memory.argument("order"), patient))
        self._pass_stops(writer, memory, lane, patient)
        self._call("process_events", writer)

    def _pass_stops(self, writer: Writer, memory: Memory, lane: Value, patient: Value) -> None:
        """Set the infusion rates that began before the patient's time."""
        builder = writer.builder
        end = writer.load(memory.argument("stop_start"), builder.add(patient, writer.integer(1)), INTEGER)
        with writer.repeat() as after:
            at = memory.lane("next_stop", lane)
            writer.leave(after, builder.icmp_signed(">=", at, end))
            due = writer.load(memory.argument("stop_time"), at)
            writer.leave(after, writer.compare(">=", due, memory.lane("time", lane)))
            target = writer.load(memory.argument("stop_target"), at, INTEGER)
            is_rate = builder.icmp_signed(">=", target, writer.integer(self.layout.states))
            with builder.if_then(is_rate):
                value = writer.load(memory.argument("stop_value"), at)
                self._set_rate(writer, memory, lane, patient, target, value)
            memory.set_lane("next_stop", lane, builder.add(at, writer.integer(1)))

    def save_event_state(self, writer: Writer, memory: Memory, lane: Value, patient: Value) -> None:
        """Hand back where a patient stands among its records, doses and triggers."""
        writer.store(memory.lane("next_record", lane), memory.argument("next_record"), patient)
        writer.store(memory.lane("next_stop", lane), memory.argument("stops_applied"), patient)
        writer.store(memory.lane("order", lane), memory.argument("order"), patient)
        kept = writer.cell(memory.argument("trigger_values"), patient, self.layout.conditions)
        with writer.loop(self.layout.conditions) as i:
            writer.store(writer.load(memory.trigger_values(lane), i), kept, i)

    def record_and_store(self, writer: Writer, memory: Memory, lane: Value) -> Value:
        """Records where a patient stands, after its events; whether it goes no further and was handed back."""
        builder, status = writer.builder, memory.lane("event_status", lane)
        with builder.if_then(builder.not_(writer.truth(status))):  # else some events of this moment are still to come
            self._record_here(writer, memory, lane)
        arrived = writer.compare(">=", memory.lane("time", lane), memory.lane("until", lane))
        done = builder.or_(arrived, writer.truth(status))
        with builder.if_then(done):
            memory.set_lane("last", lane, status)
            self._call("store", writer)
        return done

    def stop_at_pending(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Stop where a delayed event is due."""
        builder, patient = writer.builder, memory.lane("patient", lane)
        first = builder.mul(patient, memory.argument("queue_size", INTEGER))
        times = writer.cell(memory.argument("pending_time"), first)
        with writer.loop(writer.load(memory.argument("pending_count"), patient, INTEGER)) as r:
            memory.set_lane("stop", lane, writer.smaller(writer.load(times, r), memory.lane("stop", lane)))
        if self.layout.delays:
            self._call("stop_at_kinks", writer)

    def move_or_settle(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """After an accepted step, move on, and carry out the events due there."""
        builder = writer.builder
        with builder.if_else(writer.truth(memory.lane("at_event", lane))) as (event, none):
            with event:
                memory.set_lane("time", lane, memory.lane("event_time", lane))
                self._settle(writer, memory, lane)
            with none:
                memory.set_lane("time", lane, self._reached(writer, memory, lane))
                with builder.if_then(writer.truth(memory.lane("restarted", lane))):
                    memory.set_lane("restart", lane, memory.lane("next_step", lane))
                    memory.set_lane("restarted", lane, writer.integer(0))
                with builder.if_then(writer.truth(memory.lane("last", lane))):
                    memory.set_lane("restarted", lane, writer.integer(1))
                    self.arrive_at_kink(writer, memory, lane)
                    self._settle(writer, memory, lane)

    def _settle(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Events of this moment, then records, then doses."""
        builder = writer.builder
        self._call("process_events", writer)
        status = memory.lane("event_status", lane)
        failed = writer.truth(status)
        with builder.if_then(builder.not_(failed)):
            self._record_here(writer, memory, lane)
        arrived = writer.compare(">=", memory.lane("time", lane), memory.lane("until", lane))
        with builder.if_else(builder.or_(failed, arrived)) as (done, onward):
            with done:
                self._release(writer, memory, lane, status)
            with onward:
                self._call("apply_stops", writer)

    def give_up_room(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """After an attempt, hand back a patient for whose past there is no more room."""
        if self.layout.delays:
            self.leave_if_full(writer, memory, lane, QUEUE_FULL)
