"""From libsbml's syntax trees to expressions. No text is ever evaluated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from typing import Any

import libsbml as sbml

from her2lab.engine.checks import UnsupportedModel
from her2lab.engine.expression import Expression, Graph

Lookup = Callable[[str], Expression]
RateOf = Callable[[str], Expression]
AVOGADRO = 6.02214179e23
"""The value that SBML Level 3 fixes for its csymbol (CODATA 2006)."""

RELATION = {
    sbml.AST_RELATIONAL_LT: ("lt", False),
    sbml.AST_RELATIONAL_LEQ: ("le", False),
    sbml.AST_RELATIONAL_GT: ("lt", True),
    sbml.AST_RELATIONAL_GEQ: ("le", True),
    sbml.AST_RELATIONAL_EQ: ("eq", False),
    sbml.AST_RELATIONAL_NEQ: ("ne", False),
}
DIRECT = {
    sbml.AST_FUNCTION_ABS: "fabs",
    sbml.AST_FUNCTION_EXP: "exp",
    sbml.AST_FUNCTION_LN: "log",
    sbml.AST_FUNCTION_FLOOR: "floor",
    sbml.AST_FUNCTION_CEILING: "ceil",
    sbml.AST_FUNCTION_SIN: "sin",
    sbml.AST_FUNCTION_COS: "cos",
    sbml.AST_FUNCTION_TAN: "tan",
    sbml.AST_FUNCTION_SINH: "sinh",
    sbml.AST_FUNCTION_COSH: "cosh",
    sbml.AST_FUNCTION_TANH: "tanh",
    sbml.AST_FUNCTION_ARCSIN: "asin",
    sbml.AST_FUNCTION_ARCCOS: "acos",
    sbml.AST_FUNCTION_ARCTAN: "atan",
}
RECIPROCAL = {
    sbml.AST_FUNCTION_SEC: "cos",
    sbml.AST_FUNCTION_CSC: "sin",
    sbml.AST_FUNCTION_COT: "tan",
    sbml.AST_FUNCTION_SECH: "cosh",
    sbml.AST_FUNCTION_CSCH: "sinh",
    sbml.AST_FUNCTION_COTH: "tanh",
}
INVERSE_OF_RECIPROCAL = {
    sbml.AST_FUNCTION_ARCSEC: sbml.AST_FUNCTION_ARCCOS,
    sbml.AST_FUNCTION_ARCCSC: sbml.AST_FUNCTION_ARCSIN,
    sbml.AST_FUNCTION_ARCCOT: sbml.AST_FUNCTION_ARCTAN,
    sbml.AST_FUNCTION_ARCSECH: sbml.AST_FUNCTION_ARCCOSH,
    sbml.AST_FUNCTION_ARCCSCH: sbml.AST_FUNCTION_ARCSINH,
    sbml.AST_FUNCTION_ARCCOTH: sbml.AST_FUNCTION_ARCTANH,
}
CONSTANT = {
    sbml.AST_CONSTANT_E: math.e,
    sbml.AST_CONSTANT_PI: math.pi,
    sbml.AST_CONSTANT_TRUE: 1.0,
    sbml.AST_CONSTANT_FALSE: 0.0,
    sbml.AST_NAME_AVOGADRO: AVOGADRO,
}
JUNCTION = {sbml.AST_LOGICAL_AND: "and", sbml.AST_LOGICAL_OR: "or", sbml.AST_LOGICAL_XOR: "xor"}
LARGEST_FACTORIAL = 170
NUMBERS = (sbml.AST_INTEGER, sbml.AST_REAL, sbml.AST_REAL_E, sbml.AST_RATIONAL)


@dataclass(frozen=True)
class Reader:
    """Turns syntax trees into expressions of one graph.

    Attributes
    ----------
    lookup : gives the expression of an identifier; `time` is asked for under that name only by its csymbol.
    rate_of : gives the time derivative of an identifier.
    functions : the model's function definitions by id.
    delay : gives what an expression was some time ago.
    """

    graph: Graph
    lookup: Lookup
    rate_of: RateOf
    time: Expression
    functions: Mapping[str, Any]
    delay: Callable[[Expression, Expression], Expression]
    depth: int = field(default=0)

    def read(self, node: Any) -> Expression:
        """The expression of one syntax tree."""
        kind = node.getType()
        if kind in NUMBERS:
            return self.graph.number(node.getValue())
        if kind in CONSTANT:
            return self.graph.number(CONSTANT[kind])
        if kind == sbml.AST_NAME_TIME:
            return self.time
        if kind == sbml.AST_NAME:
            return self.lookup(node.getName())
        if kind == sbml.AST_FUNCTION:
            return self._definition(node)
        if kind == sbml.AST_FUNCTION_RATE_OF:
            return self.rate_of(node.getChild(0).getName())
        arguments = [self.read(node.getChild(i)) for i in range(node.getNumChildren())]
        return self._operation(kind, arguments, node)

    def _definition(self, node: Any) -> Expression:
        definition = self.functions.get(node.getName())
        if definition is None:
            raise UnsupportedModel("the function is not defined", field=node.getName())
        if self.depth > len(self.functions):
            raise UnsupportedModel("the function definition calls itself", field=node.getName())
        names = [definition.getArgument(i).getName() for i in range(definition.getNumArguments())]
        values = [self.read(node.getChild(i)) for i in range(node.getNumChildren())]
        if len(names) != len(values):
            raise UnsupportedModel(
                "wrong number of arguments", field=node.getName(), value=len(values), expected=str(len(names))
            )
        bound = dict(zip(names, values, strict=True))
        inner = replace(
            self, lookup=lambda name: bound[name] if name in bound else self.lookup(name), depth=self.depth + 1
        )
        return inner.read(definition.getBody())

    def _operation(self, kind: int, a: list[Expression], node: Any) -> Expression:
        graph = self.graph
        if kind == sbml.AST_PLUS:
            return reduce(graph.add, a, graph.zero)
        if kind == sbml.AST_MINUS:
            return graph.negative(a[0]) if len(a) == 1 else graph.subtract(a[0], a[1])
        if kind == sbml.AST_TIMES:
            return reduce(graph.multiply, a, graph.one)
        if kind == sbml.AST_DIVIDE:
            return graph.divide(a[0], a[1])
        if kind in (sbml.AST_POWER, sbml.AST_FUNCTION_POWER):
            return graph.power(a[0], a[1])
        if kind in RELATION:
            return self._chain(kind, a)
        if kind in JUNCTION:
            neutral = graph.one if kind == sbml.AST_LOGICAL_AND else graph.zero
            return reduce(lambda x, y: graph.logic(JUNCTION[kind], x, y), a, neutral)
        if kind == sbml.AST_LOGICAL_NOT:
            return graph.logic("not", a[0])
        if kind == sbml.AST_LOGICAL_IMPLIES:
            return graph.logic("or", graph.logic("not", a[0]), a[1])
        if kind == sbml.AST_FUNCTION_PIECEWISE:
            return self._piecewise(a)
        return self._function(kind, a, node)

    def _chain(self, kind: int, a: list[Expression]) -> Expression:
        name, swapped = RELATION[kind]
        pairs = [(y, x) if swapped else (x, y) for x, y in pairwise(a)]
        links = [self.graph.relation(name, x, y) for x, y in pairs]
        return reduce(lambda x, y: self.graph.logic("and", x, y), links)

    def _piecewise(self, a: list[Expression]) -> Expression:
        pieces = len(a) // 2
        value = a[-1] if len(a) % 2 else self.graph.number(math.nan)
        for i in reversed(range(pieces)):
            value = self.graph.select(a[2 * i + 1], a[2 * i], value)
        return value

    def _function(self, kind: int, a: list[Expression], node: Any) -> Expression:
        graph = self.graph
        if kind in DIRECT:
            return graph.call(DIRECT[kind], a[0])
        if kind in RECIPROCAL:
            return graph.divide(graph.one, graph.call(RECIPROCAL[kind], a[0]))
        if kind in INVERSE_OF_RECIPROCAL:
            return self._function(INVERSE_OF_RECIPROCAL[kind], [graph.divide(graph.one, a[0])], node)
        if kind == sbml.AST_FUNCTION_LOG:
            base, x = (graph.number(10), a[0]) if len(a) == 1 else (a[0], a[1])
            return graph.divide(graph.call("log", x), graph.call("log", base))
        if kind == sbml.AST_FUNCTION_ROOT:
            degree, x = (graph.number(2), a[0]) if len(a) == 1 else (a[0], a[1])
            if graph.value(degree) == 2:
                return graph.call("sqrt", x)
            return graph.power(x, graph.divide(graph.one, degree))
        if kind in (sbml.AST_FUNCTION_MIN, sbml.AST_FUNCTION_MAX):
            return reduce(lambda x, y: self._extreme(kind == sbml.AST_FUNCTION_MIN, x, y), a)
        if kind == sbml.AST_FUNCTION_QUOTIENT:
            return graph.call("trunc", graph.divide(a[0], a[1]))
        if kind == sbml.AST_FUNCTION_REM:
            whole = graph.call("trunc", graph.divide(a[0], a[1]))
            return graph.subtract(a[0], graph.multiply(a[1], whole))
        if kind == sbml.AST_FUNCTION_DELAY:
            return self.delay(graph.amount(a[0]), graph.amount(a[1]))
        if kind == sbml.AST_FUNCTION_FACTORIAL:
            return self._factorial(a[0])
        return self._inverse_hyperbolic(kind, a[0] if a else graph.zero, node)

    def _factorial(self, x: Expression) -> Expression:
        """Chosen from all that a number can hold; there is none of a number that is negative or not whole."""
        graph = self.graph

        def among(first: int, last: int) -> Expression:
            if first == last:
                return graph.number(float(math.factorial(first)))
            middle = (first + last + 1) // 2
            return graph.select(
                graph.relation("lt", x, graph.number(middle)), among(first, middle - 1), among(middle, last)
            )

        small = graph.relation("le", x, graph.number(LARGEST_FACTORIAL))
        natural = graph.logic(
            "and", graph.relation("le", graph.zero, x), graph.relation("eq", x, graph.call("floor", x))
        )
        size = graph.select(small, among(0, LARGEST_FACTORIAL), graph.number(math.inf))
        return graph.select(natural, size, graph.number(math.nan))

    def _extreme(self, least: bool, x: Expression, y: Expression) -> Expression:
        first, second = (x, y) if least else (y, x)
        return self.graph.select(self.graph.relation("lt", first, second), x, y)

    def _inverse_hyperbolic(self, kind: int, x: Expression, node: Any) -> Expression:
        graph, one = self.graph, self.graph.one
        square = graph.multiply(x, x)
        if kind == sbml.AST_FUNCTION_ARCSINH:
            return graph.call("log", graph.add(x, graph.call("sqrt", graph.add(square, one))))
        if kind == sbml.AST_FUNCTION_ARCCOSH:
            return graph.call("log", graph.add(x, graph.call("sqrt", graph.subtract(square, one))))
        if kind == sbml.AST_FUNCTION_ARCTANH:
            ratio = graph.divide(graph.add(one, x), graph.subtract(one, x))
            return graph.multiply(graph.number(0.5), graph.call("log", ratio))
        name = node.getName() or sbml.formulaToL3String(node)
        raise UnsupportedModel("this function is not supported by the engine", field=str(name))
