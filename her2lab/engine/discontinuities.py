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


def freeze_conditions(
    graph: Graph, roots: Sequence[Expression], piecewise_constant: frozenset[int] = frozenset()
) -> tuple[list[Expression], list[Expression]]:
    """The roots with every condition on time decided in the middle of the step, and the times at which they jump.

    `piecewise_constant` are the states that do not move between two stops.
    """
    new: dict[Expression, Expression] = {}
    jumps: list[Expression] = []
    for a in graph.order(roots, stop=lambda b: graph.fixed[b]):
        operation, arguments, _ = graph.nodes[a]
        compares = operation in RELATIONS and not graph.fixed[a]
        moving = linear_in_time(graph, arguments, piecewise_constant) if compares else None
        if moving is None:
            new[a] = a if graph.fixed[a] else graph.like(a, tuple(new[b] for b in arguments))
            continue
        slope, start = moving
        jumps.append(graph.divide(graph.negative(start), slope))
        difference = graph.add(graph.multiply(slope, graph.leaf("middle")), start)
        new[a] = graph.relation(operation, difference, graph.zero)
    return [new[a] for a in roots], list(dict.fromkeys(jumps))


def linear_in_time(
    graph: Graph, arguments: tuple[Expression, ...], piecewise_constant: frozenset[int]
) -> Affine | None:
    """The difference of the two sides where it is a straight line in time."""
    line = _affine(graph, graph.subtract(*(graph.amount(a) for a in arguments)), piecewise_constant)
    return line if line is not None and line[0] != graph.zero else None


def constant_between_stops(graph: Graph, a: Expression, piecewise_constant: frozenset[int]) -> bool:
    """Whether the expression keeps its value between two stops."""
    for b in graph.order([a], stop=lambda b: graph.fixed[b]):
        kind, arguments, index = graph.nodes[b]
        if not (graph.fixed[b] or arguments or (kind == "state" and index in piecewise_constant)):
            return False
    return True


def _affine(graph: Graph, a: Expression, piecewise_constant: frozenset[int]) -> Affine | None:
    operation, arguments, _ = graph.nodes[a]
    if graph.fixed[a] or (piecewise_constant and constant_between_stops(graph, a, piecewise_constant)):
        return graph.zero, a
    if operation == "time":
        return graph.one, graph.zero
    if operation not in ("add", "subtract", "negative", "multiply"):
        return None
    parts = [_affine(graph, b, piecewise_constant) for b in arguments]
    lines = [part for part in parts if part is not None]
    if len(lines) < len(parts):
        return None
    if operation == "negative":
        return graph.negative(lines[0][0]), graph.negative(lines[0][1])
    if operation == "multiply":
        first = arguments[0] if lines[0][0] == graph.zero else arguments[1]
        slope, start = lines[1] if lines[0][0] == graph.zero else lines[0]
        if not constant_between_stops(graph, first, piecewise_constant):
            return None
        return graph.multiply(first, slope), graph.multiply(first, start)
    combine = graph.add if operation == "add" else graph.subtract
    return combine(lines[0][0], lines[1][0]), combine(lines[0][1], lines[1][1])
