"""One attempted step of every lane, and the error control that follows it."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from her2lab.engine.elementary_functions import write_call
from her2lab.engine.layout import Layout, Memory
from her2lab.engine.rosenbrock import GAMMA, NODES, ORDER, STAGES, TIME, A, C
from her2lab.engine.writer import POINTER, Value, Writer, declare

SAFETY, MIN_CHANGE, MAX_CHANGE = 0.9, 0.2, 6.0
"""Factor on the optimal step, and the bounds on its change from one step to the next."""
MIN_STEP = 1e-100
"""Two stops may lie closer than this; a shorter step has no finite reciprocal."""
UNDERFLOW = 1e-150
"""Smaller magnitudes become zero: products of them would be denormal numbers, which are slow."""


class StepCode:
    """Writes the functions that act on all lanes at once."""

    def __init__(self, module: ir.Module, layout: Layout, time_dependent: bool, fill_delayed: Any = None) -> None:
        self.module = module
        self.layout = layout
        self.time_dependent = time_dependent
        self.fill_delayed = fill_delayed

    def write_choose_step(self) -> Any:
        """``choose_step(work)``: the step each lane attempts, ending exactly at its next stop."""
        function = declare(self.module, "choose_step", [POINTER])
        writer = Writer(function, self.layout.lanes)
        memory = Memory(writer, self.layout, function.args[0])
        step, left = (
            memory.all_lanes("step"),
            writer.subtract(memory.all_lanes("stop"), memory.all_lanes("time")),
        )
        if self.layout.delays:
            step = writer.smaller(step, memory.all_lanes("longest"))
        last = writer.compare(">=", writer.multiply(step, writer.number(1.01)), left)
        half = writer.smaller(step, writer.multiply(left, writer.number(0.5)))
        used = writer.larger(writer.builder.select(last, left, half), writer.number(MIN_STEP))
        memory.set_all_lanes("used", used)
        halfway = writer.add(memory.all_lanes("time"), writer.multiply(used, writer.number(0.5)))
        memory.set_all_lanes("middle", halfway)
        memory.set_all_lanes("last", writer.builder.zext(last, writer.integers))
        inverse = writer.divide(writer.number(1.0), used)
        memory.set_all_lanes("inverse", inverse)
        writer.finish()
        return function

    def write_attempt_step(self, factor: Any, stage: Any) -> Any:
        """``attempt_step(arguments, work, relative, absolute)``: the new state in ``u``, and the error of each lane."""
        function = declare(self.module, "attempt_step", [POINTER] * 4)
        writer = Writer(function, self.layout.lanes)
        arguments, work, relative, absolute = function.args
        memory = Memory(writer, self.layout, work)
        time, used, inverse = (memory.all_lanes(name) for name in ("time", "used", "inverse"))
        y, u, g, lu = (memory.section(name) for name in ("y", "u", "g", "lu"))
        hoisted, time_derivative = memory.section("hoisted"), memory.section("time_derivative")
        memory.set_all_lanes("diagonal", writer.multiply(inverse, writer.number(1 / GAMMA)))
        moment, middle = memory.section("lane_moment"), memory.section("lane_middle")
        writer.store_vector(time, moment)
        self._fill(writer, arguments, work)
        delayed, diagonal = memory.section("delayed"), memory.section("lane_diagonal")
        writer.builder.call(factor, [y, hoisted, moment, middle, delayed, diagonal, lu, time_derivative])
        for i in range(STAGES):
            self._combine(writer, memory, i, used, inverse)
            node = writer.multiply(used, writer.number(NODES[i]))
            writer.store_vector(writer.add(time, node), moment)
            k = writer.cell(memory.section("k"), i * self.layout.states, self.layout.lanes)
            self._fill(writer, arguments, work)
            writer.builder.call(stage, [u, hoisted, moment, middle, delayed, g, lu, k])
        self._finish(writer, memory, relative, absolute)
        writer.finish()
        return function

    def _fill(self, writer: Writer, arguments: Value, work: Value) -> None:
        """Delayed states at the moment of each lane."""
        if self.layout.delays:
            with writer.loop(self.layout.lanes) as lane:
                writer.builder.call(self.fill_delayed, [arguments, work, lane])

    def _combine(self, writer: Writer, memory: Memory, i: int, used: Value, inverse: Value) -> None:
        """The state at which stage i looks at the rates, and what is added to them."""
        y, u, g, k, time_derivative = (memory.section(name) for name in ("y", "u", "g", "k", "time_derivative"))
        n = self.layout.states
        slope = writer.multiply(used, writer.number(TIME[i])) if self.time_dependent and TIME[i] else None
        # the last two stages look at the state of the stage before them plus its increment
        onward = i > 1 and A[i] == (*A[i - 1], 1.0)
        weights = (*[0.0] * (i - 1), 1.0) if onward else A[i]
        with writer.loop(n) as s:
            state = writer.load_vector(u if onward else y, s)
            added = writer.number(0.0)
            for j in range(i):
                increment = writer.load_vector(writer.cell(k, j * n, self.layout.lanes), s)
                if weights[j]:
                    state = writer.add(state, writer.multiply(increment, writer.number(weights[j])))
                added = writer.add(added, writer.multiply(increment, writer.number(C[i][j])))
            added = writer.multiply(added, inverse)
            if slope is not None:
                added = writer.add(added, writer.multiply(slope, writer.load_vector(time_derivative, s)))
            writer.store_vector(state, u, s)
            writer.store_vector(added, g, s)

    def _finish(self, writer: Writer, memory: Memory, relative: Value, absolute: Value) -> None:
        """The new state, and the error: root mean square over the states, scaled by the tolerances."""
        y, u, k = (memory.section(name) for name in ("y", "u", "k"))
        n, error = self.layout.states, memory.section("lane_error")
        writer.store_vector(writer.number(0.0), error)
        last_k = writer.cell(k, (STAGES - 1) * n, self.layout.lanes)
        scale_by = writer.spread(writer.load(relative))
        with writer.loop(n) as s:
            increment = writer.load_vector(last_k, s)
            old = writer.load_vector(y, s)
            new = writer.add(writer.load_vector(u, s), increment)
            tiny = writer.compare("<", writer.call("fabs", new), writer.number(UNDERFLOW))
            writer.store_vector(writer.builder.select(tiny, writer.number(0.0), new), u, s)
            size = writer.larger(writer.call("fabs", old), writer.call("fabs", new))
            scale = writer.add(writer.spread(writer.load(absolute, s)), writer.multiply(scale_by, size))
            ratio = writer.divide(increment, scale)
            total = writer.add(writer.load_vector(error), writer.multiply(ratio, ratio))
            writer.store_vector(total, error)
        moving = max(n - self.layout.piecewise_constant, 1)
        mean = writer.multiply(writer.load_vector(error), writer.number(1.0 / moving))
        writer.store_vector(writer.call("sqrt", mean), error)

    def write_control_step(self) -> Any:
        """``control_step(work)``: accept or reject in each lane, and the step to try next.

        An error that is not a number counts as a rejection.
        """
        function = declare(self.module, "control_step", [POINTER])
        writer = Writer(function, self.layout.lanes)
        memory = Memory(writer, self.layout, function.args[0])
        step, used, error = (memory.all_lanes(name) for name in ("step", "used", "error"))
        accepted = writer.compare("<=", error, writer.number(1.0))
        power = write_call(writer, "pow", error, writer.number(-1.0 / ORDER))
        change = writer.larger(writer.multiply(power, writer.number(SAFETY)), writer.number(MIN_CHANGE))
        before = writer.truth(memory.all_lanes("rejected"))
        most = writer.builder.select(before, writer.number(1.0), writer.number(MAX_CHANGE))
        grown = writer.multiply(used, writer.smaller(change, most))
        cut = writer.builder.and_(accepted, writer.compare("<", used, step))
        memory.set_all_lanes("next_step", grown)
        memory.set_all_lanes("step", writer.builder.select(cut, writer.larger(grown, step), grown))
        memory.set_all_lanes("accepted", writer.builder.zext(accepted, writer.integers))
        memory.set_all_lanes("rejected", writer.builder.zext(writer.builder.not_(accepted), writer.integers))
        writer.finish()
        return function

    def write_accept_step(self) -> Any:
        """``accept_step(work)``: the new state becomes the state in every lane that accepted it."""
        function = declare(self.module, "accept_step", [POINTER])
        writer = Writer(function, self.layout.lanes)
        memory = Memory(writer, self.layout, function.args[0])
        y, u = memory.section("y"), memory.section("u")
        accepted = writer.truth(memory.all_lanes("accepted"))
        with writer.loop(self.layout.states) as s:
            new, old = writer.load_vector(u, s), writer.load_vector(y, s)
            writer.store_vector(writer.builder.select(accepted, new, old), y, s)
        writer.finish()
        return function
