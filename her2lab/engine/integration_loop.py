"""The loop around the steps: each lane carries a patient from stop to stop and then takes the next one."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from her2lab.engine.lane_hooks import LaneHooks
from her2lab.engine.layout import Layout, Memory
from her2lab.engine.rosenbrock import DENSE, STAGES
from her2lab.engine.status import Status
from her2lab.engine.writer import INTEGER, POINTER, Table, Value, Writer, declare

FIRST_STEP = 1e-4
"""First step of a patient that has none yet, as a part of the way to its next stop."""
ROUNDING = 1e-15
"""A step below this part of the time, or of the way to go, is lost in rounding."""


class LaneCode(LaneHooks):
    """The lanes of any model: records, stops, patients, and what follows a step."""

    # -- records -----------------------------------------------------------------------------------

    def write_emit_record(self) -> None:
        """``emit_record``: write the lane's row, whose states are in place, as its next record."""
        writer, memory, lane = self._begin("emit_record")
        builder, row = writer.builder, memory.row(lane)
        if self.layout.delays:
            self._call("fill_delayed", writer)
        builder.call(self.observe, [row, writer.cell(memory.section("lane_moment"), lane)])
        record, patient = memory.lane("next_record", lane), memory.lane("patient", lane)
        count = memory.argument("output_count", INTEGER)
        line = builder.add(builder.mul(patient, memory.argument("record_count", INTEGER)), record)
        out = writer.cell(memory.argument("output"), builder.mul(line, count))
        index = memory.argument("output_index")
        with writer.loop(count) as i:
            value = writer.load(row, writer.load(index, i, INTEGER))
            writer.store(builder.fadd(value, writer.number(0.0)), out, i)  # no negative zero
        memory.set_lane("next_record", lane, builder.add(record, writer.integer(1)))
        writer.finish()

    def write_record(self) -> None:
        """``record``: all records inside the step just accepted, from the interpolant of the method."""
        writer, memory, lane = self._begin("record")
        builder = writer.builder
        time, used = memory.lane("time", lane), memory.lane("used", lane)
        reached = self._reached(writer, memory, lane)
        with writer.repeat() as after:
            moment = self._next_record(writer, memory, lane, after)
            late = builder.not_(writer.compare("<=", moment, reached))
            if self.layout.interrupted:
                late = builder.or_(late, self.defer_record(writer, memory, lane, moment, reached))
            writer.leave(after, late)
            memory.set_lane("moment", lane, moment)
            self._interpolate(writer, memory, lane, writer.divide(writer.subtract(moment, time), used))
            self._call("emit_record", writer)
        if self.layout.interrupted:
            self.move_to_event(writer, memory, lane)
        writer.finish()

    def _next_record(self, writer: Writer, memory: Memory, lane: Value, after: Any) -> Value:
        """Time of the lane's next record; leaves where there is none."""
        builder = writer.builder
        record, patient = memory.lane("next_record", lane), memory.lane("patient", lane)
        writer.leave(after, builder.icmp_signed(">=", record, memory.argument("record_count", INTEGER)))
        first = builder.mul(patient, memory.argument("record_stride", INTEGER))
        return writer.load(memory.argument("record_time"), builder.add(first, record))

    def _interpolate(
        self, writer: Writer, memory: Memory, lane: Value, s: Value, states: tuple[int, ...] | None = None
    ) -> None:
        """The states (default all) at part s of the step, into the lane's row."""
        row, lanes, n = memory.row(lane), self.layout.lanes, self.layout.states
        y, u, k = (self._state(writer, memory, name, lane) for name in ("y", "u", "k"))
        rest = writer.subtract(writer.number(1.0), s)
        chosen = None if states is None else Table(writer, "states", states)
        with writer.loop(n if states is None else len(states)) as number:
            i = number if chosen is None else chosen[number]
            at = writer.builder.mul(i, writer.integer(lanes))
            ks = [writer.load(writer.cell(k, j * n * lanes), at) for j in range(STAGES)]
            d1, d2, d3 = (self._weigh(writer, ks, weights) for weights in DENSE)
            bend = writer.add(d1, writer.multiply(s, writer.add(d2, writer.multiply(s, d3))))
            old, new = writer.load(y, at), writer.load(u, at)
            late = writer.multiply(s, writer.add(new, writer.multiply(rest, bend)))
            value = writer.add(writer.multiply(rest, old), late)
            if self.layout.interrupted:  # what stands still, such as the time of the next dose, keeps every bit
                flat = writer.compare("==", bend, writer.number(0.0))
                still = writer.builder.and_(writer.compare("==", old, new), flat)
                value = writer.builder.select(still, old, value)
            writer.store(value, row, i)

    def _weigh(self, writer: Writer, values: list[Value], weights: tuple[float, ...]) -> Value:
        total = writer.number(0.0)
        for value, weight in zip(values, weights, strict=True):
            total = writer.add(total, writer.multiply(value, writer.number(weight)))
        return total

    def _reached(self, writer: Writer, memory: Memory, lane: Value) -> Value:
        """Where the attempted step of the lane ends; exactly the stop if it is the last before it."""
        last = writer.truth(memory.lane("last", lane))
        end = writer.add(memory.lane("time", lane), memory.lane("used", lane))
        return writer.builder.select(last, memory.lane("stop", lane), end)

    # -- stops -------------------------------------------------------------------------------------

    def write_apply_stops(self) -> None:
        """``apply_stops``: stops due at or before the lane's time; a dose that lies before it was given already."""
        writer, memory, lane = self._begin("apply_stops")
        builder = writer.builder
        patient, time = memory.lane("patient", lane), memory.lane("time", lane)
        end = writer.load(memory.argument("stop_start"), builder.add(patient, writer.integer(1)), INTEGER)
        with writer.repeat() as after:
            at = memory.lane("next_stop", lane)
            writer.leave(after, builder.icmp_signed(">=", at, end))
            due = writer.load(memory.argument("stop_time"), at)
            writer.leave(after, writer.compare(">", due, time))
            target = writer.load(memory.argument("stop_target"), at, INTEGER)
            value = writer.load(memory.argument("stop_value"), at)
            now = writer.compare("==", due, time)
            if self.layout.interrupted:
                now = builder.and_(now, builder.icmp_signed(">=", at, memory.lane("stops_applied", lane)))
            is_state = builder.icmp_signed("<", target, writer.integer(self.layout.states))
            with builder.if_else(is_state) as (dose, rate):
                with dose, builder.if_then(now):
                    place = writer.cell(self._state(writer, memory, "y", lane), target, self.layout.lanes)
                    writer.store(builder.fadd(writer.load(place), value), place)
                    if self.layout.interrupted:
                        writer.store(writer.load(place), memory.row(lane), target)
                with rate:
                    self._set_rate(writer, memory, lane, patient, target, value)
            with builder.if_then(writer.compare("==", due, time)):
                memory.set_lane("restarted", lane, writer.integer(1))
                memory.set_lane("order", lane, writer.number(0.0))
            memory.set_lane("next_stop", lane, builder.add(at, writer.integer(1)))
        self._next_stop(writer, memory, lane, end)
        writer.finish()

    def _set_rate(
        self, writer: Writer, memory: Memory, lane: Value, patient: Value, target: Value, value: Value
    ) -> None:
        """The parameter's own value plus the infusion rate in force from here on."""
        builder, layout = writer.builder, self.layout
        index = builder.sub(target, writer.integer(layout.states + layout.observables))
        own = writer.cell(memory.argument("parameter"), patient, layout.parameters)
        writer.store(builder.fadd(writer.load(own, index), value), memory.row(lane), target)

    def _next_stop(self, writer: Writer, memory: Memory, lane: Value, end: Value) -> None:
        builder = writer.builder
        at, until = memory.lane("next_stop", lane), memory.lane("until", lane)
        memory.set_lane("stop", lane, until)
        with builder.if_then(builder.icmp_signed("<", at, end)):
            memory.set_lane("stop", lane, writer.smaller(until, writer.load(memory.argument("stop_time"), at)))
        hoisted, jumps = self._state(writer, memory, "hoisted", lane), memory.jumps(lane)
        now = self._state(writer, memory, "lane_time", lane)
        builder.call(self.hoist, [memory.row(lane), hoisted, jumps, now])
        with writer.loop(self.layout.jumps) as i:
            jump, stop = writer.load(jumps, i), memory.lane("stop", lane)
            ahead = writer.compare(">", jump, memory.lane("time", lane))
            memory.set_lane("stop", lane, builder.select(ahead, writer.smaller(jump, stop), stop))
        if "time_search" in self.functions:
            stop = self._state(writer, memory, "lane_stop", lane)
            builder.call(self.functions["time_search"], [memory.row(lane), now, stop])
        if self.layout.interrupted:
            self.stop_at_pending(writer, memory, lane)
        with builder.if_then(writer.truth(memory.lane("restarted", lane))):
            memory.set_lane("step", lane, memory.lane("restart", lane))

    # -- patients ----------------------------------------------------------------------------------

    def write_load_next(self) -> None:
        """``load_next``: give the lane its next patient that has somewhere to go, or none."""
        writer, memory, lane = self._begin("load_next")
        builder = writer.builder
        memory.set_lane("patient", lane, writer.integer(-1))
        memory.set_lane("attempts", lane, writer.integer(0))
        with writer.repeat() as after:
            cursor = memory.common("cursor")
            writer.leave(after, builder.icmp_signed(">=", cursor, memory.common("end")))
            memory.set_common("cursor", builder.add(cursor, writer.integer(1)))
            patient = writer.load(memory.argument("patients"), cursor, INTEGER)
            self._load_patient(writer, memory, lane, patient)
            if self.layout.interrupted:
                arrived = self.record_and_store(writer, memory, lane)
            else:
                self._record_here(writer, memory, lane)
                arrived = writer.compare(">=", memory.lane("time", lane), memory.lane("until", lane))
            with builder.if_then(builder.not_(arrived)):
                self._call("apply_stops", writer)
                self._first_step(writer, memory, lane)
            memory.set_lane("patient", lane, builder.select(arrived, writer.integer(-1), patient))
            writer.leave(after, builder.not_(arrived))
        free = builder.icmp_signed("<", memory.lane("patient", lane), writer.integer(0))
        with builder.if_then(free):
            memory.set_common("active_lanes", builder.sub(memory.common("active_lanes"), writer.integer(1)))
        writer.finish()

    def _load_patient(self, writer: Writer, memory: Memory, lane: Value, patient: Value) -> None:
        layout = self.layout
        state = writer.cell(memory.argument("state"), patient, layout.states)
        parameter = writer.cell(memory.argument("parameter"), patient, layout.parameters)
        row, y = memory.row(lane), self._state(writer, memory, "y", lane)
        with writer.loop(layout.states) as i:
            value = writer.load(state, i)
            writer.store(value, row, i)
            writer.store(value, writer.cell(y, i, layout.lanes))
        with writer.loop(layout.parameters) as i:
            writer.store(writer.load(parameter, i), writer.cell(row, layout.states + layout.observables), i)
        for name in ("time", "until", "step", "restart"):
            memory.set_lane(name, lane, writer.load(memory.argument(name), patient))
        memory.set_lane("patient", lane, patient)
        memory.set_lane("next_stop", lane, writer.load(memory.argument("stop_start"), patient, INTEGER))
        for name in ("next_record", "attempts", "restarted", "rejected"):
            memory.set_lane(name, lane, writer.integer(0))
        if layout.interrupted:
            self.restore_event_state(writer, memory, lane, patient)

    def _record_here(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Records due where the patient stands, before any dose of that moment."""
        time = memory.lane("time", lane)
        memory.set_lane("moment", lane, time)
        with writer.repeat() as after:
            moment = self._next_record(writer, memory, lane, after)
            writer.leave(after, writer.builder.not_(writer.compare("<=", moment, time)))
            self._call("emit_record", writer)

    def _first_step(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """A step for a patient that has none: a small part of the way to its next stop."""
        way = writer.subtract(memory.lane("stop", lane), memory.lane("time", lane))
        guess = writer.multiply(way, writer.number(FIRST_STEP))
        for name in ("step", "restart"):
            kept = memory.lane(name, lane)
            known = writer.compare(">", kept, writer.number(0.0))
            memory.set_lane(name, lane, writer.builder.select(known, kept, guess))

    def write_release(self) -> None:
        """``release``: hand the patient back with the status left in ``last``, and admit the next."""
        writer, _, _ = self._begin("release")
        self._call("store", writer)
        self._call("load_next", writer)
        writer.finish()

    def write_store(self) -> None:
        """``store``: hand the patient back with the status left in ``last``."""
        writer, memory, lane = self._begin("store")
        layout, builder = self.layout, writer.builder
        patient = memory.lane("patient", lane)
        state = writer.cell(memory.argument("state"), patient, layout.states)
        y = self._state(writer, memory, "y", lane)
        with writer.loop(layout.states) as i:
            value = writer.load(writer.cell(y, i, layout.lanes))
            writer.store(builder.fadd(value, writer.number(0.0)), state, i)  # no negative zero
        for name in ("time", "step", "restart"):
            writer.store(memory.lane(name, lane), memory.argument(name), patient)
        writer.store(memory.lane("last", lane), memory.argument("status"), patient)
        steps = writer.cell(memory.argument("steps"), patient)
        done = builder.add(builder.load(steps, typ=INTEGER), memory.lane("attempts", lane))
        builder.store(done, steps)
        if layout.interrupted:
            self.save_event_state(writer, memory, lane, patient)
        writer.finish()

    # -- after a step ------------------------------------------------------------------------------

    def write_advance(self) -> None:
        """``advance``: after an attempt, move on in time, stop, or give up."""
        writer, memory, lane = self._begin("advance")
        builder = writer.builder
        attempts = builder.add(memory.lane("attempts", lane), writer.integer(1))
        memory.set_lane("attempts", lane, attempts)
        accepted = writer.truth(memory.lane("accepted", lane))
        with builder.if_else(accepted) as (moved, stayed):
            with moved:
                if self.layout.interrupted:
                    self.move_or_settle(writer, memory, lane)
                else:
                    self._move(writer, memory, lane)
            with stayed:
                self._check_step(writer, memory, lane)
        same = builder.icmp_signed("==", memory.lane("attempts", lane), attempts)
        many = builder.icmp_signed(">=", attempts, memory.argument("max_steps", INTEGER))
        with builder.if_then(builder.and_(same, many)):
            self._release(writer, memory, lane, writer.integer(Status.TOO_MANY_STEPS))
        if self.layout.interrupted:
            self.give_up_room(writer, memory, lane)
        writer.finish()

    def _move(self, writer: Writer, memory: Memory, lane: Value) -> None:
        builder = writer.builder
        memory.set_lane("time", lane, self._reached(writer, memory, lane))
        with builder.if_then(writer.truth(memory.lane("restarted", lane))):
            memory.set_lane("restart", lane, memory.lane("next_step", lane))
            memory.set_lane("restarted", lane, writer.integer(0))
        with builder.if_then(writer.truth(memory.lane("last", lane))):
            arrived = writer.compare(">=", memory.lane("time", lane), memory.lane("until", lane))
            with builder.if_else(arrived) as (home, stop):
                with home:
                    self._release(writer, memory, lane, writer.integer(Status.OK))
                with stop:
                    memory.set_lane("restarted", lane, writer.integer(1))
                    self._call("apply_stops", writer)

    def _check_step(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """Give up where the next step would be lost in rounding."""
        builder = writer.builder
        time, until = memory.lane("time", lane), memory.lane("until", lane)
        extent = writer.larger(writer.call("fabs", time), writer.subtract(until, time))
        smallest = writer.multiply(extent, writer.number(ROUNDING))
        with builder.if_then(writer.compare("<", memory.lane("step", lane), smallest)):
            error = memory.lane("error", lane)
            finite = writer.compare("<", error, writer.number(float("inf")))
            statuses = writer.integer(Status.STEP_TOO_SMALL), writer.integer(Status.NOT_FINITE)
            self._release(writer, memory, lane, builder.select(finite, *statuses))

    def _release(self, writer: Writer, memory: Memory, lane: Value, status: Value) -> None:
        memory.set_lane("last", lane, status)
        self._call("release", writer)


def write_integrate(module: ir.Module, layout: Layout, functions: dict[str, Any]) -> None:
    """``integrate(arguments, first, end, work)``: advance the patients listed from first up to before end."""
    function = declare(module, "integrate", [POINTER, INTEGER, INTEGER, POINTER], export=True)
    arguments, first, end, work = function.args
    writer = Writer(function, 1)
    memory, builder = Memory(writer, layout, work, arguments), writer.builder
    memory.set_common("cursor", first)
    memory.set_common("end", end)
    memory.set_common("active_lanes", writer.integer(layout.lanes))
    with writer.loop(layout.lanes) as lane:
        builder.call(functions["load_next"], [arguments, work, lane])
    tolerances = memory.argument("relative"), memory.argument("absolute")
    with writer.repeat() as after:
        writer.leave(after, builder.icmp_signed("<=", memory.common("active_lanes"), writer.integer(0)))
        builder.call(functions["choose_step"], [work])
        builder.call(functions["attempt_step"], [arguments, work, *tolerances])
        builder.call(functions["control_step"], [work])
        with writer.loop(layout.lanes) as lane:
            accepted = writer.truth(memory.lane("accepted", lane))
            busy = builder.icmp_signed(">=", memory.lane("patient", lane), writer.integer(0))
            with builder.if_then(builder.and_(busy, accepted)):
                if layout.interrupted:
                    builder.call(functions["detect_events"], [arguments, work, lane])
                if layout.delays:
                    builder.call(functions["keep_step"], [arguments, work, lane])
                builder.call(functions["record"], [arguments, work, lane])
        builder.call(functions["accept_step"], [work])
        with writer.loop(layout.lanes) as lane:
            busy = builder.icmp_signed(">=", memory.lane("patient", lane), writer.integer(0))
            with builder.if_then(busy):
                builder.call(functions["advance"], [arguments, work, lane])
    writer.finish()
