"""Formulas as trees that can be compared and simplified, and their way from and to libsbml.

A formula is a number, the name of a symbol, or a tuple of an operator and its operands: ``+`` and ``*`` have any
number of them, ``-``, ``/`` and ``^`` two, ``neg`` one; any other first entry is a function of one argument (``pi``:
of none).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import libsbml

Formula = float | str | tuple[Any, ...]

_OPERATORS = {libsbml.AST_PLUS: "+", libsbml.AST_TIMES: "*", libsbml.AST_MINUS: "-", libsbml.AST_DIVIDE: "/",
              libsbml.AST_POWER: "^", libsbml.AST_FUNCTION_POWER: "^"}
_FUNCTIONS: dict[int, str] = {libsbml.AST_FUNCTION_LN: "ln", libsbml.AST_FUNCTION_EXP: "exp",
                              libsbml.AST_CONSTANT_PI: "pi"}
_EVALUATED: dict[str, Callable[[float], float]] = {"ln": math.log, "exp": math.exp, "neg": lambda x: -x}
_BINDING = {"+": 1, "-": 1, "neg": 2, "*": 3, "/": 3, "^": 4}


def from_ast(node: Any) -> Formula:
    """Return the formula of a libsbml syntax tree."""
    kind = node.getType()
    if node.isNumber():
        return float(node.getValue())
    if kind == libsbml.AST_NAME:
        return str(node.getName())
    operands = tuple(from_ast(node.getChild(i)) for i in range(node.getNumChildren()))
    operator = _OPERATORS.get(kind) or _FUNCTIONS[kind]
    return ("neg", *operands) if operator == "-" and len(operands) == 1 else (operator, *operands)


def to_ast(formula: Formula) -> Any:
    """Return the libsbml syntax tree of a formula; its numbers have no unit."""
    node = libsbml.parseL3Formula(text(formula))
    _say_dimensionless(node)
    return node


def _say_dimensionless(node: Any) -> None:
    if node.isNumber():
        node.setUnits("dimensionless")
    for child in range(node.getNumChildren()):
        _say_dimensionless(node.getChild(child))


def text(formula: Formula, around: int = 0) -> str:
    """Return a formula as one writes it; `around` is how tightly what stands around it binds."""
    if isinstance(formula, str):
        return formula
    if isinstance(formula, float):
        written = repr(int(formula)) if formula.is_integer() and abs(formula) < 1e15 else repr(formula)
        return f"({written})" if formula < 0 and around else written
    operator, *operands = formula
    if operator not in _BINDING:
        return operator if not operands else f"{operator}({text(operands[0])})"
    own = _BINDING[operator]
    if operator == "neg":
        written = f"-{text(operands[0], own + 1)}"
    else:
        first, *others = operands
        tight = operator in "-/^"
        parts = [text(first, own + (operator == "^")), *(text(each, own + tight) for each in others)]
        written = (f" {operator} " if operator in "+-" else operator).join(parts)
    return f"({written})" if own < around else written


def names(formula: Formula) -> Iterator[str]:
    """Give the names in a formula, as often as they stand there."""
    if isinstance(formula, str):
        yield formula
    elif isinstance(formula, tuple):
        for operand in formula[1:]:
            yield from names(operand)


def renamed(formula: Formula, new: Callable[[str], str]) -> Formula:
    """Return the formula with other names."""
    if isinstance(formula, str):
        return new(formula)
    if isinstance(formula, tuple):
        return (formula[0], *(renamed(operand, new) for operand in formula[1:]))
    return formula


def simplified(formula: Formula, known: Mapping[str, float]) -> Formula:
    """Return the formula with known values in place, without what they make vanish.

    An infinite value is one by which dividing leaves nothing.
    """
    if isinstance(formula, str):
        return known.get(formula, formula)
    if isinstance(formula, float):
        return formula
    operator, *before = formula
    operands = [simplified(operand, known) for operand in before]
    if operator == "+":
        return _sum(operands)
    if operator == "*":
        return _product(operands)
    if operator == "-":
        return _difference(*operands)
    if operator == "/":
        return _quotient(*operands)
    if operator == "^":
        return _power(*operands)
    if operands != before and isinstance(operands[0], float):
        return float(_EVALUATED[operator](operands[0]))
    return (operator, *operands)


def _sum(operands: list[Formula]) -> Formula:
    numbers = [each for each in operands if isinstance(each, float)]
    total = math.fsum(numbers)
    left: list[Formula] = [each for each in operands if not isinstance(each, float)]
    if total or not left:
        left.insert(0 if isinstance(operands[0], float) else len(left), total)
    return left[0] if len(left) == 1 else ("+", *left)


def _product(operands: list[Formula]) -> Formula:
    if 0.0 in operands:
        return 0.0
    number = math.prod(each for each in operands if isinstance(each, float))
    left: list[Formula] = [each for each in operands if not isinstance(each, float)]
    if number != 1.0 or not left:
        left.insert(0, number)
    if math.isinf(number):
        return math.inf
    return left[0] if len(left) == 1 else ("*", *left)


def _difference(minuend: Formula, subtrahend: Formula) -> Formula:
    if isinstance(minuend, float) and isinstance(subtrahend, float):
        return minuend - subtrahend
    if subtrahend == 0.0:
        return minuend
    return ("neg", subtrahend) if minuend == 0.0 else ("-", minuend, subtrahend)


def _quotient(dividend: Formula, divisor: Formula) -> Formula:
    if dividend == 0.0 or divisor == math.inf:
        return 0.0
    if isinstance(dividend, float) and isinstance(divisor, float):
        return dividend / divisor
    return dividend if divisor == 1.0 else ("/", dividend, divisor)


def _power(base: Formula, exponent: Formula) -> Formula:
    if isinstance(base, float) and isinstance(exponent, float):
        return float(base**exponent)
    return base if exponent == 1.0 else ("^", base, exponent)
