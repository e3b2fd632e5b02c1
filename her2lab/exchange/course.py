"""What one virtual patient of a trial is, and what happened to it in one arm: all that its model file is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from her2lab import trial as room
from her2lab.biology import patient_interface as patient
from her2lab.errors import WorkError
from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.records import Arm, Drug, Population, Trial
from her2lab.nearest import unknown
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.regimen import ROUNDING
from her2lab.trial.conduct.surgery import LEFT_BEHIND
from her2lab.trial.enrolment import enrol_one


@dataclass(frozen=True)
class GivenDose:
    """One dose as it was given: mg over `length` days from `day` on.

    `planned` (mg) and `planned_day` are what the protocol says, None of a drug that a rule gives; `target` is the input
    of the model (mg/day) that it enters by.
    """

    drug: str
    target: str
    day: float
    length: float
    milligrams: float
    planned: float | None
    planned_day: float | None

    @property
    def reduced_to(self) -> float | None:
        """The part of the planned dose that was given where that is less than all of it."""
        part = None if not self.planned else self.milligrams / self.planned
        return part if part is not None and part < 1 - ROUNDING else None

    @property
    def late_by(self) -> float:
        """Days after the planned day; a delay moves all later doses."""
        return 0.0 if self.planned_day is None else self.day - self.planned_day


@dataclass(frozen=True)
class Intervention:
    """A moment at which something other than a dose changes the model: new value of each symbol, as a formula."""

    day: float
    words: str
    changes: Mapping[str, str]


@dataclass(frozen=True)
class PatientCourse:
    """One patient in one arm.

    Attributes
    ----------
    trial, arm, patient, seed, people
        Which it is, and the population that it was drawn from.
    properties
        Age, weight and so on.
    drugs
        Slot of the model -> the drug that it holds: those of which this patient was given a dose.
    given
        The parameters and initial values that are the patient's own or the drugs', in the units of the model.
    parameters, states
        Every parameter of the model at the start, and every state.
    doses
        In order of time.
    interventions
        In order of time: progression, surgery, clones that die out.
    happened
        What else happened, in words, with its day: rules that held, reduced or stopped a drug, surgery, progression,
        death.
    end
        The last day on which the patient was followed.
    """

    trial: Trial
    arm: Arm
    patient: int
    seed: int
    people: Population
    properties: Mapping[str, Any]
    drugs: Mapping[str, Drug]
    given: Mapping[str, float]
    parameters: Mapping[str, float]
    states: Mapping[str, float]
    doses: list[GivenDose]
    interventions: list[Intervention]
    happened: list[tuple[float, str]]
    end: float


def patient_course(trial: Trial, arm: str, number: int, *, seed: int = 1) -> PatientCourse:
    """Run one patient of a trial, by number from 0, in one arm.

    Raises
    ------
    InputError
        If there is no such arm, the trial cannot be run, or the patient does not come to it.
    WorkError
        If the patient cannot be integrated.
    """
    room.check(trial)
    arms = {each.id: each for each in trial.arms}
    if arm not in arms:
        raise unknown("arm", arm, arms)
    people = library.population_of(trial)
    cohort = enrol_one(trial, number, people, seed)
    setting = room.trial_context(trial)
    outcome = run_arm(setting, arms[arm], cohort)
    if outcome.status[0] != "ok":
        raise WorkError(f"this patient could not be integrated: {outcome.status[0]}")
    doses = given_doses(outcome)
    slots = {dose.drug: dose.target.rpartition("_")[0] for dose in doses}
    given = {name: float(values[0]) for name, values in cohort.parameters.items()}
    for drug, slot in slots.items():
        brought = setting.drug_parameters(setting.drugs[drug], slot, cohort)
        given |= {name: float(values[0]) for name, values in brought.items()}
    start = setting.model.start(1, given)
    return PatientCourse(
        trial, arms[arm], number, seed, people, cohort.properties.row(0, named=True),
        {slot: setting.drugs[drug] for drug, slot in slots.items()}, given,
        dict(zip(setting.model.parameters, start.parameter[0].tolist(), strict=True)),
        dict(zip(setting.model.states, start.state[0].tolist(), strict=True)),
        doses, _interventions(outcome, setting.model.parameters), happened(outcome, setting.rules),
        float(outcome.last_seen[0]))


def given_doses(outcome: ArmOutcome, row: int = 0) -> list[GivenDose]:
    """Return the doses of one patient, by row of the cohort, in order of time."""
    log, plans = outcome.dosing.doses(), outcome.dosing.plans
    found, count = [], Counter[int]()
    columns = (log.plan, log.patient, log.day, log.length, log.milligrams, log.planned)
    for plan, who, day, length, milligrams, planned in zip(*(column.tolist() for column in columns), strict=True):
        if who == row:
            of_protocol = None if plans[plan].waits else (planned, float(plans[plan].days[count[plan]]))
            found.append(GivenDose(plans[plan].drug, plans[plan].target, day, length, milligrams,
                                   *(of_protocol or (None, None))))
            count[plan] += 1
    return sorted(found, key=lambda dose: (dose.day, dose.drug))


def happened(outcome: ArmOutcome, rules: Sequence[Rule], row: int = 0) -> list[tuple[float, str]]:
    """Return what happened to one patient, by row of the cohort, beside its doses: day and words, in order of time."""
    concerned = {rule.id: ", ".join(rule.drugs if rule.give is None else [rule.give.drug]) for rule in rules}
    found = [(each.day, f"{each.action} {concerned[each.rule]} (rule {each.rule})")
             for each in outcome.decisions if each.patient == row]
    progression, death = float(outcome.scans.progression[row]), float(outcome.death[row])
    if outcome.operation is not None and outcome.operation.done[row]:
        found.append((float(outcome.operation.day), "surgery"))
    if np.isfinite(progression):
        found.append((progression, "progression is seen on a scan: all drugs of the arm end"))
    if np.isfinite(death):
        found.append((death, f"death ({outcome.cause_of_death[row]})"))
    return sorted(found)


def _interventions(outcome: ArmOutcome, parameters: Collection[str]) -> list[Intervention]:
    """Return what the conduct of the trial changed in the one patient beside doses, in order of time."""
    found = [Intervention(day, "less than one cell is left, which is none", {state: "0"})
             for _, day, state in outcome.removed_cells]
    progression, operation = float(outcome.scans.progression[0]), outcome.operation
    if np.isfinite(progression) and patient.LATER_LINE in parameters:
        found.append(Intervention(progression, "progression: later lines of therapy begin", {patient.LATER_LINE: "1"}))
    if operation is not None and operation.done[0]:
        left = float(outcome.cohort.column(LEFT_BEHIND)[0])
        states = [cells(clone) for clone in patient.BODY_CLONES for cells in (patient.clone_cells,
                                                                              patient.dormant_cells)]
        changes = {state: f"{left!r}*{state}" for state in states} | {patient.DEAD_CELLS: "0", patient.SCAR: "0"}
        found.append(Intervention(operation.day, "surgery: of each clone the share that has spread is left", changes))
    return sorted(found, key=lambda each: each.day)
