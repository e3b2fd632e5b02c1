"""Jumps of the rates at times that are known beforehand.

A condition that compares times (``piecewise(1, time < start + 7, 0)``) makes the rates jump. The integrator stops at
each such moment, so that no pulse is stepped over however short it is; inside a step the condition is decided once,
by the middle of the step, so that both ends see the same branch.
"""

from __future__ import annotations

from collections.abc import Sequence

from her2lab.engine.expression import RELATIONS, Expression, Graph

Affine = tuple[Expression, Expression]
"""Slope in time and value at time 0, both fixed."""


def freeze(graph: Graph, roots: Sequence[Expression]) -> tuple[list[Expression], list[Expression]]:
    """The roots with every condition on time decided in the middle of the step, and the times at which they jump."""
    new: dict[Expression, Expression] = {}
    jumps: list[Expression] = []
    for a in graph.order(roots, stop=lambda b: graph.fixed[b]):
        operation, arguments, _ = graph.nodes[a]
        moving = _comparison(graph, arguments) if operation in RELATIONS and not graph.fixed[a] else None
        if moving is None:
            new[a] = a if graph.fixed[a] else graph.like(a, tuple(new[b] for b in arguments))
            continue
        slope, start = moving
        jumps.append(graph.divide(graph.negative(start), slope))
        difference = graph.add(graph.multiply(slope, graph.leaf("middle")), start)
        new[a] = graph.relation(operation, difference, graph.zero)
    return [new[a] for a in roots], list(dict.fromkeys(jumps))


def _comparison(graph: Graph, arguments: tuple[Expression, ...]) -> Affine | None:
    """The difference of the two sides where it is a straight line in time."""
    line = _affine(graph, graph.subtract(*(graph.amount(a) for a in arguments)))
    return line if line is not None and line[0] != graph.zero else None


def _affine(graph: Graph, a: Expression) -> Affine | None:
    operation, arguments, _ = graph.nodes[a]
    if graph.fixed[a]:
        return graph.zero, a
    if operation == "time":
        return graph.one, graph.zero
    if operation not in ("add", "subtract", "negative", "multiply"):
        return None
    parts = [_affine(graph, b) for b in arguments]
    lines = [part for part in parts if part is not None]
    if len(lines) < len(parts):
        return None
    if operation == "negative":
        return graph.negative(lines[0][0]), graph.negative(lines[0][1])
    if operation == "multiply":
        if not graph.fixed[arguments[0]]:
            return None
        return graph.multiply(arguments[0], lines[1][0]), graph.multiply(arguments[0], lines[1][1])
    combine = graph.add if operation == "add" else graph.subtract
    return combine(lines[0][0], lines[1][0]), combine(lines[0][1], lines[1][1])
