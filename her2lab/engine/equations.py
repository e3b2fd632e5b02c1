"""The mathematics of a model, free of SBML: what the code generator reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from her2lab.engine.expression import Expression, Graph


@dataclass(frozen=True)
class Equations:
    """An initial value problem over one graph.

    Attributes
    ----------
    states, rates : names of the integrated symbols and their time derivatives.
    parameters : names of the constants that may be set per patient.
    observables, observed : names of assigned symbols and their expressions.
    given : default of each parameter, then of each state; NaN where the model computes it or gives none.
    initial : initial value of each parameter, then of each state, in terms of ``given`` and ``flag`` leaves
        of the same order (the flag is 1 where the user gave the value) and of time.
    """

    graph: Graph
    states: tuple[str, ...]
    rates: tuple[Expression, ...]
    parameters: tuple[str, ...]
    observables: tuple[str, ...]
    observed: tuple[Expression, ...]
    given: tuple[float, ...]
    initial: tuple[Expression, ...]

    @property
    def hash(self) -> str:
        """Content hash of the mathematics: equal for two texts with the same names and equations."""
        digest = hashlib.sha256()
        names = (self.states, self.parameters, self.observables, self.given)
        roots = (*self.rates, *self.observed, *self.initial)
        position: dict[Expression, int] = {}
        for a in self.graph.order(roots, stop=lambda _: False):
            operation, arguments, value = self.graph.nodes[a]
            position[a] = len(position)
            digest.update(repr((operation, [position[b] for b in arguments], value)).encode())
        digest.update(repr((names, [position[a] for a in roots])).encode())
        return digest.hexdigest()
