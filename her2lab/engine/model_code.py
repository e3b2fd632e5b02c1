"""The model's own code: stage equations and factorisation for all lanes, rows of values for one patient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from llvmlite import ir

from her2lab.engine.derivative import gradients
from her2lab.engine.discontinuities import Discontinuities, find_discontinuities
from her2lab.engine.equations import Equations
from her2lab.engine.expression import Expression
from her2lab.engine.layout import Layout
from her2lab.engine.sparse_lu import Factors, factorise
from her2lab.engine.sparse_lu_loops import write_elimination, write_solution
from her2lab.engine.straight_line import StraightLine, patient_constants
from her2lab.engine.writer import INTEGER, POINTER, Value, Writer, declare

MAX_UNROLLED = 12_000
"""Most multiply-adds of a factorisation that are written out one by one.

Written out, a step takes half the time that it takes in loops over tables, but LLVM needs about 4 s for so many.
"""

REGISTER_DISTANCE = 40
"""Rows for which an entry of the solution is expected to stay in a register; from further it is loaded again."""


@dataclass(frozen=True)
class ModelCode:
    """Everything the generator derives from the equations, for a given number of lanes."""

    equations: Equations
    lanes: int

    @cached_property
    def discontinuities(self) -> Discontinuities:
        """What jumps in the rates, and then in the triggers."""
        e = self.equations
        return find_discontinuities(e.graph, [*e.rates, *(event.trigger for event in e.events)], e.piecewise_constant)

    @property
    def rates(self) -> list[Expression]:
        """The rates as seen within one step."""
        return self.discontinuities.roots[: len(self.equations.rates)]

    @cached_property
    def jacobian(self) -> list[dict[int, Expression]]:
        """Derivative of each rate by state index; the key -1 is time."""
        graph = self.equations.graph
        found: list[dict[int, Expression]] = []
        for row in gradients(graph, self.rates):
            found.append({})
            for v, slope in row.items():
                kind, _, index = graph.nodes[v]
                if kind == "delayed":  # a known function of time, as far as this step is concerned
                    slope = graph.multiply(slope, graph.leaf("delayed_rate", int(index or 0)))
                key = int(index or 0) if kind == "state" else -1
                found[-1][key] = graph.add(found[-1][key], slope) if key in found[-1] else slope
        return found

    @property
    def time_dependent(self) -> bool:
        """Whether time appears in the rates."""
        return any(-1 in row for row in self.jacobian)

    @cached_property
    def factors(self) -> Factors:
        """Order and fill of the step matrix."""
        return factorise([{j for j in row if j >= 0} for row in self.jacobian])

    @property
    def unrolled(self) -> bool:
        """Whether factorisation and solution are straight-line code."""
        return self.factors.operations <= MAX_UNROLLED

    @cached_property
    def hoisted(self) -> dict[Expression, int]:
        """Patient-constant parts, computed once after a parameter changed."""
        roots = [*self.rates, *(slope for row in self.jacobian for slope in row.values())]
        return {a: i for i, a in enumerate(patient_constants(self.equations.graph, roots))}

    @cached_property
    def places(self) -> tuple[dict[tuple[int, int], int], int]:
        """Where each factor entry is stored, by pivot row and column, in the order of a solve, and how many."""
        at: dict[tuple[int, int], int] = {}
        n = len(self.factors.order)
        for i in range(n):
            for k in self.factors.lower[i]:
                at[i, k] = len(at)
        for i in reversed(range(n)):
            for j in (*self.factors.upper[i], i):
                at[i, j] = len(at)
        return at, len(at)

    @cached_property
    def layout(self) -> Layout:
        """Sizes of the memory this code needs."""
        e = self.equations
        sizes = (len(e.states), len(e.observables), len(e.parameters), len(self.hoisted))
        watched = len(e.conditions) + len(e.root_functions)
        terms = watched + len(e.event_terms) if e.events else 0
        most = max((len(event.values) for event in e.events), default=0)
        watches = (len(e.piecewise_constant), len(e.conditions), len(e.root_functions))
        queue = (terms, most, len(e.compartment_sizes), len(e.delays), len({state for state, _ in e.delays}))
        return Layout(self.lanes, *sizes, self.places[1], len(self.discontinuities.jumps), *watches, *queue)

    # -- all lanes ---------------------------------------------------------------------------------

    def write_factor(self, module: ir.Module) -> Any:
        """``factor(u, hoisted, time, middle, delayed, diagonal, lu, time_derivative)``: of the matrix, df/dt."""
        function = declare(module, "factor", [POINTER] * 8)
        *leaves, diagonal, lu, time_derivative = function.args
        writer = Writer(function, self.lanes)
        code = self._lane_code(writer, leaves)
        shift = writer.load_vector(diagonal)
        if self.unrolled:
            self._write_elimination(writer, code, shift, lu)
        else:
            self._write_entries(writer, code, shift, lu)
            write_elimination(writer, self.factors, self.places[0], lu)
        if self.time_dependent:
            for i, row in enumerate(self.jacobian):
                slope = code.value(row[-1]) if -1 in row else writer.number(0.0)
                writer.store_vector(slope, time_derivative, i)
        writer.finish()
        return function

    def _write_elimination(self, writer: Writer, code: StraightLine, shift: Value, lu: Value) -> None:
        """Row by row; finished entries are read back from memory, where registers would not hold them anyway."""
        factors, (at, _) = self.factors, self.places
        position = {pivot: k for k, pivot in enumerate(factors.order)}
        for i, pivot in enumerate(factors.order):
            row: dict[int, Value] = {
                position[j]: writer.builder.fneg(code.value(slope))
                for j, slope in self.jacobian[pivot].items()
                if j >= 0
            }
            row[i] = writer.add(shift, row[i]) if i in row else shift
            for k in factors.lower[i]:
                row[k] = writer.multiply(row[k], writer.load_vector(lu, at[k, k]))
                for j in factors.upper[k]:
                    product = writer.multiply(row[k], writer.load_vector(lu, at[k, j]))
                    row[j] = writer.subtract(row[j], product) if j in row else writer.builder.fneg(product)
            row[i] = writer.divide(writer.number(1.0), row[i])
            for j, value in row.items():
                writer.store_vector(value, lu, at[i, j])

    def _write_entries(self, writer: Writer, code: StraightLine, shift: Value, lu: Value) -> None:
        """The matrix itself at the places of its factors, zero elsewhere."""
        at, size = self.places
        position = {pivot: k for k, pivot in enumerate(self.factors.order)}
        with writer.loop(size) as i:
            writer.store_vector(writer.number(0.0), lu, i)
        for i, pivot in enumerate(self.factors.order):
            writer.store_vector(shift, lu, at[i, i])
            for j, slope in self.jacobian[pivot].items():
                if j < 0:
                    continue
                entry = writer.builder.fneg(code.value(slope))
                entry = writer.add(shift, entry) if j == pivot else entry
                writer.store_vector(entry, lu, at[i, position[j]])

    def write_stage(self, module: ir.Module) -> Any:
        """``stage(u, hoisted, time, middle, delayed, g, lu, k)``: solve for k with right-hand side ``f(u) + g``."""
        function = declare(module, "stage", [POINTER] * 8)
        *leaves, g, lu, k = function.args
        writer = Writer(function, self.lanes)
        code = self._lane_code(writer, leaves)
        if self.unrolled:
            self._write_solution(writer, code, g, lu, k)
        else:
            for i, rate in enumerate(self.rates):
                writer.store_vector(writer.add(code.value(rate), writer.load_vector(g, i)), k, i)
            write_solution(writer, self.factors, self.places[0], lu, k)
        writer.finish()
        return function

    def _write_solution(self, writer: Writer, code: StraightLine, g: Value, lu: Value, k: Value) -> None:
        factors, (at, _) = self.factors, self.places
        order, x = factors.order, list[Value]()

        def less(value: Value, i: int, j: int) -> Value:
            known = x[j] if abs(i - j) <= REGISTER_DISTANCE else writer.load_vector(k, order[j])
            return writer.subtract(value, writer.multiply(writer.load_vector(lu, at[i, j]), known))

        for i, pivot in enumerate(order):
            value = writer.add(code.value(self.rates[pivot]), writer.load_vector(g, pivot))
            for j in factors.lower[i]:
                value = less(value, i, j)
            x.append(value)
            writer.store_vector(value, k, pivot)
        for i in reversed(range(len(x))):
            value = x[i] if len(x) - i <= REGISTER_DISTANCE else writer.load_vector(k, order[i])
            for j in factors.upper[i]:
                value = less(value, i, j)
            x[i] = writer.multiply(value, writer.load_vector(lu, at[i, i]))
            writer.store_vector(x[i], k, order[i])

    def _lane_code(self, writer: Writer, leaves: list[Value]) -> StraightLine:
        bases = dict(zip(("state", "hoisted", "time", "middle", "delayed"), leaves, strict=True))

        def load(kind: str, index: int) -> Value:
            if kind == "delayed_rate":
                kind, index = "delayed", index + len(self.equations.delays)
            return writer.load_vector(bases[kind], index)

        return StraightLine(writer, self.equations.graph, load, self.hoisted)

    # -- one patient -------------------------------------------------------------------------------

    def write_hoist(self, module: ir.Module) -> Any:
        """``hoist(row, hoisted, jumps, now)``: what is constant for a patient, and the next moments of its jumps."""
        function = declare(module, "hoist", [POINTER] * 4)
        row, hoisted, jumps, now = function.args
        writer = Writer(function, 1)
        code = self.row_code(writer, row, now)
        for a, i in self.hoisted.items():
            writer.store(code.value(a), hoisted, i * self.lanes)
        for i, a in enumerate([*self.discontinuities.jumps, *(delay for _, delay in self.equations.delays)]):
            writer.store(code.value(a), jumps, i)
        writer.finish()
        return function

    def write_observe(self, module: ir.Module) -> Any:
        """``observe(row, time)``: fill in the observables of a row from its states and parameters."""
        function = declare(module, "observe", [POINTER] * 2)
        row, time = function.args
        writer = Writer(function, 1)
        code = self.row_code(writer, row, time)
        for i, a in enumerate(self.equations.observed):
            writer.store(code.value(a), row, self.layout.states + i)
        writer.finish()
        return function

    def row_code(self, writer: Writer, row: Value, time: Value) -> StraightLine:
        """Writes expressions for one patient, from its row and time."""
        layout = self.layout
        first = {"parameter": layout.states + layout.observables}
        first["delayed"] = first["parameter"] + layout.parameters
        first["delayed_rate"] = first["delayed"] + layout.delays

        def load(kind: str, index: int) -> Value:
            if kind in ("time", "now"):
                return writer.load(time)
            return writer.load(row, index + first.get(kind, 0))

        return StraightLine(writer, self.equations.graph, load, {})

    # -- called from outside -----------------------------------------------------------------------

    def write_observe_rows(self, module: ir.Module, observe: Any) -> None:
        """``observe_rows(count, rows, times)``: observables of many rows, each at its own time."""
        function = declare(module, "observe_rows", [INTEGER, POINTER, POINTER], export=True)
        count, rows, times = function.args
        writer = Writer(function, 1)
        with writer.loop(count) as i:
            writer.builder.call(observe, [writer.cell(rows, i, self.layout.row), writer.cell(times, i)])
        writer.finish()

    def write_start_rows(self, module: ir.Module) -> None:
        """``start_rows(count, given, flags, time, out)``: initial parameters and states of many patients."""
        function = declare(module, "start_rows", [INTEGER] + [POINTER] * 4, export=True)
        count, given, flags, time, out = function.args
        writer = Writer(function, 1)
        width = len(self.equations.given)
        with writer.loop(count) as i:
            own = writer.cell(given, i, width)
            bases = {"given": own, "flag": flags, "time": time}
            code = StraightLine(writer, self.equations.graph, lambda kind, index: writer.load(bases[kind], index), {})
            for j, a in enumerate(self.equations.initial):
                writer.store(code.value(a), writer.cell(out, i, width), j)
        writer.finish()
