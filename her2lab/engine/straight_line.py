"""Straight-line code for a set of expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from her2lab.engine.elementary_functions import write_call
from her2lab.engine.expression import FUNCTIONS, RELATIONS, Expression, Graph
from her2lab.engine.writer import Value, Writer

COMPARISON = {"lt": "<", "le": "<=", "eq": "==", "ne": "!="}
RELOAD_DISTANCE = 100
"""Operations after which a leaf is loaded again: its register is needed for other things in between."""
Leaves = Callable[[str, int], Value]
"""Loads a leaf by kind and index."""


class StraightLine:
    """Writes expressions once each, in the order in which they are asked for.

    Parameters
    ----------
    writer, graph : where to write, and what the expressions mean.
    leaves : loads states, parameters, time and so on.
    hoisted : expressions that were computed before, with the loader's index for kind ``hoisted``.
    """

    def __init__(self, writer: Writer, graph: Graph, leaves: Leaves, hoisted: dict[Expression, int]) -> None:
        self.writer = writer
        self.graph = graph
        self.leaves = leaves
        self.hoisted = hoisted
        self.known: dict[Expression, Value] = {}
        self._loaded: dict[Expression, tuple[Value, int]] = {}

    def value(self, root: Expression) -> Value:
        """The code of an expression as a number."""
        return self._number(root)

    def _emit(self, root: Expression) -> Value:
        for a in self.graph.order([root], stop=lambda b: b in self.known or self._is_leaf(b)):
            if a not in self.known and not self._is_leaf(a):
                self.known[a] = self._node(a)
        return self._get(root)

    def _is_leaf(self, a: Expression) -> bool:
        return a in self.hoisted or not self.graph.nodes[a][1]

    def _get(self, a: Expression) -> Value:
        """The code of an expression that was written, or of a leaf."""
        if not self._is_leaf(a):
            return self.known[a]
        value, written = self._loaded.get(a, (None, -RELOAD_DISTANCE))
        if len(self.known) - written >= RELOAD_DISTANCE:
            value = self._node(a)
            self._loaded[a] = value, len(self.known)
        return value

    def _number(self, a: Expression) -> Value:
        value = self._emit(a)
        if not self.graph.is_condition(a):
            return value
        return self.writer.builder.select(value, self.writer.number(1.0), self.writer.number(0.0))

    def _node(self, a: Expression) -> Value:
        operation, arguments, value = self.graph.nodes[a]
        if a in self.hoisted:
            kept = self.leaves("hoisted", self.hoisted[a])
            is_truth = self.graph.is_condition(a)
            return self.writer.compare("!=", kept, self.writer.number(0.0)) if is_truth else kept
        if operation == "number":
            return self.writer.number(float(value or 0.0))
        if not arguments:
            return self.leaves(operation, int(value or 0))
        return self._operation(operation, [self._get(b) for b in arguments], arguments)

    def _operation(self, operation: str, a: list[Value], arguments: tuple[Expression, ...]) -> Value:
        writer, builder = self.writer, self.writer.builder
        if operation in ("add", "subtract", "multiply", "divide"):
            return getattr(writer, operation)(*a)
        if operation == "negative":
            return builder.fneg(a[0])
        if operation == "reciprocal":
            return writer.divide(writer.number(1.0), a[0])
        if operation == "power":
            return self._power(a[0], a[1])
        if operation in FUNCTIONS:
            return write_call(writer, operation, a[0])
        if operation in RELATIONS:
            return writer.compare(COMPARISON[operation], a[0], a[1])
        truths = [self._truth(b, value) for b, value in zip(arguments, a, strict=True)]
        if operation == "select":
            return builder.select(truths[0], a[1], a[2])
        if operation == "not":
            return builder.not_(truths[0])
        combine: dict[str, Any] = {"and": builder.and_, "or": builder.or_, "xor": builder.xor}
        return combine[operation](*truths)

    def _truth(self, a: Expression, value: Value) -> Value:
        if self.graph.is_condition(a):
            return value
        return self.writer.compare("!=", value, self.writer.number(0.0))

    def _power(self, base: Value, exponent: Value) -> Value:
        """The power of :func:`her2lab.engine.expression.safe_power`."""
        writer, builder = self.writer, self.writer.builder
        zero = writer.number(0.0)
        fractional = writer.compare("!=", writer.call("floor", exponent), exponent)
        undefined = builder.and_(writer.compare("<", base, zero), fractional)
        outside = builder.and_(undefined, writer.compare(">", exponent, zero))
        return builder.select(outside, zero, write_call(writer, "pow", base, exponent))


def patient_constants(graph: Graph, roots: Iterable[Expression]) -> list[Expression]:
    """The largest subexpressions that are constant for a patient, in order of first use; numbers excluded."""
    return [a for a in graph.order(roots, stop=lambda b: graph.fixed[b]) if graph.fixed[a] and graph.value(a) is None]
