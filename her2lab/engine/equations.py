"""The mathematics of a model, free of SBML: what the code generator reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from her2lab.engine.expression import Expression, Graph


@dataclass(frozen=True)
class Event:
    """An SBML event: values that a patient's states take at the moment at which a condition becomes true.

    Attributes
    ----------
    name : its id in the model.
    trigger : the condition.
    initial : value of the trigger before the start; an event that is true at the start fires if this is false.
    persistent : whether it is carried out although the trigger has become false again while it waited.
    values_from_trigger : whether the values are those of the moment of the trigger, not of the execution.
    priority : the highest goes first among events due at one moment; None goes last.
    delay : time from trigger to execution; None for none.
    targets, values : states that are set, and to what.
    """

    name: str
    trigger: Expression
    initial: bool
    persistent: bool
    values_from_trigger: bool
    priority: Expression | None
    delay: Expression | None
    targets: tuple[int, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True)
class Equations:
    """An initial value problem over one graph.

    Attributes
    ----------
    states, rates : names of the integrated symbols and their time derivatives.
    parameters : names of the constants that may be set per patient.
    observables, observed : names of assigned symbols and of reactions, and their expressions.
    fluxes : those observables that are reactions.
    given : default of each parameter, then of each state; NaN where the model computes it or gives none.
    initial : initial value of each parameter, then of each state, in terms of ``given`` and ``flag`` leaves
        of the same order (the flag is 1 where the user gave the value) and of time.
    events : in the order of the model.
    state_comparisons : comparisons in triggers that follow moving states.
    piecewise_constant : states that only events change.
    compartment_sizes : a state that is a concentration, and the size of its compartment, where an event may change it.
    delays : a state, and how long ago its value is asked for; of the order of the leaves ``delayed``.
    unused : parameters on which no rate and no event depends; they need no value.
    divisors : compartments in which a moving concentration stands; they need a size above 0.
    """

    graph: Graph
    states: tuple[str, ...]
    rates: tuple[Expression, ...]
    parameters: tuple[str, ...]
    observables: tuple[str, ...]
    observed: tuple[Expression, ...]
    fluxes: tuple[str, ...]
    given: tuple[float, ...]
    initial: tuple[Expression, ...]
    events: tuple[Event, ...] = ()
    state_comparisons: tuple[Expression, ...] = ()
    piecewise_constant: frozenset[int] = frozenset()
    compartment_sizes: tuple[tuple[int, Expression], ...] = ()
    delays: tuple[tuple[int, Expression], ...] = ()
    unused: frozenset[str] = frozenset()
    divisors: frozenset[str] = frozenset()

    @property
    def conditions(self) -> list[Expression]:
        """What is evaluated along each step to detect events: triggers first, then single comparisons in them.

        A trigger such as ``x > 5 and x < 5.1`` may be false at both ends of a step that passes it; one of its
        comparisons is not.
        """
        return [event.trigger for event in self.events] + list(self.state_comparisons)

    @property
    def root_functions(self) -> list[Expression]:
        """Difference of the two sides of each comparison in `state_comparisons`: zero where it changes."""
        graph = self.graph
        return [graph.subtract(*(graph.amount(b) for b in graph.nodes[a][1])) for a in self.state_comparisons]

    @property
    def event_terms(self) -> list[Expression]:
        """What events depend on besides triggers: priority and delay of each, values of each, sizes of compartments."""
        graph = self.graph
        waits = [part or graph.zero for event in self.events for part in (event.priority, event.delay)]
        values = [graph.amount(value) for event in self.events for value in event.values]
        return waits + values + [size for _, size in self.compartment_sizes]

    @property
    def hash(self) -> str:
        """Content hash of the mathematics: equal for two texts with the same names and equations."""
        digest = hashlib.sha256()
        names: tuple[object, ...] = (self.states, self.parameters, self.observables, self.given)
        roots = [*self.rates, *self.observed, *self.initial]
        for event in self.events:
            parts = (event.trigger, event.priority, event.delay, *event.values)
            roots += [part for part in parts if part is not None]
            shape = tuple(part is None for part in parts)
            names += (event.name, event.initial, event.persistent, event.values_from_trigger, event.targets, shape)
        if self.compartment_sizes:
            names += (tuple(state for state, _ in self.compartment_sizes),)
            roots += [size for _, size in self.compartment_sizes]
        if self.delays:
            names += (tuple(state for state, _ in self.delays),)
            roots += [delay for _, delay in self.delays]
        position: dict[Expression, int] = {}
        for a in self.graph.order(roots, stop=lambda _: False):
            operation, arguments, value = self.graph.nodes[a]
            position[a] = len(position)
            digest.update(repr((operation, [position[b] for b in arguments], value)).encode())
        digest.update(repr((names, [position[a] for a in roots])).encode())
        return digest.hexdigest()
