"""A compiled model: its names, its default values and its kernel; it knows nothing of patients or doses."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from her2lab._types import Floats
from her2lab.engine.checks import unknown_name
from her2lab.engine.equations import Equations
from her2lab.engine.kernel import Kernel, build_kernel

RELATIVE_TO_SCALE = 1e-9
"""Default absolute tolerance, as a part of each state's scale."""


class CompiledModel:
    """Names, default values and compiled code of a model.

    Attributes
    ----------
    states : ids of the integrated symbols, in the order of the state vector. A species has the unit that SBML
        gives its symbol: concentration, unless it has only substance units.
    parameters : ids of the constants that may be set per patient; one that belongs to a single kinetic law is
        called ``reaction.parameter``.
    observables : ids of the symbols given by assignment rules, and of the reactions, whose value is their rate.
    variables : states and assigned symbols: what is returned when no outputs are named.
    hash : content hash of the mathematics.
    events : the SBML events; `compartment_sizes` are the compartments that they may resize.
    kept_states, delayed_states : the states that delays look back to, and that of each delay.
    given : (parameters + states,) numbers of the model; NaN where it computes the value or gives none.
    needed : (parameters + states,) whether it needs a finite value: states, and what rates and events depend on.
    divisors : (parameters + states,) whether it is a size by which something is divided.
    trigger_values : what each trigger and each comparison in one is before the start.
    sbml : the SBML text.
    kernel : the compiled code.
    """

    def __init__(self, equations: Equations, sbml: str) -> None:
        self.states = equations.states
        self.parameters = equations.parameters
        self.observables = equations.observables
        assigned = tuple(name for name in equations.observables if name not in equations.fluxes)
        self.variables = equations.states + assigned
        self.events = equations.events
        self.compartment_sizes = equations.compartment_sizes
        self.kept_states = sorted({state for state, _ in equations.delays})
        self.delayed_states = [state for state, _ in equations.delays]
        self.sbml = sbml
        self.hash = equations.hash
        self.kernel: Kernel = build_kernel(equations, self.hash)
        self.given = np.array(equations.given, dtype=np.float64)
        names = self.parameters + self.states
        self.needed = np.array([name not in equations.unused for name in names], dtype=np.bool_)
        self.divisors = np.array([name in equations.divisors for name in names], dtype=np.bool_)
        triggers = [float(event.initial) for event in equations.events]
        self.trigger_values = triggers + [0.0] * len(equations.state_comparisons)
        self._places = {name: i for i, name in enumerate(self.states + self.observables + self.parameters)}

    def __repr__(self) -> str:
        sizes = f"{len(self.states)} states, {len(self.parameters)} parameters"
        return f"{type(self).__name__}({sizes}, {len(self.observables)} observables, hash {self.hash[:12]})"

    @cached_property
    def defaults(self) -> dict[str, float]:
        """Default value of every parameter and initial value of every state; NaN where there is none."""
        values = self.initial_values(self.given[None, :], np.zeros((1, len(self.given))), 0.0)[0]
        return dict(zip(self.parameters + self.states, values.tolist(), strict=True))

    @cached_property
    def scale(self) -> Floats:
        """(states,) typical size of each state: its default initial value, or the median of others if 0."""
        sizes = np.abs([self.defaults[name] for name in self.states])
        known = np.isfinite(sizes) & (sizes > 0)
        typical = float(np.median(sizes[known])) if known.any() else 1.0
        return np.where(known, sizes, typical)

    @cached_property
    def atol(self) -> Floats:
        """(states,) default absolute tolerance, ``1e-9 * scale``."""
        return RELATIVE_TO_SCALE * self.scale

    def index(self, name: str) -> int:
        """Place of a name in a row of states, observables and parameters.

        Raises
        ------
        InputError
            The model has no such name; the nearest is given.
        """
        if name not in self._places:
            raise unknown_name(name, tuple(self._places), "a state, observable or parameter")
        return self._places[name]

    def initial_values(self, given: Floats, flags: Floats, time: float) -> Floats:
        """Initial values (n, parameters + states) that follow from given ones of the same shape.

        `flags` (parameters + states,) is 1 where the caller gave the value for all patients; where it is 0 the model's
        own formula counts.
        """
        return self.kernel.start(np.ascontiguousarray(given), np.ascontiguousarray(flags), time)
