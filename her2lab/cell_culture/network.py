"""The signalling network of a cell as a graph, live: its nodes with and without a treatment, and who acts on whom.

Nodes are states of the model, edges come from its equations: each state is moved a little, and what moves at once is
what it acts on. A new node in ``biology/network.ant`` is a node here, and what is taken out there is gone here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from her2lab._types import Floats
from her2lab.cell_culture.culture import Culture
from her2lab.cell_culture.experiment import TOLERANCE, added_to, model, put, rested
from her2lab.cell_culture.medium import CultureTreatment
from her2lab.engine import Batch

RECEPTORS = {"line_her_her1": ("her1", "line_pegfr"), "line_her_her2_free": ("her2", "line_pher2"),
             "line_her_her3": ("her3", "line_pher3")}  # state -> node, and the phosphorylated part that is its activity
FATES = {"line_proliferation": "proliferation", "line_apoptosis": "apoptosis"}
OUTSIDE = ("line_akt", "line_foxo", "line_src", "line_muc4", "line_juxtamembrane")  # states that the network hands out
PREFIX = "line_signal_"
STEP, LEAST_STEP = 0.02, 1e-4   # by which a state is moved: of its value, and at least
MOMENT = 1e-8                   # days after which is read what moves at once
WEAKEST = 2e-3                  # of the strongest input of a node; weaker ones are left out


@dataclass(frozen=True)
class Node:
    """One node; receptors are in millions of phosphorylated ones per cell, the others are activities."""

    id: str
    untreated: float
    treated: float


@dataclass(frozen=True)
class Edge:
    """`source` raises `target` (sign 1) or lowers it (-1); `share` is its strength, of the strongest input."""

    source: str
    target: str
    sign: int
    share: float


@dataclass(frozen=True)
class Network:
    """The nodes and edges of one culture; edges are those of the untreated cell."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def network(culture: Culture, treatment: CultureTreatment, days: float, threads: int = 1) -> Network:
    """Return the network of a culture at rest, and its nodes after so many days of a treatment.

    Raises
    ------
    InputError
        If the treatment cannot be given.
    """
    at_rest = rested([culture], threads)
    states = _states()
    activities = [RECEPTORS[name][1] if name in RECEPTORS else name for name in states] + list(FATES)
    both = at_rest.select(np.array([0, 0]))
    put(both, [{}, added_to(culture, treatment)])
    untreated = both.values(activities)[0]
    both.advance(both.time + days, rtol=TOLERANCE, threads=threads)
    treated = both.values(activities)[1]
    names = [*(_name(state) for state in states), *FATES.values()]
    nodes = tuple(Node(name, float(a), float(b)) for name, a, b in zip(names, untreated, treated, strict=True))
    return Network(nodes, _edges(names, _effects(at_rest.select(np.zeros(len(states) + 1, dtype=int)), states)))


def _states() -> list[str]:
    return [name for name in model().states if name in RECEPTORS or name in OUTSIDE or name.startswith(PREFIX)]


def _name(state: str) -> str:
    return RECEPTORS[state][0] if state in RECEPTORS else state.removeprefix(PREFIX).removeprefix("line_")


def _effects(rows: Batch, states: list[str]) -> Floats:
    """Return by how much each node moves at once for a unit of each state, shape (nodes, states).

    `rows` has one row more than there are states; the first stays as it is.
    """
    before = rows.values(states)[0]
    step = STEP * before + LEAST_STEP
    for column, state in enumerate(states):
        moved = np.full(len(rows), before[column])
        moved[column + 1] += step[column]
        rows.set(state, moved)
    start, fates = rows.values(states), rows.values(list(FATES))
    rows.advance(rows.time + MOMENT, rtol=TOLERANCE)
    change = rows.values(states) - start
    effects = (change[1:] - change[0]) / step[:, None]
    np.fill_diagonal(effects, 0.0)
    return np.concatenate([effects, (fates[1:] - fates[0]) / step[:, None]], axis=1).T


def _edges(names: list[str], effects: Floats) -> tuple[Edge, ...]:
    """Return the edges that are not too weak."""
    found = []
    for target, row in zip(names, effects, strict=True):
        strongest = float(np.abs(row).max())
        for source, effect in zip(names, row, strict=False):
            if strongest > 0 and abs(effect) > WEAKEST * strongest and source != target:
                found.append(Edge(source, target, 1 if effect > 0 else -1, abs(float(effect)) / strongest))
    return tuple(found)
