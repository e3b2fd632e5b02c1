"""How high a drug stands in virtual patients: dose by dose, without the blocks by which a trial dispenses tablets.

Each dose enters at its own time, and concentrations are read closely after each dose, so that a peak is a peak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from her2lab import biology, engine, population
from her2lab._types import Floats, Integers
from her2lab.biology.patient_interface import concentration, payload_concentration
from her2lab.errors import InputError, WorkError
from her2lab.facts.records import Administration, Drug
from her2lab.population import Cohort
from her2lab.trial.conduct import slots
from her2lab.trial.conduct.context import compiled_patient
from her2lab.trial.conduct.prescription import milligrams, time_of_a_dose
from her2lab.trial.conduct.regimen import DosingCourse, courses

Window = tuple[float, float]
Given = tuple[DosingCourse, tuple[str, Floats], float]

DURING, AFTER = 8, 80  # readings while a dose enters, and from its end to the next dose
FIRST = 5e-4           # days: the first of them, those after it at growing distances


@dataclass(frozen=True)
class Sampling:
    """Patients who take a drug as `lines` say, and the windows (first and last day) in which blood is drawn."""

    lines: Sequence[Administration]
    cohort: Cohort
    windows: Sequence[Window]


@dataclass(frozen=True)
class Concentrations:
    """Concentrations in plasma: `drug` in mg/L and, of a conjugate, `payload` in ng/mL, shape (n, m), at `days` (m,).

    A value at the time of a dose is that before the dose.
    """

    days: Floats
    values: dict[str, Floats]

    def metric(self, name: str, window: Window, analyte: str = "drug") -> Floats:
        """Return the peak, trough, area or average of each patient over a window, shape (n,)."""
        inside = (self.days >= window[0]) & (self.days <= window[1])
        days, values = self.days[inside], self.values[analyte][:, inside]
        if name == "peak":
            return np.asarray(values.max(axis=1))
        if name == "trough":
            return np.asarray(values[:, -1])
        area = np.trapezoid(values, days, axis=1)
        return np.asarray(area if name == "area" else area / (window[1] - window[0]))


def units(drug: Drug) -> dict[str, str]:
    """Return the units of `Concentrations.values`."""
    slot, known = slot_of(drug), biology.assemble().units
    return {analyte: known[name] for analyte, name in _symbols(slot).items()}


def slot_of(drug: Drug) -> str:
    """Return the first slot of the patient for a drug of this kind.

    Raises
    ------
    InputError
        If there is none.
    """
    return slots.assign({drug.id: drug}, biology.slots(), "exposure")[drug.id]


def simulate(drug: Drug, samplings: Sequence[Sampling], jobs: int = 1) -> list[Concentrations]:
    """Return the levels of one drug in each sampling, all of them side by side in one integration.

    Raises
    ------
    InputError
        If the drug cannot be given as a sampling says.
    WorkError
        If a patient could not be integrated.
    """
    slot = slot_of(drug)
    sizes = [len(sampling.cohort.patients) for sampling in samplings]
    given = [_given(drug, slot, sampling) for sampling in samplings]
    days = [_readings(course, length, sampling.windows)
            for (course, _, length), sampling in zip(given, samplings, strict=True)]
    brought = [population.drug_parameters(drug, slot, sampling.cohort) for sampling in samplings]
    batch = compiled_patient().start(sum(sizes),
                                     {name: np.concatenate([one[name] for one in brought]) for name in brought[0]})
    record = np.full((sum(sizes), max(map(len, days))), np.nan)
    rows = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    for places, moments in zip(rows, days, strict=True):
        record[places, : len(moments)] = moments
    symbols = _symbols(slot)
    until = np.repeat([moments[-1] for moments in days], sizes)
    values = batch.advance(until, inputs=_doses(given, rows), record=record, outputs=list(symbols.values()),
                           threads=jobs)
    if (batch.status != engine.Status.OK).any():
        raise WorkError(f"{drug.id}: {int((batch.status != engine.Status.OK).sum())} patients could not be integrated")
    return [Concentrations(moments, {analyte: np.asarray(values)[places, : len(moments), k]
                             for k, analyte in enumerate(symbols)})
            for places, moments in zip(rows, days, strict=True)]


def _given(drug: Drug, slot: str, sampling: Sampling) -> Given:
    """Return the course of a sampling, the input that it enters by with its mg (n, m), and the days a dose takes."""
    lines = [line for line in sampling.lines if line.drug == drug.id]
    if not lines:
        raise InputError("does not give this drug", field="dosing", value=drug.id, expected="a regimen with the drug")
    [course] = courses(lines, max(last for _, last in sampling.windows))
    target = slots.target(drug.id, slot, course.route, biology.assemble().inputs[slot], "exposure")
    return course, (target, milligrams(course, sampling.cohort)), time_of_a_dose(drug, course.route)


def _doses(given: Sequence[Given], rows: Sequence[Integers]) -> engine.Inputs:
    """Return the doses of all samplings, whose patients are `rows` of the batch."""
    patient, time, amount, duration, targets = [], [], [], [], list[str]()
    for (course, (target, mg), length), places in zip(given, rows, strict=True):
        patient.append(np.repeat(places, len(course.days)))
        time.append(np.tile(course.days, len(places)))
        amount.append(mg.ravel())
        duration.append(np.full(mg.size, length))
        targets += [target] * mg.size
    return engine.Inputs.from_arrays(sum(map(len, rows)), np.concatenate(patient), np.concatenate(time), targets,
                                     np.concatenate(amount), np.concatenate(duration))


def _readings(course: DosingCourse, length: float, windows: Sequence[Window]) -> Floats:
    """Return when blood is drawn: at the ends of the windows, while each dose enters and ever more rarely after it."""
    moments = []
    for first, last in windows:
        doses = course.days[(course.days >= first) & (course.days < last)]
        starts = np.concatenate([[first], doses])
        for start, end in zip(starts, np.append(doses, last), strict=True):
            after = np.geomspace(FIRST, max(end - start, 2 * FIRST), AFTER)
            fine = np.concatenate([[0.0], np.linspace(0, length, DURING), length + after, after])
            moments.append(start + fine[start + fine <= end])
        moments.append(np.array([last]))
    return np.unique(np.concatenate(moments))


def _symbols(slot: str) -> dict[str, str]:
    """Return the symbols of a slot's plasma concentrations, by analyte."""
    payload = payload_concentration(slot)
    symbols = {"drug": concentration(slot)}
    return symbols | ({"payload": payload} if payload in biology.assemble().units else {})
