"""Sparse forward symbolic differentiation with respect to the states and to time.

The gradient of an expression is a dictionary from variable (a leaf) to derivative; a variable that is absent
has derivative zero. Shared subexpressions are differentiated once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from her2lab.engine.expression import LOGIC, RELATIONS, Expression, Graph

Gradient = dict[Expression, Expression]
EXPLODES = ("exp", "sinh", "cosh")
ZERO_DERIVATIVE = {"number", "parameter", "given", "flag", "middle", "floor", "ceil", "trunc", *RELATIONS, *LOGIC}


@dataclass
class _Infinite:
    """Expressions that may be infinite where a function of them is not.

    Attributes
    ----------
    overflows : those with an ``exp(x)`` or ``k^x`` in them.
    poles : those with a ``1/x`` in them that no constant keeps from infinity, as ``(k/x)^h`` at ``x = 0``.
    """

    overflows: set[Expression] = field(default_factory=set)
    poles: set[Expression] = field(default_factory=set)

    def add(self, graph: Graph, a: Expression) -> None:
        """Take up an expression whose parts are known."""
        operation, arguments, _ = graph.nodes[a]
        if operation in EXPLODES or (operation == "power" and not graph.fixed[arguments[1]]):
            self.overflows.add(a)
        if operation == "reciprocal" and graph.nodes[arguments[0]][0] in ("state", "multiply", "power"):
            self.poles.add(a)
        for known in (self.overflows, self.poles):
            if known.intersection(arguments):
                known.add(a)

    def is_flattened(self, operation: str, argument: Expression) -> bool:
        """Whether the operation may keep an infinite argument finite."""
        if operation in ("add", "subtract", "negative", "multiply"):
            return False
        return argument in self.overflows or (operation == "reciprocal" and argument in self.poles)


def gradients(graph: Graph, roots: Iterable[Expression]) -> list[Gradient]:
    """The gradient of each root.

    At a kink (``abs``, ``piecewise``) it is the derivative of the branch taken; steps (``floor``) have none.
    """
    known: dict[Expression, Gradient] = {}
    infinite = _Infinite()
    wanted = list(roots)
    for a in graph.order(wanted, stop=lambda b: graph.fixed[b]):
        known[a] = _gradient(graph, a, known, infinite)
        if not graph.fixed[a]:
            infinite.add(graph, a)
    return [known[a] for a in wanted]


def _gradient(graph: Graph, a: Expression, known: dict[Expression, Gradient], infinite: _Infinite) -> Gradient:
    operation, arguments, _ = graph.nodes[a]
    if graph.fixed[a] or operation in ZERO_DERIVATIVE:
        return {}
    if operation in ("state", "time", "unknown", "delayed"):
        return {a: graph.one}
    if operation == "select":
        return _select(graph, arguments, known)
    out: Gradient = {}
    for argument, slope in zip(arguments, _slopes(graph, a), strict=True):
        flattened = infinite.is_flattened(operation, argument)
        for variable, inner in known[argument].items():
            term = graph.multiply(slope, inner)
            if flattened:  # 1/(1 + exp(x)) is 0 for large x, and so is its slope, not 0 times infinity
                term = graph.select(graph.relation("eq", slope, graph.zero), graph.zero, term)
            out[variable] = graph.add(out[variable], term) if variable in out else term
    return {variable: term for variable, term in out.items() if term != graph.zero}


def _select(graph: Graph, arguments: tuple[Expression, ...], known: dict[Expression, Gradient]) -> Gradient:
    condition, yes, no = arguments
    variables = sorted(set(known[yes]) | set(known[no]))
    return {v: graph.select(condition, known[yes].get(v, graph.zero), known[no].get(v, graph.zero)) for v in variables}


def _slopes(graph: Graph, a: Expression) -> list[Expression]:
    """Partial derivatives of a node with respect to its own arguments."""
    operation, arguments, _ = graph.nodes[a]
    if operation == "add":
        return [graph.one, graph.one]
    if operation == "subtract":
        return [graph.one, graph.number(-1)]
    if operation == "negative":
        return [graph.number(-1)]
    if operation == "multiply":
        return [arguments[1], arguments[0]]
    if operation == "reciprocal":
        return [graph.negative(graph.multiply(a, a))]
    if operation == "power":
        return _power_slopes(graph, a)
    return [_function_slope(graph, operation, a, arguments[0])]


def _power_slopes(graph: Graph, a: Expression) -> list[Expression]:
    """Slopes of a power, finite at base zero, where the formulas are 0/0 or infinite."""
    base, exponent = graph.nodes[a][1]
    positive = graph.relation("lt", graph.zero, graph.call("fabs", base))
    slope = graph.multiply(exponent, graph.power(base, graph.subtract(exponent, graph.one)))
    value = graph.value(exponent)
    if value is None or value < 1:
        at_zero = graph.select(graph.relation("eq", exponent, graph.one), graph.one, graph.zero)
        slope = graph.select(positive, slope, at_zero)
    if graph.fixed[exponent]:
        return [slope, graph.zero]
    inside = graph.select(positive, graph.call("fabs", base), graph.one)
    return [slope, graph.multiply(a, graph.call("log", inside))]


def _function_slope(graph: Graph, function: str, a: Expression, x: Expression) -> Expression:
    one, square = graph.one, graph.multiply(x, x)
    if function == "exp":
        return a
    if function == "log":
        return graph.divide(one, x)
    if function == "sqrt":
        safe = graph.select(graph.relation("eq", a, graph.zero), graph.number(math.inf), a)
        return graph.divide(graph.number(0.5), safe)
    if function == "fabs":
        return graph.select(graph.relation("lt", x, graph.zero), graph.number(-1), one)
    if function in ("tan", "tanh"):
        own = graph.multiply(a, a)
        return graph.add(one, own) if function == "tan" else graph.subtract(one, own)
    if function in ("asin", "acos"):
        slope = graph.divide(one, graph.call("sqrt", graph.subtract(one, square)))
        return slope if function == "asin" else graph.negative(slope)
    if function == "atan":
        return graph.divide(one, graph.add(one, square))
    swap = {"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh"}[function]
    slope = graph.call(swap, x)
    return graph.negative(slope) if function == "cos" else slope
