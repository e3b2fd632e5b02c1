"""The events of an SBML model, as expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from her2lab.engine.checks import UnsupportedModel
from her2lab.engine.discontinuities import find_discontinuities
from her2lab.engine.equations import Event
from her2lab.engine.expression import Expression, Graph
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

    What follows time alone is a stop, and states are followed by the error control.

    Raises
    ------
    UnsupportedModel
        A trigger compares a moving state with a wave in time, which nothing follows, or asks whether a moving state
        equals something, which no step would meet.
    """
    found: list[Expression] = []
    for event in events:
        jumps = find_discontinuities(graph, [event.trigger], piecewise_constant)
        if jumps.stepped_over:
            raise UnsupportedModel("the trigger joins a wave in time with a moving state", field=event.name)
        for a in jumps.on_states:
            operation, arguments, _ = graph.nodes[a]
            if operation in ("eq", "ne") and not any(graph.is_condition(b) for b in arguments):
                raise UnsupportedModel("the trigger asks for equality with a moving value", field=event.name)
        found += jumps.on_states
    return tuple(dict.fromkeys(found))
