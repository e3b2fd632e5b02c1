"""Jumps of the rates at times that follow from time alone.

A condition in time (``piecewise(1, time < start + 7, 0)``) and a staircase (``floor(time/24)``, and with it ``rem``)
make the rates jump. The integrator stops at each such moment, so that no pulse is stepped over however short it is;
inside a step they are decided once, by the middle of the step, so that both ends see the same branch.

The moments of straight lines and of staircases of straight lines, nested as they may be, have formulas. Those of any
other condition in time alone (``sin(time) > 0.5``) are found by a search that cannot miss one, see
:mod:`her2lab.engine.time_search`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from her2lab.engine.expression import LOGIC, RELATIONS, Expression, Graph

Affine = tuple[Expression, Expression]
"""Slope in time and value at time 0, neither of which changes between two stops."""
STAIRCASES = ("floor", "ceil", "trunc")


@dataclass(frozen=True)
class Discontinuities:
    """What makes some expressions jump.

    Attributes
    ----------
    roots : the expressions with every condition on time decided at the leaf ``middle``.
    jumps : the next moment at which each condition or staircase may jump, in terms of the leaf ``now``.
    watched : conditions and staircases in time alone whose moments have no formula.
    on_states : comparisons that follow moving states.
    stepped_over : those of them in which time enters as a wave, which nothing follows.
    """

    roots: list[Expression]
    jumps: list[Expression]
    watched: list[Expression]
    on_states: list[Expression]
    stepped_over: list[Expression]


def find_discontinuities(
    graph: Graph, roots: Sequence[Expression], piecewise_constant: frozenset[int] = frozenset()
) -> Discontinuities:
    """The jumps of the roots in time; `piecewise_constant` are the states that do not move between two stops."""
    search = _Search(graph, piecewise_constant)
    for a in graph.order(roots, stop=lambda b: graph.fixed[b]):
        search.visit(a)
    return Discontinuities(
        [search.frozen[a] for a in roots],
        list(dict.fromkeys(search.jumps)),
        search.watched,
        search.on_states,
        search.stepped_over,
    )


@dataclass
class _Search:
    """Goes through a graph, children first.

    Attributes
    ----------
    frozen : each expression as seen within a step: what steps in time is decided at the leaf ``middle``.
    onward : the same just after the leaf ``now``, where a jump that lies there has happened.
    """

    graph: Graph
    piecewise_constant: frozenset[int]
    frozen: dict[Expression, Expression] = field(default_factory=dict)
    onward: dict[Expression, Expression] = field(default_factory=dict)
    jumps: list[Expression] = field(default_factory=list)
    watched: list[Expression] = field(default_factory=list)
    on_states: list[Expression] = field(default_factory=list)
    stepped_over: list[Expression] = field(default_factory=list)

    def visit(self, a: Expression) -> None:
        """Take up one expression."""
        graph = self.graph
        operation, arguments, _ = graph.nodes[a]
        if graph.fixed[a]:
            self.frozen[a] = self.onward[a] = a
            return
        self.frozen[a] = graph.like(a, tuple(self.frozen[b] for b in arguments))
        self.onward[a] = graph.like(a, tuple(self.onward[b] for b in arguments))
        if operation not in (*RELATIONS, *STAIRCASES) or self._constant(self.frozen[a]):
            return
        lines = [self._line(operation, known, arguments) for known in (self.frozen, self.onward)]
        if lines[0] is not None and lines[1] is not None:
            step = self._relation if operation in RELATIONS else self._staircase
            self.frozen[a], self.onward[a] = step(operation, lines[0], lines[1])
            return
        if self._constant(a, moving=("time",)):
            self.watched.append(a)
            self.frozen[a] = substitute(graph, a, {graph.leaf("time"): graph.leaf("middle")})
            self.onward[a] = a  # in it stands time: nothing built on it has a formula
            return
        if operation in RELATIONS:
            self.on_states.append(a)
        if _waves_in_time(graph, self.frozen[a]):
            self.stepped_over.append(a)

    def _constant(self, a: Expression, moving: tuple[str, ...] = ()) -> bool:
        """Whether the expression keeps its value between two stops, but for leaves of the kinds `moving`."""
        graph, kinds = self.graph, ("middle", "now", *moving)
        for b in graph.order([a], stop=lambda b: graph.fixed[b]):
            kind, arguments, index = graph.nodes[b]
            still = graph.fixed[b] or arguments or kind in kinds
            if not still and not (kind == "state" and index in self.piecewise_constant):
                return False
        return True

    def _line(
        self, operation: str, known: Mapping[Expression, Expression], arguments: tuple[Expression, ...]
    ) -> Affine | None:
        """The argument of a staircase, or the difference of a comparison's sides, where it is a straight line."""
        graph = self.graph
        sides = [graph.amount(known[b]) for b in arguments]
        line = self._affine(graph.subtract(*sides) if operation in RELATIONS else sides[0])
        return line if line is not None and line[0] != graph.zero else None

    def _affine(self, a: Expression) -> Affine | None:
        graph = self.graph
        operation, arguments, _ = graph.nodes[a]
        if graph.fixed[a] or self._constant(a):
            return graph.zero, a
        if operation == "time":
            return graph.one, graph.zero
        if operation == "select":
            return self._affine_piece(*arguments)
        if operation not in ("add", "subtract", "negative", "multiply"):
            return None
        parts = [self._affine(b) for b in arguments]
        lines = [part for part in parts if part is not None]
        if len(lines) < len(parts):
            return None
        if operation == "negative":
            return graph.negative(lines[0][0]), graph.negative(lines[0][1])
        if operation == "multiply":
            first = arguments[0] if lines[0][0] == graph.zero else arguments[1]
            slope, start = lines[1] if lines[0][0] == graph.zero else lines[0]
            if not self._constant(first):
                return None
            return graph.multiply(first, slope), graph.multiply(first, start)
        combine = graph.add if operation == "add" else graph.subtract
        return combine(lines[0][0], lines[1][0]), combine(lines[0][1], lines[1][1])

    def _affine_piece(self, condition: Expression, yes: Expression, no: Expression) -> Affine | None:
        first, second = self._affine(yes), self._affine(no)
        if first is None or second is None or not self._constant(condition):
            return None
        graph = self.graph
        return graph.select(condition, first[0], second[0]), graph.select(condition, first[1], second[1])

    # -- what jumps --------------------------------------------------------------------------------

    def _relation(self, operation: str, frozen: Affine, onward: Affine) -> tuple[Expression, Expression]:
        """A comparison of a straight line with zero, within the step and just after ``now``."""
        graph = self.graph
        slope, start = onward
        jump = graph.divide(graph.negative(start), slope)
        self.jumps.append(jump)
        difference = graph.add(graph.multiply(frozen[0], graph.leaf("middle")), frozen[1])
        beyond = graph.relation("le", jump, graph.leaf("now"))
        sign = graph.select(beyond, slope, graph.negative(slope))
        sign = graph.select(graph.relation("eq", slope, graph.zero), start, sign)
        return graph.relation(operation, difference, graph.zero), graph.relation(operation, sign, graph.zero)

    def _staircase(self, operation: str, frozen: Affine, onward: Affine) -> tuple[Expression, Expression]:
        """``floor``, ``ceil`` or ``trunc`` of a straight line, within the step and just after ``now``."""
        graph, (slope, start), now = self.graph, onward, self.graph.leaf("now")
        one = graph.one
        up = graph.relation("lt", graph.zero, slope)
        value = graph.add(graph.multiply(slope, now), start)
        near = graph.select(
            up, graph.add(graph.call("floor", value), one), graph.subtract(graph.call("ceil", value), one)
        )
        passed = graph.relation("le", self._moment(near, onward), now)  # it stands on the step, to the last bit
        level = graph.select(passed, graph.add(near, graph.select(up, one, graph.number(-1.0))), near)
        self.jumps.append(self._moment(level, onward))
        lower = graph.select(up, graph.subtract(level, one), level)
        upper = graph.add(lower, one)
        toward_zero = graph.select(graph.relation("le", graph.zero, lower), lower, upper)
        middle = graph.add(graph.multiply(frozen[0], graph.leaf("middle")), frozen[1])
        return graph.call(operation, middle), {"floor": lower, "ceil": upper, "trunc": toward_zero}[operation]

    def _moment(self, level: Expression, line: Affine) -> Expression:
        """When a straight line reaches a level: a multiple of the period where it has one."""
        graph, (slope, start) = self.graph, line
        operation, arguments, _ = graph.nodes[slope]
        is_inverse = operation == "divide" and arguments[0] == graph.one
        period = arguments[1] if is_inverse else graph.divide(graph.one, slope)
        return graph.multiply(period, graph.subtract(level, start))


def substitute(graph: Graph, root: Expression, new: Mapping[Expression, Expression]) -> Expression:
    """The expression with some of its parts replaced."""
    known = dict(new)
    for a in graph.order([root], stop=lambda b: b in new):
        if a not in known:
            known[a] = graph.again(a, tuple(known[b] for b in graph.nodes[a][1]))
    return known[root]


def _waves_in_time(graph: Graph, relation: Expression) -> bool:
    """Whether time enters a comparison other than in sums, multiples and the conditions of pieces."""
    timed: dict[Expression, bool] = {}
    for a in graph.order([relation], stop=lambda b: graph.fixed[b]):
        operation, arguments, _ = graph.nodes[a]
        count = 0 if graph.fixed[a] else sum(timed[b] for b in arguments)
        timed[a] = operation == "time" or count > 0
        straight = operation in ("time", "add", "subtract", "negative", *STAIRCASES, *RELATIONS, *LOGIC)
        straight = straight or (operation == "multiply" and count == 1)
        straight = straight or (operation == "select" and not any(timed[b] for b in arguments[1:]))
        if timed[a] and not straight:
            return True
    return False
