"""Interval arithmetic as compiled code: bounds of an expression while time runs through an interval.

A condition has two bounds as well: whether it is certainly true, and whether it is possibly true.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from her2lab.engine.expression import RELATIONS, Expression
from her2lab.engine.straight_line import StraightLine
from her2lab.engine.writer import Value, Writer

RISING = ("exp", "log", "sqrt", "floor", "ceil", "trunc", "sinh", "tanh", "atan", "asin")
TURN = 2 * math.pi


class Bounds(NamedTuple):
    """The lowest and highest value; of a condition: certainly and possibly true."""

    low: Value
    high: Value


@dataclass
class IntervalCode:
    """Writes the bounds of expressions of which only time moves.

    Attributes
    ----------
    straight : writes what does not move.
    time : the interval of time.
    """

    straight: StraightLine
    time: Bounds
    known: dict[Expression, Bounds] = field(default_factory=dict)

    @property
    def writer(self) -> Writer:
        """Where to write."""
        return self.straight.writer

    def bounds(self, root: Expression) -> Bounds:
        """The bounds of an expression."""
        graph = self.straight.graph
        for a in graph.order([root], stop=lambda b: graph.fixed[b] or b in self.known):
            if a not in self.known:
                self.known[a] = self._node(a)
        return self.known[root]

    def _node(self, a: Expression) -> Bounds:
        graph, writer = self.straight.graph, self.writer
        operation, arguments, _ = graph.nodes[a]
        if operation == "time":
            return self.time
        if graph.fixed[a] or not arguments:
            value = self.straight.value(a)
            if graph.is_condition(a):
                value = writer.compare("!=", value, writer.number(0.0))
            return Bounds(value, value)
        parts = [self.known[b] for b in arguments]
        if operation in RELATIONS:
            return self._relation(operation, *parts)
        if operation in ("and", "or", "xor", "not"):
            truths = [self._truth(b, part) for b, part in zip(arguments, parts, strict=True)]
            return self._logic(operation, truths)
        if operation == "select":
            return self._select(self._truth(arguments[0], parts[0]), parts[1], parts[2])
        return self._arithmetic(operation, parts)

    def _truth(self, a: Expression, part: Bounds) -> Bounds:
        if self.straight.graph.is_condition(a):
            return part
        zero = self.writer.number(0.0)
        return self._relation("ne", part, Bounds(zero, zero))

    # -- conditions --------------------------------------------------------------------------------

    def _relation(self, operation: str, a: Bounds, b: Bounds) -> Bounds:
        writer, builder = self.writer, self.writer.builder
        if operation in ("lt", "le"):
            sign = "<" if operation == "lt" else "<="
            return Bounds(writer.compare(sign, a.high, b.low), writer.compare(sign, a.low, b.high))
        points = builder.and_(writer.compare("==", a.low, a.high), writer.compare("==", b.low, b.high))
        certain = builder.and_(points, writer.compare("==", a.low, b.low))
        possible = builder.and_(writer.compare("<=", a.low, b.high), writer.compare("<=", b.low, a.high))
        return Bounds(certain, possible) if operation == "eq" else self._logic("not", [Bounds(certain, possible)])

    def _logic(self, operation: str, parts: list[Bounds]) -> Bounds:
        builder = self.writer.builder
        if operation == "not":
            return Bounds(builder.not_(parts[0].high), builder.not_(parts[0].low))
        if operation == "xor":
            a, b = parts
            first = self._logic("and", [a, self._logic("not", [b])])
            return self._logic("or", [first, self._logic("and", [self._logic("not", [a]), b])])
        combine = builder.and_ if operation == "and" else builder.or_
        return Bounds(reduce(combine, [p.low for p in parts]), reduce(combine, [p.high for p in parts]))

    def _select(self, condition: Bounds, yes: Bounds, no: Bounds) -> Bounds:
        select, writer = self.writer.builder.select, self.writer
        low = select(condition.high, writer.smaller(yes.low, no.low), no.low)
        high = select(condition.high, writer.larger(yes.high, no.high), no.high)
        return Bounds(select(condition.low, yes.low, low), select(condition.low, yes.high, high))

    # -- numbers -----------------------------------------------------------------------------------

    def _arithmetic(self, operation: str, parts: list[Bounds]) -> Bounds:
        writer, builder, a = self.writer, self.writer.builder, parts[0]
        if operation == "add":
            return Bounds(writer.add(a.low, parts[1].low), writer.add(a.high, parts[1].high))
        if operation == "subtract":
            return Bounds(writer.subtract(a.low, parts[1].high), writer.subtract(a.high, parts[1].low))
        if operation == "negative":
            return Bounds(builder.fneg(a.high), builder.fneg(a.low))
        if operation == "multiply":
            return self._corners([writer.multiply(x, y) for x in a for y in parts[1]])
        if operation == "reciprocal":
            one = writer.number(1.0)
            return self._unless(self._holds_zero(a), Bounds(writer.divide(one, a.high), writer.divide(one, a.low)))
        if operation == "power":
            corners = [writer.call("pow", x, y) for x in a for y in parts[1]]
            return self._unless(writer.compare("<", a.low, writer.number(0.0)), self._corners(corners))
        return self._function(operation, a)

    def _function(self, name: str, a: Bounds) -> Bounds:
        writer = self.writer
        ends = Bounds(writer.call(name, a.low), writer.call(name, a.high))
        if name in RISING:
            return ends
        if name == "acos":
            return Bounds(ends.high, ends.low)
        if name in ("fabs", "cosh"):
            rest = writer.number(0.0 if name == "fabs" else 1.0)
            low = writer.builder.select(self._holds_zero(a), rest, writer.smaller(*ends))
            return Bounds(low, writer.larger(*ends))
        if name == "tan":
            return self._unless(self._meets(a, math.pi / 2, math.pi), ends)
        top = 0.0 if name == "cos" else math.pi / 2
        high = writer.builder.select(self._meets(a, top, TURN), writer.number(1.0), writer.larger(*ends))
        low = writer.builder.select(self._meets(a, top + math.pi, TURN), writer.number(-1.0), writer.smaller(*ends))
        return Bounds(low, high)

    def _meets(self, a: Bounds, place: float, period: float) -> Value:
        """Whether the interval holds one of the places that repeat with a period."""
        writer = self.writer
        turns = [
            writer.multiply(writer.subtract(end, writer.number(place)), writer.number(1.0 / period)) for end in a
        ]
        return writer.compare("<=", writer.call("ceil", turns[0]), turns[1])

    def _holds_zero(self, a: Bounds) -> Value:
        writer, zero = self.writer, self.writer.number(0.0)
        return writer.builder.and_(writer.compare("<=", a.low, zero), writer.compare("<=", zero, a.high))

    def _unless(self, unknown: Value, known: Bounds) -> Bounds:
        select, number = self.writer.builder.select, self.writer.number
        return Bounds(select(unknown, number(-math.inf), known.low), select(unknown, number(math.inf), known.high))

    def _corners(self, corners: list[Value]) -> Bounds:
        return Bounds(reduce(self.writer.smaller, corners), reduce(self.writer.larger, corners))
