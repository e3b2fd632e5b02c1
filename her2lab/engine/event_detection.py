"""Event detection, as compiled code: it stops a lane at the moment at which a trigger changes.

After each accepted step the triggers are looked at along the interpolant; where one differs from what it was, the
moment is found by bisection and the patient is handed back there. What events do is computed here for plain rows, and
carried out by :mod:`her2lab.engine.event_queue`. A model without events contains none of this.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from her2lab.engine.integration_loop import LaneCode
from her2lab.engine.layout import Memory
from her2lab.engine.model_code import ModelCode
from her2lab.engine.status import AT_EVENT
from her2lab.engine.writer import DOUBLE, INTEGER, POINTER, Value, Writer, declare

SAMPLES_PER_STEP = 16
"""Moments of a step at which triggers are looked at; a trigger may be true for less than this part of a step unseen,
unless it depends on time alone, whose changes are stops."""
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


def write_event_rows(code: ModelCode, module: ir.Module, conditions: Any) -> None:
    """``event_rows(count, rows, times, out)``: all that events depend on, in the order of `Equations.event_terms`."""
    function = declare(module, "event_rows", [INTEGER] + [POINTER] * 3, export=True)
    count, rows, times, out = function.args
    writer = Writer(function, 1)
    first, rest = len(code.equations.conditions) + len(code.equations.root_functions), code.equations.event_terms
    with writer.loop(count) as i:
        row, time = writer.cell(rows, i, code.layout.row), writer.cell(times, i)
        own = writer.cell(out, i, first + len(rest))
        writer.builder.call(conditions, [row, time, own])  # the very code of the search, to the last bit
        straight = code.row_code(writer, row, time)
        for j, a in enumerate(rest):
            writer.store(straight.value(a), own, first + j)
    writer.finish()


class EventLaneCode(LaneCode):
    """The lanes of a model with events."""

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
            part = writer.multiply(builder.sitofp(sample, DOUBLE), writer.number(1.0 / SAMPLES_PER_STEP))
            inside = writer.smaller(writer.add(time, writer.multiply(part, used)), reached)
            at_end = builder.icmp_signed(">=", sample, writer.integer(SAMPLES_PER_STEP))
            moment = builder.select(at_end, reached, inside)
            memory.set_lane("event_time", lane, moment)
            differs = self._differs(writer, memory, lane, moment, reached)
            memory.set_lane("at_event", lane, builder.zext(differs, INTEGER))
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
        spacing = writer.multiply(memory.lane("used", lane), writer.number(1.0 / SAMPLES_PER_STEP))
        with writer.loop(layout.root_functions) as i:
            old, middle, new = (writer.cell(root_functions, k * layout.root_functions) for k in range(3))
            writer.store(writer.load(middle, i), old, i)
            writer.store(writer.load(new, i), middle, i)
            writer.store(writer.load(trial_values, builder.add(i, writer.integer(layout.events))), new, i)
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
        self._place(writer, memory, lane, moment, reached)
        memory.set_lane("moment", lane, moment)
        trial_values, trigger_values = memory.trial_values(lane), memory.trigger_values(lane)
        clock = writer.cell(memory.section("lane_moment"), lane)
        builder.call(self.functions["conditions"], [memory.row(lane), clock, trial_values])
        memory.set_lane("differs", lane, writer.integer(0))
        with writer.loop(self.layout.events) as i:
            now, last = writer.load(trial_values, i), writer.load(trigger_values, i)
            unlike = builder.zext(writer.compare("!=", now, last), INTEGER)
            memory.set_lane("differs", lane, builder.or_(memory.lane("differs", lane), unlike))
        return writer.truth(memory.lane("differs", lane))

    def _place(self, writer: Writer, memory: Memory, lane: Value, moment: Value, reached: Value) -> None:
        """The states at a moment of the step, into the lane's row; exact at both ends."""
        part = writer.divide(writer.subtract(moment, memory.lane("time", lane)), memory.lane("used", lane))
        at_end = writer.compare(">=", moment, reached)
        self._interpolate(writer, memory, lane, writer.builder.select(at_end, writer.number(1.0), part))

    # -- hooks of the driver -----------------------------------------------------------------------

    def defer_record(self, writer: Writer, memory: Memory, lane: Value, moment: Value, reached: Value) -> Value:
        """Records at an event, or where the patient will be handed back, are taken after what happens there."""
        builder = writer.builder
        at_event = writer.truth(memory.lane("at_event", lane))
        home = writer.compare(">=", reached, memory.lane("until", lane))
        at_event = builder.and_(at_event, writer.compare(">=", moment, memory.lane("event_time", lane)))
        return builder.or_(at_event, builder.and_(home, writer.compare(">=", moment, reached)))

    def move_to_event(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Put the state at the event, if there is one, in place of that at the end of the step."""
        u = self._state(writer, memory, "u", lane)
        with writer.builder.if_then(writer.truth(memory.lane("at_event", lane))):
            reached = self._reached(writer, memory, lane)
            self._place(writer, memory, lane, memory.lane("event_time", lane), reached)
            with writer.loop(self.layout.states) as i:
                writer.store(writer.load(memory.row(lane), i), writer.cell(u, i, self.layout.lanes))

    def restore_event_state(self, writer: Writer, memory: Memory, lane: Value, patient: Value) -> None:
        """Take up a patient where it stood before an event."""
        for name in ("next_record", "stops_applied"):
            memory.set_lane(name, lane, writer.load(memory.argument(name), patient, INTEGER))
        restarted = writer.compare("==", memory.lane("step", lane), memory.lane("restart", lane))
        memory.set_lane("restarted", lane, writer.builder.zext(restarted, INTEGER))
        known = writer.cell(memory.argument("trigger_values"), patient, self.layout.events)
        with writer.loop(self.layout.events) as i:
            writer.store(writer.load(known, i), memory.trigger_values(lane), i)

    def save_event_state(self, writer: Writer, memory: Memory, lane: Value, patient: Value) -> None:
        """Hand back what a patient needs to go on after an event, and the infusion rates in force."""
        layout = self.layout
        writer.store(memory.lane("next_record", lane), memory.argument("next_record"), patient)
        writer.store(memory.lane("next_stop", lane), memory.argument("stops_applied"), patient)
        effective_parameter = writer.cell(memory.argument("effective_parameter"), patient, layout.parameters)
        own = writer.cell(memory.row(lane), layout.states + layout.observables)
        with writer.loop(layout.parameters) as i:
            writer.store(writer.load(own, i), effective_parameter, i)

    def advance_or_stop(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """After an accepted step, hand the patient back at an event, or move on."""
        at_event = writer.truth(memory.lane("at_event", lane))
        with writer.builder.if_else(at_event) as (stop, go):
            with stop:
                memory.set_lane("time", lane, memory.lane("event_time", lane))
                self._release(writer, memory, lane, writer.integer(AT_EVENT))
            with go:
                self._move(writer, memory, lane)
