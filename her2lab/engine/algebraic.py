"""Algebraic rules: which symbol each of them determines, and what it is.

Rules that are linear in what they determine are solved here, once and exactly; the symbol is then as good as assigned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from her2lab.engine.checks import UnsupportedModel
from her2lab.engine.derivative import gradients
from her2lab.engine.discontinuities import substitute
from her2lab.engine.expression import Expression, Graph


def match_rules(rules: Sequence[Any], free: Sequence[str]) -> list[str]:
    """For each algebraic rule the symbol that it determines, of those that nothing else does, in order of preference.

    Raises
    ------
    UnsupportedModel
        There is no such choice: the model holds more rules than free symbols.
    """
    used = [set(_names(rule.getMath())) for rule in rules]
    named = [[name for name in free if name in names] for names in used]
    owner: dict[str, int] = {}

    def claim(rule: int, seen: set[str]) -> bool:
        for name in named[rule]:
            if name in seen:
                continue
            seen.add(name)
            if name not in owner or claim(owner[name], seen):
                owner[name] = rule
                return True
        return False

    for rule in range(len(rules)):
        if not claim(rule, set()):
            raise UnsupportedModel("an algebraic rule determines nothing", field=f"algebraic rule {rule + 1}")
    chosen = {rule: name for name, rule in owner.items()}
    return [chosen[rule] for rule in range(len(rules))]


def _names(node: Any) -> Iterator[str]:
    if node.isName() and node.getName():
        yield str(node.getName())
    for i in range(node.getNumChildren()):
        yield from _names(node.getChild(i))


def solve_linear(graph: Graph, residuals: Sequence[Expression], unknowns: Sequence[Expression]) -> list[Expression]:
    """The unknowns at which all residuals are zero, free of unknowns.

    Raises
    ------
    UnsupportedModel
        The residuals are not linear in the unknowns, or do not determine them.
    """
    rest = list(residuals)
    solved: dict[Expression, Expression] = {}
    for _ in unknowns:
        row, unknown, slope = _pivot(graph, rest, [u for u in unknowns if u not in solved])
        constant = substitute(graph, rest.pop(row), {unknown: graph.zero})
        value = graph.divide(graph.negative(constant), slope)
        rest = [substitute(graph, a, {unknown: value}) for a in rest]
        solved = {u: substitute(graph, a, {unknown: value}) for u, a in solved.items()} | {unknown: value}
    return [solved[u] for u in unknowns]


def _pivot(
    graph: Graph, residuals: Sequence[Expression], unknowns: Sequence[Expression]
) -> tuple[int, Expression, Expression]:
    """A residual and an unknown in which it is linear, with its slope."""
    slopes = gradients(graph, residuals)
    for row, unknown in ((i, u) for u in unknowns for i in range(len(residuals))):
        slope = slopes[row].get(unknown, graph.zero)
        if slope != graph.zero and unknown not in graph.order([slope], stop=lambda b: graph.fixed[b]):
            return row, unknown, slope
    raise UnsupportedModel("the algebraic rules are not linear in what they determine", field="algebraic rule")
