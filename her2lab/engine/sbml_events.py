"""The events of an SBML model, as expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from her2lab.engine.checks import UnsupportedModel
from her2lab.engine.discontinuities import constant_between_stops, linear_in_time
from her2lab.engine.equations import Event
from her2lab.engine.expression import LOGIC, RELATIONS, Expression, Graph
from her2lab.engine.mathml import Reader


def event_targets(model: Any) -> set[str]:
    """The identifiers to which some event gives a value."""
    return {a.getVariable() for event in model.getListOfEvents() for a in _assignments(event)}


def read_events(model: Any, reader: Reader, place: Mapping[str, int]) -> tuple[Event, ...]:
    """The events of a model; `place` is the index of each state.

    Raises
    ------
    UnsupportedModel
        An event sets what an assignment rule gives, or its trigger depends on time in a way that could be stepped over.
    """
    listed = list(model.getListOfEvents())
    return tuple(_event(event, f"event {i}", reader, place) for i, event in enumerate(listed, 1) if _has_trigger(event))


def compartment_sizes(
    diluted: Mapping[str, str], place: Mapping[str, int], now: Callable[[str], Expression]
) -> tuple[tuple[int, Expression], ...]:
    """Each concentration that is a state with the size of its compartment."""
    return tuple((place[name], now(compartment)) for name, compartment in diluted.items() if name in place)


def _has_trigger(event: Any) -> bool:
    """Whether the event has a trigger; without one it never happens."""
    return bool(event.isSetTrigger() and event.getTrigger().isSetMath())


def _assignments(event: Any) -> Iterator[Any]:
    return (a for a in event.getListOfEventAssignments() if a.isSetMath())


def _event(event: Any, number: str, reader: Reader, place: Mapping[str, int]) -> Event:
    graph, name = reader.graph, str(event.getId() or number)
    for a in _assignments(event):
        if a.getVariable() not in place:
            raise UnsupportedModel("an event cannot set this symbol", field=a.getVariable())
    trigger, assignments = event.getTrigger(), list(_assignments(event))
    return Event(
        name=name,
        trigger=graph.truth(reader.read(trigger.getMath())),
        initial=bool(trigger.getInitialValue()),
        persistent=bool(trigger.getPersistent()),
        values_from_trigger=bool(event.getUseValuesFromTriggerTime()),
        priority=_optional(reader, event.getPriority()),
        delay=_optional(reader, event.getDelay()),
        targets=tuple(place[a.getVariable()] for a in assignments),
        values=tuple(graph.amount(reader.read(a.getMath())) for a in assignments),
    )


def _optional(reader: Reader, part: Any) -> Expression | None:
    if part is None or not part.isSetMath():
        return None
    return reader.graph.amount(reader.read(part.getMath()))


def state_comparisons(
    graph: Graph, events: tuple[Event, ...], piecewise_constant: frozenset[int]
) -> tuple[Expression, ...]:
    """The comparisons in triggers that have to be sampled along each step: those that follow moving states.

    A straight line in time is a stop, and states are followed by the error control.

    Raises
    ------
    UnsupportedModel
        A trigger follows time alone in a wave or a staircase, which nothing follows, or asks whether a moving state
        equals something, which no step would meet.
    """
    found: list[Expression] = []
    for event in events:
        for a in graph.order([event.trigger], stop=lambda b: graph.fixed[b]):
            operation, arguments, _ = graph.nodes[a]
            if operation not in RELATIONS or constant_between_stops(graph, a, piecewise_constant):
                continue
            if linear_in_time(graph, arguments, piecewise_constant):
                continue
            if _nonlinear_in_time(graph, a):
                raise UnsupportedModel("the trigger depends on time other than linearly", field=event.name)
            if operation in ("eq", "ne") and not any(graph.is_condition(b) for b in arguments):
                raise UnsupportedModel("the trigger asks for equality with a moving value", field=event.name)
            found.append(a)
    return tuple(dict.fromkeys(found))


def _nonlinear_in_time(graph: Graph, relation: Expression) -> bool:
    """Whether time enters a comparison other than in sums, multiples and the conditions of pieces."""
    timed: dict[Expression, bool] = {}
    for a in graph.order([relation], stop=lambda b: graph.fixed[b]):
        operation, arguments, _ = graph.nodes[a]
        count = 0 if graph.fixed[a] else sum(timed[b] for b in arguments)
        timed[a] = operation == "time" or count > 0
        straight = operation in ("time", "add", "subtract", "negative", *RELATIONS, *LOGIC)
        straight = straight or (operation == "multiply" and count == 1)
        straight = straight or (operation == "select" and not any(timed[b] for b in arguments[1:]))
        if timed[a] and not straight:
            return True
    return False
