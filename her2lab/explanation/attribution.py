"""Why one virtual patient fared so in one arm: clones, mechanisms, drugs and organs are switched off one at a time.

The patient runs once as in the trial and once with each thing off, side by side and with the same chance; what is off
stands in facts/trace/switches.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

import numpy as np

from her2lab import trial as room
from her2lab._types import Floats
from her2lab.biology import assemble
from her2lab.errors import InputError, WorkError
from her2lab.facts import library
from her2lab.facts.records import Arm, Drug, Trial
from her2lab.facts.tracing import Switch
from her2lab.nearest import unknown
from her2lab.population import Cohort
from her2lab.trial.conduct import slots
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.context import DrugParameters, TrialContext
from her2lab.trial.conduct.recist import Code
from her2lab.trial.enrolment import enrol_one
from her2lab.trial.results.subject_table import subject_table
from her2lab.trial.variants import side_by_side

Values = dict[str, float]

Event = Literal["response", "progression", "toxicity"]
EVENTS: tuple[Event, ...] = get_args(Event)
SMALLEST_CONTRIBUTION = 1.0   # percentage points, days, grades
CHANGE_OF_DEATH_BEFORE_SCAN = 100.0  # change in percent that stands for a tumour which killed before it was scanned
CLOSE = 1e-9  # relative difference below which a constant has its neutral value already


@dataclass(frozen=True)
class PatientCourse:
    """How it went: best change (%), best response, day of progression and of death (None: not seen), worst grades.

    `grades` are those above zero, by event; `onsets` their first days. The patient was followed until `until`.
    """

    change: float | None
    response: str | None
    progression: float | None
    death: float | None
    until: float
    grades: Mapping[str, int]
    onsets: Mapping[str, float]

    @property
    def died_unseen(self) -> bool:
        """Whether the patient died before a scan."""
        return self.change is None and self.death is not None and self.progression is None

    @property
    def worst(self) -> str | None:
        """The event of the highest grade, the earliest of several."""
        return min(self.grades, key=lambda event: (-self.grades[event], self.onsets[event]), default=None)


@dataclass(frozen=True)
class SwitchedOff:
    """One thing switched off: what it was called, which constants had which value instead, and how it went."""

    id: str
    kind: str
    title: str
    constants: Mapping[str, float]
    course: PatientCourse


@dataclass(frozen=True)
class Attribution:
    """One patient in one arm: as in the trial, and with each thing off; `neutral` were so in this patient anyway."""

    trial: Trial
    arm: str
    patient: int
    seed: int
    properties: Mapping[str, Any]
    course: PatientCourse
    offs: Sequence[SwitchedOff]
    neutral: Sequence[str]


def attribute(trial: Trial, patient: int, arm: str, *, seed: int = 1, jobs: int = 1) -> Attribution:
    """Run one patient of a trial in one arm, as it is and with one thing after the other switched off.

    Parameters
    ----------
    trial, arm
        The protocol and the id of the arm.
    patient, seed
        Number of the patient and seed of the trial, as in :func:`her2lab.trial.run_patient`.
    jobs
        Threads; the result is the same for any number.

    Raises
    ------
    InputError
        If there is no such arm, the patient does not come to the trial, or a switch names what the model lacks.
    WorkError
        If the patient cannot be integrated.
    """
    room.check(trial)
    arms = {each.id: each for each in trial.arms}
    if arm not in arms:
        raise unknown("arm", arm, arms)
    cohort = enrol_one(trial, patient, library.population_of(trial), seed)
    setting = room.trial_context(trial)
    runs = _PatientRuns(setting, arms[arm], cohort)
    found = [(name, kind, title, *runs.values(switch, drug)) for switch in library.switches().switches
             for name, kind, title, drug in _each(switch, runs.drugs)]
    there = [each for each in found if each[3] or each[4]]
    outcome = runs.run([({}, frozenset()), *((each[3], each[4]) for each in there)], jobs)
    courses = _courses(setting, outcome)
    if outcome.status[0] != "ok":
        raise WorkError(f"this patient could not be integrated: {outcome.status[0]}")
    offs = [SwitchedOff(name, kind, title, constants, course)
            for (name, kind, title, constants, _), course, status in zip(there, courses[1:], outcome.status[1:],
                                                                         strict=True) if status == "ok"]
    return Attribution(trial, arm, patient, seed, cohort.properties.row(0, named=True), courses[0], offs,
               [each[2] for each in found if each not in there])


def _each(switch: Switch, drugs: Mapping[str, str]) -> list[tuple[str, str, str, str | None]]:
    """Return id, kind, title and drug of a switch: once, or for each drug of the arm."""
    if switch.each is None:
        return [(switch.id, switch.kind, switch.title, None)]
    return [(f"{switch.id}_{drug}", switch.kind, switch.title.replace("{drug}", library.drug(drug).name), drug)
            for drug in drugs]


class _PatientRuns:
    """One patient with the drugs of one arm: what the constants are, and runs with others in their place."""

    def __init__(self, setting: TrialContext, arm: Arm, cohort: Cohort) -> None:
        self.setting, self.arm, self.cohort = setting, arm, cohort
        given = {name: setting.drugs[name] for name in dict.fromkeys(line.drug for line in arm.regimen)}
        self.drugs = slots.assign(given, setting.slots, arm.id)
        brought: dict[str, Floats] = {}
        for name, slot in self.drugs.items():
            brought |= setting.drug_parameters(setting.drugs[name], slot, cohort)
        model = setting.model
        self.names = [*model.parameters, *model.states]
        start = model.start(1, {**cohort.parameters, **brought})
        self.now: Values = dict(zip(self.names, start.values(self.names)[0].tolist(), strict=True))
        self.brought = set(brought)

    def values(self, switch: Switch, drug: str | None) -> tuple[Values, frozenset[str]]:
        """Return the constants that a switch changes in this patient, and the drugs that get typical kinetics.

        Raises
        ------
        InputError
            If the model has no constant of a name.
        """
        changed: Values = {}
        for pattern, value in switch.set.items():
            pattern = pattern.replace("{slot}", self.drugs[drug] if drug else "")
            names = [name for name in self.names if fnmatchcase(name, pattern)]
            if not names:
                raise InputError("the patient model has no such constant", file="facts/trace/switches.yaml",
                                 field=f"switches.{switch.id}.set", value=pattern)
            for name in names:
                neutral = _typical(name) if value == "typical" else float(value)
                if abs(self.now[name] - neutral) > CLOSE * max(abs(neutral), 1.0):
                    changed[name] = neutral
        kinetics = frozenset([drug] if switch.typical_kinetics and drug and _varies(self.setting.drugs[drug]) else [])
        return changed, kinetics

    def run(self, versions: Sequence[tuple[Values, frozenset[str]]], jobs: int) -> ArmOutcome:
        """Run the patient once for each version, with its constants and with typical kinetics of its drugs."""
        moved = sorted({name for values, _ in versions for name in values})
        own = [name for name in moved if name not in self.brought]
        cohorts = [self.cohort.with_parameters({name: np.array([values.get(name, self.now[name])]) for name in own})
                   for values, _ in versions]
        brings = [self._bring(values, kinetics) for values, kinetics in versions]
        return side_by_side(self.setting, self.arm, cohorts, brings, jobs=jobs)

    def _bring(self, values: Values, kinetics: frozenset[str]) -> DrugParameters:
        def bring(drug: Drug, slot: str, cohort: Cohort) -> Mapping[str, Floats]:
            given = self.setting.drug_parameters(_without_spread(drug) if drug.id in kinetics else drug, slot, cohort)
            return {name: np.full_like(old, values[name]) if name in values else old for name, old in given.items()}

        return bring


def _typical(name: str) -> float:
    """Return the value that the facts give a constant, whatever the patient."""
    value = assemble().constants[name].value
    return 0.0 if value is None else value


def _varies(drug: Drug) -> bool:
    return any(quantity.cv_percent for quantity in drug.parameters.values())


def _without_spread(drug: Drug) -> Drug:
    """Return a drug whose numbers differ between patients by their properties alone."""
    parameters = {name: quantity.replace(cv_percent=None) for name, quantity in drug.parameters.items()}
    return drug.replace(parameters=parameters, correlations=[])


def _courses(setting: TrialContext, outcome: ArmOutcome) -> list[PatientCourse]:
    """Return how it went in each row of an arm outcome."""
    people = subject_table(setting.trial, [outcome], setting.gradings)
    events = [name.removeprefix("grade_") for name in people.columns if name.startswith("grade_")]
    best, changes = outcome.scans.best(), outcome.scans.best_change()
    found = []
    for row, table in enumerate(people.iter_rows(named=True)):
        grades = {event: int(table[f"grade_{event}"]) for event in events if table[f"grade_{event}"]}
        code = Code(int(best[row]))
        found.append(PatientCourse(
            change=_known(changes[row]), response=None if code in (Code.NONE, Code.NE) else code.name,
            progression=_known(outcome.scans.progression[row]), death=_known(outcome.death[row]),
            until=float(outcome.last_seen[row]), grades=grades,
            onsets={event: table[f"onset_{event}_days"] or 0.0 for event in grades}))
    return found


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


# ------------------------------------------------------------------------------------------------ what drove it
@dataclass(frozen=True)
class Contribution:
    """A thing and what an event owes to it: see :func:`drivers`."""

    off: SwitchedOff
    size: float


def contributions(found: Attribution, event: Event, kinds: Sequence[str]) -> list[Contribution]:
    """Return things of some kinds by what an event owes to them, from what drove it to what held it back.

    Response: by how many percentage points the tumour shrinks less without it. Progression: by how many days later it
    is without it, on a scan or by death. Toxicity: by how many grades lower the worst event is without it. Negative
    without what held the event back; what matters less than `LEAST` is left out. A death before the first scan counts
    as a tumour that has doubled.
    """
    sizes = [Contribution(off, _size(found.course, off.course, event)) for off in found.offs if off.kind in kinds]
    return sorted((each for each in sizes if abs(each.size) >= SMALLEST_CONTRIBUTION), key=lambda each: -each.size)


def _size(before: PatientCourse, after: PatientCourse, event: Event) -> float:
    if event == "response":
        if before.change is None:
            return 0.0
        if after.change is None:
            return CHANGE_OF_DEATH_BEFORE_SCAN - before.change if after.died_unseen else 0.0
        return after.change - before.change
    if event == "progression":
        return _free_until(after) - _free_until(before)
    worst = before.worst
    return 0.0 if worst is None else float(before.grades[worst] - after.grades.get(worst, 0))


def _free_until(course: PatientCourse) -> float:
    """Return the day of progression; without one, the last day on which the patient was followed."""
    return course.until if course.progression is None else course.progression
