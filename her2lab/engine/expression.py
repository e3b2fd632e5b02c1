"""Expressions as a hash-consed graph.

An expression is an integer: the position of its node in a :class:`Graph`. Two expressions that are written
alike are the same integer, so common subexpressions are found for free, and children always precede their
parents.

Every node knows whether it is *fixed*: free of states and of time, hence constant for one patient between two
changes of a parameter. Products keep their fixed factor in front (``fixed * moving``) so that it can be
computed once outside the integration loop, and a quotient is a product with a reciprocal so that one
denominator costs one division however often it is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

Expression = int
Node = tuple[str, tuple[Expression, ...], float | int | None]
"""Operation, arguments, and the number or index that a leaf carries."""

RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}
LOGIC = ("and", "or", "xor", "not")
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "fabs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": math.trunc,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
}
MOVING_LEAVES = ("state", "time", "middle", "now", "unknown", "delayed", "delayed_rate")
MAX_POWER = 8
"""Largest whole exponent that is written as multiplications."""


class Graph:
    """A growing set of expressions; every method returns the expression it built."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.fixed: list[bool] = []
        self._index: dict[tuple[object, ...], Expression] = {}
        self.zero = self.number(0.0)
        self.one = self.number(1.0)

    # -- leaves ------------------------------------------------------------------------------------

    def number(self, value: float) -> Expression:
        """A literal number."""
        return self._node("number", (), float(value))

    def leaf(self, kind: str, index: int = 0) -> Expression:
        """A symbol: a ``state``, ``parameter``, ``given``, ``flag`` or ``unknown``; ``time``, ``middle``, ``now``."""
        return self._node(kind, (), index)

    # -- arithmetic --------------------------------------------------------------------------------

    def add(self, a: Expression, b: Expression) -> Expression:
        """The sum; signs are kept outside products."""
        if a == self.zero:
            return b
        if b == self.zero:
            return a
        if self._is(b, "negative"):
            return self.subtract(a, self._first(b))
        if self._is(a, "negative"):
            return self.subtract(b, self._first(a))
        return self._fold("add", (min(a, b), max(a, b)), lambda x, y: x + y)

    def subtract(self, a: Expression, b: Expression) -> Expression:
        """The difference."""
        if b == self.zero:
            return a
        if a == b:
            return self.zero
        if a == self.zero:
            return self.negative(b)
        if self._is(b, "negative"):
            return self.add(a, self._first(b))
        if self._is(a, "negative"):
            return self.negative(self.add(self._first(a), b))
        return self._fold("subtract", (a, b), lambda x, y: x - y)

    def negative(self, a: Expression) -> Expression:
        """The opposite."""
        if self._is(a, "negative"):
            return self._first(a)
        if self._is(a, "subtract"):
            x, y = self.nodes[a][1]
            return self.subtract(y, x)
        return self._fold("negative", (a,), lambda x: -x)

    def multiply(self, a: Expression, b: Expression) -> Expression:
        """The product, with the fixed factors of both sides gathered in front."""
        if self.zero in (a, b):
            return self.zero
        if self._is(a, "negative"):
            return self.negative(self.multiply(self._first(a), b))
        if self._is(b, "negative"):
            return self.negative(self.multiply(a, self._first(b)))
        fixed_a, moving_a = self._factors(a)
        fixed_b, moving_b = self._factors(b)
        return self._product(self._product(fixed_a, fixed_b), self._product(moving_a, moving_b))

    def divide(self, a: Expression, b: Expression) -> Expression:
        """The quotient, as a product with a reciprocal unless both sides are fixed."""
        if b == self.one:
            return a
        if self.fixed[a] and self.fixed[b]:
            return self._fold("divide", (a, b), lambda x, y: x / y)
        if self.fixed[b]:
            return self.multiply(self.divide(self.one, b), a)
        fixed, moving = self._factors(b)
        return self.multiply(self.divide(a, fixed), self._node("reciprocal", (moving,), None))

    def power(self, base: Expression, exponent: Expression) -> Expression:
        """``base ** exponent``; a negative base with a fractional exponent counts as 0.

        The integrator may undershoot zero by less than its tolerance, where the real power does not exist;
        the power is then continued by its limit at zero.
        """
        value = self.value(exponent)
        if value == 0.0:
            return self.one
        if value is not None and value == int(value) and abs(value) <= MAX_POWER:
            whole = self._whole_power(base, abs(int(value)))
            return whole if value > 0 else self.divide(self.one, whole)
        if value == 0.5:
            return self.call("sqrt", self.call("max0", base))
        return self._fold("power", (base, exponent), safe_power)

    def call(self, function: str, a: Expression) -> Expression:
        """A named function of one argument; ``max0`` is the larger of the argument and 0."""
        if function == "max0":
            return self.select(self.relation("lt", a, self.zero), self.zero, a)
        return self._fold(function, (a,), FUNCTIONS[function])

    # -- conditions --------------------------------------------------------------------------------

    def relation(self, name: str, a: Expression, b: Expression) -> Expression:
        """A comparison: lt, le, eq or ne."""
        return self._fold(name, (a, b), RELATIONS[name])

    def logic(self, name: str, *arguments: Expression) -> Expression:
        """A combination of conditions: and, or, xor or not."""
        return self._node(name, tuple(self.truth(a) for a in arguments), None)

    def select(self, condition: Expression, yes: Expression, no: Expression) -> Expression:
        """One of two expressions, by a condition."""
        if yes == no:
            return yes
        condition = self.truth(condition)
        value = self.value(condition)
        if value is not None:
            return yes if value else no
        return self._node("select", (condition, self.amount(yes), self.amount(no)), None)

    def truth(self, a: Expression) -> Expression:
        """The expression as a condition: a number counts as true unless it is 0."""
        if self.is_condition(a) or self._is(a, "number"):
            return a
        return self._node("ne", (a, self.zero), None)

    def amount(self, a: Expression) -> Expression:
        """The expression as a number: a condition counts as 1 or 0."""
        return self.select(a, self.one, self.zero) if self.is_condition(a) else a

    def is_condition(self, a: Expression) -> bool:
        """Whether the expression is true or false rather than a number."""
        return self.nodes[a][0] in RELATIONS or self.nodes[a][0] in LOGIC

    def like(self, a: Expression, arguments: tuple[Expression, ...]) -> Expression:
        """The same operation on other arguments."""
        operation, old, value = self.nodes[a]
        return a if arguments == old else self._node(operation, arguments, value)

    def again(self, a: Expression, arguments: tuple[Expression, ...]) -> Expression:
        """The same operation on other arguments, brought to its simplest form."""
        operation, old, _ = self.nodes[a]
        if arguments == old:
            return a
        if operation in ("add", "subtract", "negative", "multiply", "divide", "power", "select"):
            return int(getattr(self, operation)(*arguments))
        if operation == "reciprocal":
            return self.divide(self.one, arguments[0])
        if operation in RELATIONS:
            return self.relation(operation, *arguments)
        return self.call(operation, *arguments) if operation in FUNCTIONS else self.like(a, arguments)

    # -- questions ---------------------------------------------------------------------------------

    def value(self, a: Expression) -> float | None:
        """The number, where the expression is one."""
        operation, _, value = self.nodes[a]
        return float(value) if operation == "number" and value is not None else None

    def order(self, roots: Iterable[Expression], stop: Callable[[Expression], bool]) -> list[Expression]:
        """Everything the roots need, children first, each root's own part together; not below ``stop``."""
        done: set[Expression] = set()
        out: list[Expression] = []
        for root in roots:
            stack = [(root, False)]
            while stack:
                a, ready = stack.pop()
                if a in done:
                    continue
                if ready or stop(a) or not self.nodes[a][1]:
                    done.add(a)
                    out.append(a)
                    continue
                stack.append((a, True))
                stack.extend((b, False) for b in reversed(self.nodes[a][1]))
        return out

    # -- inside ------------------------------------------------------------------------------------

    def _node(self, operation: str, arguments: tuple[Expression, ...], value: float | int | None) -> Expression:
        if operation == "number" and value == 0.0:
            value = 0.0  # one zero: a negative zero has no meaning in a model
        key = (operation, arguments, repr(value))
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.nodes)
            self.nodes.append((operation, arguments, value))
            moving = operation in MOVING_LEAVES
            self.fixed.append(not moving and all(self.fixed[a] for a in arguments))
        return found

    def _fold(self, operation: str, arguments: tuple[Expression, ...], function: Callable[..., float]) -> Expression:
        """The node, or its number where all arguments are numbers and the result is finite."""
        arguments = tuple(self.amount(a) for a in arguments)
        values = [self.value(a) for a in arguments]
        if None not in values:
            try:
                result = float(function(*values))
            except (ArithmeticError, ValueError):
                result = math.nan
            if math.isfinite(result):
                return self.number(result)
        return self._node(operation, arguments, None)

    def _is(self, a: Expression, operation: str) -> bool:
        return self.nodes[a][0] == operation

    def _first(self, a: Expression) -> Expression:
        return self.nodes[a][1][0]

    def _factors(self, a: Expression) -> tuple[Expression, Expression]:
        """Fixed and moving factor of an expression."""
        if self.fixed[a]:
            return a, self.one
        if self._is(a, "multiply") and self.fixed[self._first(a)]:
            return self.nodes[a][1][0], self.nodes[a][1][1]
        return self.one, a

    def _product(self, a: Expression, b: Expression) -> Expression:
        if a == self.one:
            return b
        if b == self.one:
            return a
        if self.fixed[a] == self.fixed[b]:
            a, b = min(a, b), max(a, b)
        return self._fold("multiply", (a, b), lambda x, y: x * y)

    def _whole_power(self, base: Expression, exponent: int) -> Expression:
        if exponent == 1:
            return base
        half = self._whole_power(base, exponent // 2)
        square = self.multiply(half, half)
        return self.multiply(square, base) if exponent % 2 else square


def safe_power(base: float, exponent: float) -> float:
    """The power as the kernels compute it (see :meth:`Graph.power`)."""
    if base < 0 and exponent > 0 and exponent != math.floor(exponent):
        return 0.0
    return float(math.pow(base, exponent))
