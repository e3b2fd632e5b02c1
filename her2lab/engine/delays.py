"""Delays, as compiled code: what states were a while ago, from the interpolants of the steps taken.

Each accepted step is kept with its interpolant for the states that are asked for later. A step is never longer than the
shortest delay, so that what it asks for is known. Where the solution has a kink (its start, a dose, an event, a jump of
the rates), it has one again a delay later, one order smoother: those moments are stops too, up to the method's order.
"""

from __future__ import annotations

from her2lab.engine.integration_loop import LaneCode
from her2lab.engine.layout import RECORD, Memory
from her2lab.engine.rosenbrock import DENSE, ORDER, STAGES
from her2lab.engine.writer import INTEGER, Table, Value, Writer

SMOOTH = 99.0
"""Order of a place at which the solution has no kink."""
NEARLY = 0.99
"""A step may be this part of the shortest delay, and a hundredth longer to end at a stop."""
SHIFT = 1e-15
"""Part of the time by which a question for the past moves to the inside of the step, away from a kink at its end."""


class HistoryCode(LaneCode):
    """Writes the functions that keep the past of a lane's patient and look into it."""

    delayed: tuple[tuple[int, int], ...] = ()
    """For each delay the state, and the place of that state among those that are kept."""

    @property
    def kept_states(self) -> list[int]:
        """The states whose past is kept."""
        return sorted({state for state, _ in self.delayed})

    def _history(self, memory: Memory, lane: Value) -> tuple[Value, Value]:
        """Addresses of the patient's first record and of the number of records."""
        patient, writer = memory.lane("patient", lane), memory.writer
        first = writer.builder.mul(patient, memory.argument("history_size", INTEGER))
        records = writer.cell(memory.argument("history"), first, self.layout.record)
        return records, writer.cell(memory.argument("history_count"), patient)

    # -- the past ----------------------------------------------------------------------------------

    def write_fill_delayed(self) -> None:
        """``fill_delayed``: delayed states and their slopes at the lane's ``moment``, for the step and in the row."""
        writer, memory, lane = self._begin("fill_delayed")
        builder, layout = writer.builder, self.layout
        delays = layout.delays
        place = Table(writer, "place", [kept for _, kept in self.delayed])
        in_row = writer.cell(memory.row(lane), layout.states + layout.observables + layout.parameters)
        in_step = self._state(writer, memory, "delayed", lane)
        busy = builder.icmp_signed(">=", memory.lane("patient", lane), writer.integer(0))
        with builder.if_then(busy), writer.loop(delays) as j:
            moment = memory.lane("moment", lane)
            nudge = writer.multiply(writer.number(SHIFT), writer.call("fabs", moment))
            early = writer.compare("<", moment, memory.lane("middle", lane))
            moment = writer.add(moment, builder.select(early, nudge, builder.fneg(nudge)))
            then = writer.subtract(moment, writer.load(memory.delays(lane), j))
            value, slope = self._look_back(writer, memory, lane, then, place[j])
            for at, number in ((j, value), (builder.add(j, writer.integer(delays)), slope)):
                writer.store(number, in_row, at)
                writer.store(number, writer.cell(in_step, at, layout.lanes))
        writer.finish()

    def _look_back(self, writer: Writer, memory: Memory, lane: Value, then: Value, place: Value) -> tuple[Value, Value]:
        """Value and slope of a kept state at a moment that has passed; the value at the start before it."""
        builder = writer.builder
        records, count = self._history(memory, lane)
        memory.set_lane("low", lane, writer.integer(0))
        memory.set_lane("high", lane, writer.load(count, 0, INTEGER))
        with writer.repeat() as after:  # the number of records that begin no later
            low, high = memory.lane("low", lane), memory.lane("high", lane)
            writer.leave(after, builder.icmp_signed(">=", low, high))
            half = builder.ashr(builder.add(low, high), writer.integer(1))
            begun = writer.compare("<=", writer.load(writer.cell(records, half, self.layout.record)), then)
            memory.set_lane("low", lane, builder.select(begun, builder.add(half, writer.integer(1)), low))
            memory.set_lane("high", lane, builder.select(begun, high, half))
        before = builder.icmp_signed("<=", memory.lane("low", lane), writer.integer(0))
        index = builder.select(before, writer.integer(0), builder.sub(memory.lane("low", lane), writer.integer(1)))
        record = writer.cell(records, index, self.layout.record)
        begin, end, used = (writer.load(record, i) for i in range(3))
        s = writer.divide(writer.subtract(writer.smaller(then, end), begin), used)
        own = writer.cell(record, builder.add(builder.mul(place, writer.integer(5)), writer.integer(RECORD)))
        old, new, d1, d2, d3 = (writer.load(own, i) for i in range(5))
        one = writer.number(1.0)
        rest = writer.subtract(one, s)
        bend = writer.add(d1, writer.multiply(s, writer.add(d2, writer.multiply(s, d3))))
        bend_slope = writer.add(d2, writer.multiply(writer.add(s, s), d3))
        late = writer.multiply(s, writer.add(new, writer.multiply(rest, bend)))
        value = writer.add(writer.multiply(rest, old), late)
        turn = writer.add(writer.multiply(writer.subtract(rest, s), bend),
                          writer.multiply(writer.multiply(s, rest), bend_slope))
        slope = writer.divide(writer.add(writer.subtract(new, old), turn), used)
        origin = writer.cell(memory.argument("origin"), memory.lane("patient", lane), len(self.kept_states))
        value = builder.select(before, writer.load(origin, place), value)
        return value, builder.select(before, writer.number(0.0), slope)

    def write_keep_step(self) -> None:
        """``keep_step``: add the step just accepted, up to the event in it if there is one, to the past."""
        writer, memory, lane = self._begin("keep_step")
        builder, lanes, n = writer.builder, self.layout.lanes, self.layout.states
        records, count = self._history(memory, lane)
        number = writer.load(count, 0, INTEGER)
        record = writer.cell(records, number, self.layout.record)
        reached = self._reached(writer, memory, lane)
        end = builder.select(writer.truth(memory.lane("at_event", lane)), memory.lane("event_time", lane), reached)
        head = (memory.lane("time", lane), end, memory.lane("used", lane), memory.lane("order", lane))
        for i, value in enumerate(head):
            writer.store(value, record, i)
        y, u, k = (self._state(writer, memory, name, lane) for name in ("y", "u", "k"))
        states = Table(writer, "kept", self.kept_states)
        with writer.loop(len(self.kept_states)) as w:
            at = builder.mul(states[w], writer.integer(lanes))
            ks = [writer.load(writer.cell(k, j * n * lanes), at) for j in range(STAGES)]
            own = writer.cell(record, builder.add(builder.mul(w, writer.integer(5)), writer.integer(RECORD)))
            bends = [self._weigh(writer, ks, weights) for weights in DENSE]
            for i, value in enumerate([writer.load(y, at), writer.load(u, at), *bends]):
                writer.store(value, own, i)
        writer.store(builder.add(number, writer.integer(1)), count)
        memory.set_lane("order", lane, writer.number(SMOOTH))
        writer.finish()

    # -- kinks -------------------------------------------------------------------------------------

    def write_stop_at_kinks(self) -> None:
        """``stop_at_kinks``: the longest step, and a stop where an earlier kink comes back."""
        writer, memory, lane = self._begin("stop_at_kinks")
        builder = writer.builder
        records, count = self._history(memory, lane)
        memory.set_lane("longest", lane, writer.number(float("inf")))
        memory.set_lane("kink", lane, writer.number(float("inf")))
        time = memory.lane("time", lane)
        with writer.loop(self.layout.delays) as j:
            delay = writer.load(memory.delays(lane), j)
            part = writer.multiply(writer.number(NEARLY), delay)
            is_delay = writer.compare(">", delay, writer.number(0.0))  # any other one ends the patient
            part = builder.select(is_delay, part, writer.number(float("nan")))
            memory.set_lane("longest", lane, writer.smaller(memory.lane("longest", lane), part))
            self._propose(writer, memory, lane, writer.add(time, delay), memory.lane("order", lane))
            with writer.loop(writer.load(count, 0, INTEGER)) as r:
                record = writer.cell(records, r, self.layout.record)
                self._propose(writer, memory, lane, writer.add(writer.load(record), delay), writer.load(record, 3))
        memory.set_lane("stop", lane, writer.smaller(memory.lane("kink", lane), memory.lane("stop", lane)))
        writer.finish()

    def _propose(self, writer: Writer, memory: Memory, lane: Value, moment: Value, order: Value) -> None:
        """A kink at a moment, if it is the next one and not too smooth to matter."""
        builder = writer.builder
        ahead = writer.compare(">", moment, memory.lane("time", lane))
        sooner = builder.and_(ahead, writer.compare("<", moment, memory.lane("kink", lane)))
        with builder.if_then(builder.and_(sooner, writer.compare("<", order, writer.number(float(ORDER))))):
            memory.set_lane("kink", lane, moment)
            memory.set_lane("kink_order", lane, writer.add(order, writer.number(1.0)))

    def arrive_at_kink(self, writer: Writer, memory: Memory, lane: Value) -> None:
        """At a stop: the order of the kink that lies there; that of a jump of the rates is 0."""
        here = writer.compare("==", memory.lane("time", lane), memory.lane("kink", lane))
        order = writer.builder.select(here, memory.lane("kink_order", lane), writer.number(0.0))
        memory.set_lane("order", lane, order)

    def leave_if_full(self, writer: Writer, memory: Memory, lane: Value, status: int) -> None:
        """Hand the patient back where there is no room for another step."""
        builder = writer.builder
        with builder.if_then(builder.icmp_signed(">=", memory.lane("patient", lane), writer.integer(0))):
            _, count = self._history(memory, lane)
            room = memory.argument("history_size", INTEGER)
            with builder.if_then(builder.icmp_signed(">=", writer.load(count, 0, INTEGER), room)):
                self._release(writer, memory, lane, writer.integer(status))
