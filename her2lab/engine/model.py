"""A compiled model: the entry to the engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from her2lab.engine.batch import Batch
from her2lab.engine.equations import Equations
from her2lab.engine.inputs import Inputs
from her2lab.engine.kernel import Kernel, build_kernel
from her2lab.engine.names import Floats, per_patient, unknown
from her2lab.engine.result import Result
from her2lab.engine.sbml import equations_of
from her2lab.engine.source import read_source
from her2lab.errors import InputError

ABSOLUTE = 1e-9
"""Default absolute tolerance, as a part of each state's scale."""


def compile(source: str | os.PathLike[str]) -> Model:  # noqa: A001 - read as engine.compile
    """Read a model and compile it, or load its kernel from the cache.

    Parameters
    ----------
    source : path of a .xml, .sbml, .ant or .txt file, or the text of a model: SBML if it starts with ``<``,
        otherwise Antimony.

    Raises
    ------
    UnsupportedModel
        The model uses what the engine does not integrate (delays, algebraic rules, fast reactions).
    InputError
        The source is not a readable model.
    """
    document, text = read_source(source)
    return Model(equations_of(document), text)


class Model:
    """A model ready to integrate, made by :func:`compile`.

    Attributes
    ----------
    states : ids of the integrated symbols, in the order of the state vector. A species has the unit that SBML
        gives its symbol: concentration, unless it has only substance units.
    parameters : ids of the constants that may be set per patient; one that belongs to a single kinetic law is
        called ``reaction.parameter``.
    observables : ids of the symbols given by assignment rules, and of the reactions, whose value is their rate.
    variables : states and assigned symbols: what is returned when no outputs are named.
    hash : content hash of the mathematics.
    events : what happens when a trigger becomes true; `volumes` are the compartments that this may resize.
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
        self.volumes = equations.volumes
        self.sbml = sbml
        self.hash = equations.hash
        self.kernel: Kernel = build_kernel(equations, self.hash)
        self._given = np.array(equations.given, dtype=np.float64)
        self._idle = np.array([name in equations.idle for name in self.parameters + self.states], dtype=np.bool_)
        self._truth = [float(event.initial) for event in equations.events] + [0.0] * len(equations.watched)
        self._places = {name: i for i, name in enumerate(self.states + self.observables + self.parameters)}

    def __reduce__(self) -> tuple[Callable[[str], Model], tuple[str]]:
        """Travel to another process as text; the kernel there comes from the cache."""
        return compile, (self.sbml,)

    def __repr__(self) -> str:
        sizes = f"{len(self.states)} states, {len(self.parameters)} parameters"
        return f"Model({sizes}, {len(self.observables)} observables, hash {self.hash[:12]})"

    @cached_property
    def defaults(self) -> dict[str, float]:
        """Default value of every parameter and initial value of every state; NaN where there is none."""
        values = self._initial(self._given[None, :], np.zeros((1, len(self._given))), 0.0)[0]
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
        return ABSOLUTE * self.scale

    def place(self, name: str) -> int:
        """Place of a name in a row of states, observables and parameters.

        Raises
        ------
        InputError
            The model has no such name; the nearest is given.
        """
        if name not in self._places:
            raise unknown(name, tuple(self._places), "a state, observable or parameter")
        return self._places[name]

    def start(self, n: int, parameters: Mapping[str, ArrayLike] | None = None, t0: float = 0.0) -> Batch:
        """Place n patients at their initial values.

        Parameters
        ----------
        n : number of patients.
        parameters : values by name, scalar or (n,), of parameters or of states (their initial value); what
            the model computes from them at the start (initial assignments, concentrations from amounts)
            follows.
        t0 : time at which they start.

        Raises
        ------
        InputError
            An unknown name (the nearest is given), a value that is not finite (parameter, patient and value
            are named), or a symbol that neither the model nor the caller gives a value.
        """
        names = self.parameters + self.states
        given = np.tile(self._given, (n, 1))
        flags = np.zeros(len(names))
        for name, values in (parameters or {}).items():
            if name not in names:
                raise unknown(name, names, "a parameter or a state")
            column = names.index(name)
            given[:, column] = per_patient(name, values, n)
            flags[column] = 1.0
        initial = self._initial(given, flags, float(t0))
        bad = np.argwhere(~np.isfinite(initial) & ~self._idle)
        if bad.size:
            i, j = bad[0]
            raise InputError(f"no finite initial value for patient {i}", field=names[j], value=float(initial[i, j]))
        split = len(self.parameters)
        return Batch(
            model=self,
            time=np.full(n, float(t0)),
            state=np.ascontiguousarray(initial[:, split:]),
            parameter=np.ascontiguousarray(initial[:, :split]),
            status=np.zeros(n, dtype=np.int8),
            step=np.zeros(n),
            restart=np.zeros(n),
            steps=np.zeros(n, dtype=np.int64),
            truth=np.tile(self._truth, (n, 1)),
            queue=_empty_queues(n),
            happened=np.zeros(n, dtype=np.int64),
        )

    def simulate(
        self,
        parameters: Mapping[str, ArrayLike] | None = None,
        times: ArrayLike = (),
        *,
        rtol: float = 1e-4,
        atol: ArrayLike | None = None,
        inputs: Inputs | None = None,
        threads: int | None = None,
        outputs: Sequence[str] | None = None,
    ) -> Result:
        """Integrate from time 0 and return the outputs at `times`.

        Parameters
        ----------
        parameters : as in :meth:`start`; arrays (n,) set the number of patients, which is 1 without them.
        times : (t,) ascending, in the model's unit, none before 0.
        rtol, atol, inputs, outputs : as in :meth:`Batch.advance`.
        threads : default one per processor.

        Raises
        ------
        InputError
            As :meth:`start` and :meth:`Batch.advance`.
        """
        moments = np.atleast_1d(np.asarray(times, dtype=np.float64))
        if moments.size == 0 or not np.isfinite(moments).all():
            raise InputError("needs at least one finite time", field="times", expected="ascending numbers >= 0")
        lengths = {np.size(v) for v in (parameters or {}).values() if np.ndim(v) == 1}
        n = inputs.n if inputs is not None else max(lengths, default=1)
        batch = self.start(n, parameters)
        names = tuple(outputs) if outputs is not None else self.variables
        values = batch.advance(
            float(moments[-1]),
            inputs=inputs,
            record=moments,
            outputs=names,
            rtol=rtol,
            atol=atol,
            threads=threads or os.cpu_count() or 1,
        )
        return Result(np.asarray(values), names, moments, batch.status)

    def _initial(self, given: Floats, flags: Floats, time: float) -> Floats:
        return self.kernel.start(np.ascontiguousarray(given), np.ascontiguousarray(flags), time)


def _empty_queues(n: int) -> NDArray[np.object_]:
    queues = np.empty(n, dtype=np.object_)
    queues.fill(())
    return queues
