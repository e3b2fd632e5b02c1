"""``delay()`` in an SBML model: what an expression was some time ago is that of its states and of time then."""

from __future__ import annotations

from dataclasses import dataclass, field

from her2lab.engine.checks import UnsupportedModel
from her2lab.engine.discontinuities import substitute
from her2lab.engine.expression import Expression, Graph


@dataclass
class Delays:
    """The delayed states of a model.

    Attributes
    ----------
    found : for each state and delay the leaf that stands for it.
    rates : expressions that were read as a rate of change, which is none before the start.
    constants : the parameters in delayed expressions.
    """

    graph: Graph
    found: dict[tuple[int, Expression], Expression] = field(default_factory=dict)
    rates: set[Expression] = field(default_factory=set)
    constants: set[int] = field(default_factory=set)

    def earlier(self, a: Expression, delay: Expression) -> Expression:
        """The expression as it was some time ago.

        Raises
        ------
        UnsupportedModel
            The delay itself changes, or the expression is or holds a rate of change.
        """
        graph = self.graph
        if delay == graph.zero:
            return a
        if not graph.fixed[delay]:
            raise UnsupportedModel("a delay that changes is not supported", field="delay")
        leaves = [graph.nodes[b] for b in graph.order([a], stop=lambda _: False)]
        self.constants |= {int(index or 0) for kind, _, index in leaves if kind == "parameter"}
        new: dict[Expression, Expression] = {}
        known = {leaf: key for key, leaf in self.found.items()}
        for b in graph.order([a], stop=lambda b: graph.fixed[b]):
            kind, _, index = graph.nodes[b]
            if b in self.rates or kind in ("unknown", "delayed_rate"):
                raise UnsupportedModel("the delay of a rate of change is not supported", field="delay")
            if kind == "time":
                new[b] = graph.subtract(b, delay)
            elif kind == "state":
                new[b] = self._leaf(int(index or 0), delay)
            elif kind == "delayed":
                state, before = known[b]
                new[b] = self._leaf(state, graph.add(before, delay))
        return substitute(graph, a, new)

    def _leaf(self, state: int, delay: Expression) -> Expression:
        return self.found.setdefault((state, delay), self.graph.leaf("delayed", len(self.found)))

    def before_the_start(self, a: Expression, delay: Expression) -> Expression:
        """The same at the start: states were then what they are at the start."""
        time = self.graph.leaf("time")
        return substitute(self.graph, a, {time: self.graph.subtract(time, delay)})

    def rate(self, a: Expression) -> Expression:
        """Note that an expression is a rate of change."""
        self.rates.add(a)
        return a

    def refuse_moving_start(self, states: list[str], parameters: list[str], initial: dict[str, Expression]) -> None:
        """Refuse a delayed symbol whose value before the start is given by a formula in time."""
        graph, time = self.graph, self.graph.leaf("time")
        for name in [*(states[i] for i, _ in self.found), *(parameters[i] for i in sorted(self.constants))]:
            if time in graph.order([initial[name]], stop=lambda b: graph.fixed[b]):
                raise UnsupportedModel("a delayed value that moves before the start is not supported", field=name)
