"""A model that patients are simulated with: the entry to the engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from her2lab._types import Floats
from her2lab.engine.batch import MAX_STEPS, Batch
from her2lab.engine.checks import per_patient, unknown_name
from her2lab.engine.compiled_model import CompiledModel
from her2lab.engine.failure import describe_failure
from her2lab.engine.inputs import Inputs
from her2lab.engine.result import SimulationResult
from her2lab.engine.sbml import read_equations
from her2lab.engine.source import read_source
from her2lab.engine.status import Status
from her2lab.errors import InputError

POINTS = 101
"""Output times from the start to `until` where the caller asks for no other number."""
TIGHTER = (1e-2, 1e-4)
"""Factors on the tolerances of the further attempts at a patient that failed."""
TIGHTEST = 1e-12
"""A relative tolerance below this one is lost in rounding."""
RELATIVE_TO_SIZE, RELATIVE_TO_LARGEST = 1e-12, 1e-16
"""Default absolute tolerance of :meth:`Model.simulate`: a part of what the state reaches, but no less than a part of
what any state reaches, which is lost in rounding."""
FIRST_STEPS = 10_000
"""Most steps of the simulation that tells how large the states become."""
SPARE_PLACES = 8
"""Room for pending events beyond one of each kind; it grows where it does not suffice."""
KEPT_STEPS = 256
"""Room for the steps that delays look back to, at first."""
DESCRIBED = 3
"""Patients of one simulation whose failure is put into words."""


def compile_model(source: str | os.PathLike[str]) -> Model:
    """Read an SBML or Antimony model and compile it, or load its kernel from the cache.

    Parameters
    ----------
    source : path of a .xml, .sbml, .ant or .txt file, or the text of a model: SBML if it starts with ``<``,
        otherwise Antimony.

    Raises
    ------
    UnsupportedModel
        The model uses what the engine does not integrate (fast reactions, algebraic rules that are not linear).
    InputError
        The source is not a readable model.

    Examples
    --------
    >>> model = compile_model("model decay; x = 1; k = 0.5; x' = -k*x; end")
    >>> model.simulate(2.0, points=3, parameters={"k": 1.0}, rtol=1e-8)["x"].round(4).tolist()
    [[1.0, 0.3679, 0.1353]]
    """
    document, text = read_source(source)
    return Model(read_equations(document), text)


class Model(CompiledModel):
    """A model ready to simulate, made by :func:`compile_model`; its attributes are those of :class:`CompiledModel`."""

    def __reduce__(self) -> tuple[Callable[[str], Model], tuple[str]]:
        """Travel to another process as text; the kernel there comes from the cache."""
        return compile_model, (self.sbml,)

    def start(self, n: int, parameters: Mapping[str, ArrayLike] | None = None, t0: float = 0.0) -> Batch:
        """Place n patients at their initial values.

        Parameters
        ----------
        n : number of patients.
        parameters : values by name, scalar or (n,), of parameters or of states (their initial value), in the unit that
            each has in the model; what the model computes from them at the start (initial assignments, concentrations
            from amounts) follows.
        t0 : time at which they start, in the model's unit.

        Raises
        ------
        InputError
            An unknown name (the nearest is given), a value that is not finite (parameter, patient and value
            are named), or a symbol that neither the model nor the caller gives a value.
        """
        names = self.parameters + self.states
        given = np.tile(self.given, (n, 1))
        flags = np.zeros(len(names))
        for name, values in (parameters or {}).items():
            if name not in names:
                raise unknown_name(name, names, "a parameter or a state")
            column = names.index(name)
            given[:, column] = per_patient(name, values, n)
            flags[column] = 1.0
        initial = self.initial_values(given, flags, float(t0))
        bad = np.argwhere(~np.isfinite(initial) & self.needed)
        if bad.size:
            i, j = bad[0]
            raise InputError(f"no finite initial value for patient {i}", field=names[j], value=float(initial[i, j]))
        empty = np.argwhere((initial == 0) & self.divisors)
        if empty.size:
            raise InputError("a compartment of size 0 holds no concentration", field=names[empty[0][1]], value=0.0)
        split, room = len(self.parameters), len(self.events) + SPARE_PLACES if self.events else 0
        return Batch(
            model=self,
            time=np.full(n, float(t0)),
            state=np.ascontiguousarray(initial[:, split:]),
            parameter=np.ascontiguousarray(initial[:, :split]),
            status=np.zeros(n, dtype=np.int8),
            step=np.zeros(n),
            restart=np.zeros(n),
            steps=np.zeros(n, dtype=np.int64),
            trigger_values=np.tile(self.trigger_values, (n, 1)),
            pending_time=np.zeros((n, room)),
            pending_event=np.zeros((n, room), dtype=np.int64),
            pending_values=np.zeros((n, room, self.kernel.layout.most_values)),
            pending_count=np.zeros(n, dtype=np.int64),
            executed_events=np.zeros(n, dtype=np.int64),
            last_event=np.full(n, -1, dtype=np.int64),
            burst_time=np.zeros(n),
            burst_count=np.zeros(n, dtype=np.int64),
            order=np.zeros(n),
            origin=np.ascontiguousarray(initial[:, split:][:, self.kept_states]),
            history=np.zeros((n, KEPT_STEPS if self.kept_states else 0, self.kernel.layout.record)),
            history_count=np.zeros(n, dtype=np.int64),
        )

    def simulate(
        self,
        until: float | None = None,
        *,
        points: int = POINTS,
        times: ArrayLike | None = None,
        parameters: Mapping[str, ArrayLike] | None = None,
        inputs: Inputs | None = None,
        outputs: Sequence[str] | None = None,
        rtol: float = 1e-4,
        atol: ArrayLike | None = None,
        threads: int | None = None,
        max_steps: int = MAX_STEPS,
    ) -> SimulationResult:
        """Integrate from time 0 and return the outputs at equal distances up to `until`, or at `times`.

        Parameters
        ----------
        until : last time, in the model's unit; give it or `times`.
        points : number of times from 0 to `until`, both included.
        times : (t,) ascending, in the model's unit, none before 0.
        parameters : as in :meth:`start`; arrays (n,) set the number of patients, which is 1 without them.
        rtol, inputs, outputs, max_steps : as in :meth:`Batch.advance`. A patient that fails otherwise than by
            the number of steps is tried again with tolerances a hundred and ten thousand times as tight.
        atol : scalar or (states,), default ``1e-12`` of the size that a state reaches in the model as it stands (in
            place of the scale that :meth:`Batch.advance` takes it to have), so that one which starts at 0 and stays
            small beside the others is as accurate as they are.
        threads : default one per processor.

        Raises
        ------
        InputError
            Neither `until` nor `times`, or both; a time that cannot be used; else as :meth:`start` and
            :meth:`Batch.advance`. A patient whose integration ends early is no error: see the result's `status` and
            `failures`.
        """
        output_times = _output_times(until, points, times)
        lengths = {np.size(v) for v in (parameters or {}).values() if np.ndim(v) == 1}
        n = inputs.n if inputs is not None else max(lengths, default=1)
        names = tuple(outputs) if outputs is not None else self.variables

        absolute = np.asarray(self._reached(float(output_times[-1]), parameters or {}) if atol is None else atol)

        def attempt(factor: float, active: ArrayLike | None) -> tuple[Batch, Floats]:
            batch = self.start(n, parameters)
            values = batch.advance(
                float(output_times[-1]),
                inputs=inputs,
                record=output_times,
                outputs=names,
                active=active,
                rtol=max(rtol * factor, min(rtol, TIGHTEST)),
                atol=absolute * factor,
                threads=threads or os.cpu_count() or 1,
                max_steps=max_steps,
            )
            return batch, np.asarray(values)

        batch, values = attempt(1.0, None)
        for factor in TIGHTER:  # near a pole a loose step may land on the wrong side of it
            failed = np.isin(batch.status, (Status.NOT_FINITE, Status.STEP_TOO_SMALL))
            if not failed.any():
                break
            again, found = attempt(factor, failed)
            saved = failed & (again.status == Status.OK)
            batch.put(again, saved)
            values[saved] = found[saved]
        unfinished = np.flatnonzero(batch.status != Status.OK)[:DESCRIBED]
        failures = {int(i): describe_failure(batch, int(i)) for i in unfinished}
        return SimulationResult(values, names, output_times, batch.status, failures)

    def _reached(self, until: float, parameters: Mapping[str, ArrayLike]) -> Floats:
        """(states,) absolute tolerances that follow from what the states of the model itself reach.

        A coarse first simulation tells, without doses and with what is the same for all patients, so that a
        patient's values do not depend on the others.
        """
        batch = self.start(1, {name: value for name, value in parameters.items() if np.ndim(value) == 0})
        size = np.zeros(len(self.states))
        for time in np.union1d(until * 0.5 ** np.arange(12), np.linspace(0.0, until, 13)[1:]):
            batch.advance(float(time), max_steps=FIRST_STEPS)
            if batch.status[0] != Status.OK:
                break
            size = np.fmax(size, np.abs(batch.state[0]))
        least = RELATIVE_TO_LARGEST * size.max(initial=0.0)
        return np.where(size > 0, np.clip(RELATIVE_TO_SIZE * size, least, self.atol), self.atol)


def _output_times(until: float | None, points: int, times: ArrayLike | None) -> Floats:
    if times is None and until is not None:
        if not (np.isfinite(until) and until > 0):
            raise InputError("cannot be simulated to", field="until", value=until, expected="a finite time above 0")
        if points < 2:
            raise InputError("too few output times", field="points", value=points, expected="2 or more")
        return np.linspace(0.0, until, points)
    if times is None or until is not None:
        raise InputError("give either the last time or all output times", field="until", expected="until or times")
    chosen = np.atleast_1d(np.asarray(times, dtype=np.float64))
    if chosen.size == 0 or not np.isfinite(chosen).all():
        raise InputError("needs at least one finite time", field="times", expected="ascending numbers >= 0")
    return chosen

