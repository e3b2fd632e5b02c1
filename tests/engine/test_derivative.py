"""Derivatives are sparse."""

from __future__ import annotations

from her2lab.engine import derivative
from her2lab.engine.expression import Graph


def test_gradient_is_sparse() -> None:
    graph = Graph()
    x, y = graph.leaf("state", 0), graph.leaf("state", 1)
    (gradient,) = derivative.gradients(graph, [graph.multiply(graph.number(3), graph.multiply(x, x))])
    assert list(gradient) == [x]
    assert y not in gradient
