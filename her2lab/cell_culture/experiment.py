"""Run cultures side by side: rest, silencing, treatment, washout; and read them at the times asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np

from her2lab import engine
from her2lab._types import Floats
from her2lab.biology import assemble
from her2lab.cell_culture.culture import Culture
from her2lab.cell_culture.medium import CultureTreatment, is_amount, is_ligand
from her2lab.errors import WorkError
from her2lab.facts.cell_vocabulary import READOUTS

REST = 60.0       # days without treatment, after which nothing moves any more
SILENCING = 3.0   # days between a knock-down and the treatment
TOLERANCE = 1e-6


@dataclass(frozen=True)
class CultureTimeCourse:
    """What was read: `values` has the shape (experiments, times, readouts), times in days."""

    times: Floats
    readouts: tuple[str, ...]
    values: Floats

    def of(self, readout: str) -> Floats:
        """Return one readout, shape (experiments, times)."""
        return np.asarray(self.values[:, :, self.readouts.index(readout)])


@cache
def model() -> engine.Model:
    """Return the compiled cell model."""
    return engine.compile_model(assemble("cell").sbml)


def run(experiments: Sequence[tuple[Culture, CultureTreatment]], times: Sequence[float], readouts: Sequence[str], *,
        washout: float | None = None, threads: int = 1) -> CultureTimeCourse:
    """Treat each culture and read it.

    Parameters
    ----------
    experiments
        Cultures with what is added to them at time 0.
    times
        Days after treatment, ascending; day 0 is read before anything is added.
    readouts
        Names from :data:`her2lab.facts.cell_vocabulary.READOUTS`; ``viability`` is the number of cells relative to
        the same culture without treatment.
    washout
        Day on which the medium is replaced, and with it drugs, ligands, set-free payload and shed HER2 are taken out.
        What is bound stays: a covalent inhibitor for good, an antibody until it falls off or is taken in.

    Raises
    ------
    InputError
        If a treatment cannot be given.
    WorkError
        If a culture cannot be integrated.
    """
    cultures = [culture for culture, _ in experiments]
    untreated = [CultureTreatment() for _ in experiments] if "viability" in readouts else []
    treatments = [treatment for _, treatment in experiments] + untreated
    cultures += cultures[: len(untreated)]
    batch = rested(cultures, threads)
    _silence(batch, cultures, treatments, threads)
    start = float(batch.time[0])
    moments = start + np.asarray(times, dtype=float)
    batch.set("cells", np.ones(len(batch)))
    batch.set("shed_ecd", np.zeros(len(batch)))
    recorder = _Recorder(batch, [READOUTS[name].symbol for name in readouts], threads)
    before = recorder.now(int((moments <= start).sum()))
    added = [added_to(*each) for each in zip(cultures, treatments, strict=True)]
    put(batch, added)
    after, wash = moments[moments > start], np.inf if washout is None else start + washout
    parts = [before, recorder.until(after[after <= wash])]
    if (after > wash).any():
        batch.advance(wash, rtol=TOLERANCE, threads=threads)
        _wash(batch, cultures, added)
        parts.append(recorder.until(after[after > wash]))
    values = np.concatenate(parts, axis=1)
    if (batch.status != engine.Status.OK).any():
        raise WorkError("a culture could not be integrated")
    values = _viable(values, list(readouts), len(experiments))
    return CultureTimeCourse(np.asarray(times, dtype=float), tuple(readouts), values)


def rested(cultures: Sequence[Culture], threads: int) -> engine.Batch:
    """Return the cultures at rest, growing as their features let them."""
    names = cultures[0].parameters
    both = [c.own for c in cultures] + [c.parameters for c in cultures]
    batch = model().start(len(both), {name: [values[name] for values in both] for name in names})
    batch.advance(REST, rtol=TOLERANCE, threads=threads)
    own, featured = np.split(np.arange(len(both)), 2)
    death, proliferation = batch.values(["line_fate_death_rate", "line_proliferation"])[own].T
    doubling = np.array([culture.doubling_time for culture in cultures])
    rested = batch.select(featured)
    rested.set("line_fate_growth_rate", (log(2) / doubling + death) / proliferation)
    return rested


def _silence(batch: engine.Batch, cultures: Sequence[Culture], treatments: Sequence[CultureTreatment],
             threads: int) -> None:
    silenced = [treatment.silencing() for treatment in treatments]
    if not any(silenced):
        return
    put(batch, [{name: culture.parameters[name] * factor for name, factor in factors.items()}
                 for culture, factors in zip(cultures, silenced, strict=True)])
    batch.advance(REST + SILENCING, rtol=TOLERANCE, threads=threads)


def put(batch: engine.Batch, values: Sequence[Mapping[str, float]]) -> None:
    """Set parameters, a mapping for each row; what a row does not name stays as it is."""
    for name in dict.fromkeys(name for row in values for name in row):
        batch.set(name, [row.get(name, 0.0) for row in values], [name in row for row in values])


def added_to(culture: Culture, treatment: CultureTreatment) -> dict[str, float]:
    """Return what a treatment sets; a ligand comes on top of what the culture has of it."""
    return {name: value + culture.parameters.get(name, 0.0) * is_ligand(name)
            for name, value in treatment.parameters().items()}


def _wash(batch: engine.Batch, cultures: Sequence[Culture], added: Sequence[Mapping[str, float]]) -> None:
    """Replace the medium by one without drugs; properties of the drugs stay, for what is bound or inside the cells."""
    put(batch, [{name: culture.parameters.get(name, 0.0) for name in row if is_amount(name)}
                 for culture, row in zip(cultures, added, strict=True)])
    for name in ("payload_a_outside", "payload_b_outside", "shed_ecd"):
        batch.set(name, np.zeros(len(batch)))


@dataclass(frozen=True)
class _Recorder:
    """Reads symbols of a batch, now or while it goes on."""

    batch: engine.Batch
    symbols: list[str]
    threads: int

    def now(self, copies: int) -> Floats:
        return self.batch.values(self.symbols)[:, None, :].repeat(copies, axis=1)

    def until(self, moments: Floats) -> Floats:
        if not len(moments):
            return self.now(0)
        values = self.batch.advance(float(moments[-1]), record=moments, outputs=self.symbols, rtol=TOLERANCE,
                                    threads=self.threads)
        return np.asarray(values)


def _viable(values: Floats, readouts: list[str], n: int) -> Floats:
    """Divide the cells of each culture by those of the same culture without treatment."""
    if "viability" not in readouts:
        return values
    column = readouts.index("viability")
    treated = values[:n].copy()
    treated[:, :, column] /= values[n:, :, column]
    return treated
