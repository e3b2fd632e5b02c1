"""Expressions are one where they are alike."""

from __future__ import annotations

from her2lab.engine.expression import Graph


def test_equal_expressions_are_one_and_one_denominator_is_one_division() -> None:
    graph = Graph()
    x, y, k = graph.leaf("state", 0), graph.leaf("state", 1), graph.leaf("parameter", 0)
    total = graph.add(k, x)
    assert graph.add(x, k) == total
    first, second = graph.divide(x, total), graph.divide(y, total)
    shared = {a for a in graph.order([first, second], stop=lambda _: False) if graph.nodes[a][0] == "reciprocal"}
    assert len(shared) == 1
    assert graph.subtract(first, first) == graph.zero
