"""What is simulated: a model, its virtual patients and its doses, the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libsbml
import numpy as np
from numpy.typing import NDArray

from her2lab import biology, engine, population
from her2lab.engine.source import read_source
from her2lab.facts import library

Floats = NDArray[np.float64]
DAYS = 728.0
WEEK = 7.0
SPREAD = 0.3  # of the log-normal parameters of the reference model's patients
VARIED = [
    "cl_mab1", "cl_mab2", "cl_adc", "cl_load", "cl_oral", "cl_cyto", "v_mab1", "v_mab2", "v_adc", "v_cyto",
    "vmax_mab1", "vmax_mab2", "enter", "leave", "her2_0", "her3_0", "egfr_0", "deg2", "in_1", "in_2", "in_a",
    "recycle", "escape", "pump", "pair3", "part3", "half3", "half1", "pten", "k_erk", "grow", "grow_2", "kill_bim",
    "kill_nk", "kill_load", "kill_cyto", "t_neu", "t_plt",
]


@dataclass(frozen=True)
class Course:
    """One dose, given again every `interval` days from day 0 up to and including `last`.

    With a `duration` it is an infusion: amount / duration is the value of the parameter `target` meanwhile;
    without, the amount is added to the state `target`.
    """

    target: str
    amount: float
    interval: float
    last: float
    duration: float = 0.0
    first: float = 0.0

    @property
    def times(self) -> Floats:
        return np.arange(self.first, min(self.last, DAYS - 1e-6) + 1e-9, self.interval)


@dataclass(frozen=True)
class Case:
    """One problem for every engine."""

    name: str
    sbml: str
    parameters: dict[str, Floats]
    courses: tuple[Course, ...]

    @cached_property
    def model(self) -> engine.Model:
        return engine.compile_model(self.sbml)

    @cached_property
    def times(self) -> Floats:
        return np.arange(0.5 * WEEK, DAYS, WEEK)  # never at a dose, where before and after would both be right

    @cached_property
    def start(self) -> engine.Batch:
        """All patients at their initial values: what every peer is given as numbers."""
        return self.model.start(len(next(iter(self.parameters.values()))), self.parameters)

    @cached_property
    def varied(self) -> list[str]:
        """Parameters that differ between patients."""
        spread = np.ptp(self.start.parameter, axis=0) > 0
        return [name for name, differs in zip(self.model.parameters, spread, strict=True) if differs]

    def values(self, patient: int) -> dict[str, float]:
        """The varied parameters of a patient."""
        place = self.model.parameters.index
        return {name: float(self.start.parameter[patient, place(name)]) for name in self.varied}

    def inputs(self, n: int) -> engine.Inputs:
        """The doses for our engine."""
        rows = [(time, c.target, c.amount, c.duration) for c in self.courses for time in c.times]
        return engine.Inputs.build(n, [(i, *row) for i in range(n) for row in rows])

    @cached_property
    def sbml_with_doses(self) -> str:
        """The model for the peers: numbers for initial values, doses as events."""
        return with_events(self)

    @cached_property
    def amounts(self) -> list[bool]:
        """Whether each state is a species counted in amount."""
        model = libsbml.readSBMLFromString(self.sbml).getModel()
        species = [model.getSpecies(name) for name in self.model.states]
        return [s is not None and bool(s.getHasOnlySubstanceUnits()) for s in species]

    @cached_property
    def concentrations(self) -> list[bool]:
        """Whether each state is a species counted in concentration."""
        model = libsbml.readSBMLFromString(self.sbml).getModel()
        known = [model.getSpecies(name) is not None for name in self.model.states]
        return [here and not amount for here, amount in zip(known, self.amounts, strict=True)]

    def state_at_start(self, patient: int) -> Floats:
        """Initial values with the boluses of day 0 given; infusions of day 0 are on from the start."""
        state: Floats = self.start.state[patient].copy()
        for course in self.courses:
            if not course.duration and course.first == 0:
                state[self.model.states.index(course.target)] += course.amount
        return state


def with_events(case: Case) -> str:
    """SBML in which two events for each course (begin, and end of an infusion) recur by setting their own next time.

    A dose of day 0 is part of the initial values: simulators differ in whether an event fires at the start.
    """
    document = libsbml.readSBMLFromString(case.sbml)
    model = document.getModel()
    while model.getNumInitialAssignments():
        model.removeInitialAssignment(0)
    for name, value in zip(case.model.parameters, case.start.parameter[0], strict=True):
        if model.getParameter(name) is not None:
            model.getParameter(name).setValue(float(value))
    for name, value in zip(case.model.states, case.state_at_start(0), strict=True):
        set_initial(model, name, float(value))
    for number, course in enumerate(case.courses):
        _add_course(model, f"dose_{number}", course)
    return str(libsbml.writeSBMLToString(document))


def set_initial(model: libsbml.Model, name: str, value: float) -> None:
    species = model.getSpecies(name)
    if species is None:
        model.getParameter(name).setValue(value)
    elif species.getHasOnlySubstanceUnits():
        species.setInitialAmount(value)
    else:
        species.setInitialConcentration(value)


def _add_course(model: libsbml.Model, name: str, course: Course) -> None:
    begin = course.first if course.first else course.interval
    if not course.duration:
        _add_event(model, name, begin, course, {course.target: f"{course.target} + {course.amount!r}"})
        return
    rate = course.amount / course.duration
    model.getParameter(course.target).setConstant(False)
    model.getParameter(course.target).setValue(0.0 if course.first else rate)
    _add_event(model, name, begin, course, {course.target: repr(rate)})
    _add_event(model, f"{name}_end", course.first + course.duration, course, {course.target: "0"})


def _add_event(model: libsbml.Model, name: str, first: float, course: Course, changes: dict[str, str]) -> None:
    following = model.createParameter()
    following.setId(f"{name}_next")
    following.setConstant(False)
    following.setValue(first)
    event = model.createEvent()
    event.setId(name)
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setInitialValue(False)
    trigger.setPersistent(True)
    last = float(course.times[-1]) + course.duration + 0.25 * course.interval
    trigger.setMath(libsbml.parseL3Formula(f"time >= {name}_next && {name}_next < {last!r}"))
    for target, formula in {**changes, f"{name}_next": f"{name}_next + {course.interval!r}"}.items():
        assignment = event.createEventAssignment()
        assignment.setVariable(target)
        assignment.setMath(libsbml.parseL3Formula(formula))


def reference(n: int, seed: int = 1, daily: bool = False) -> Case:
    """The reference model of this folder; `daily` turns the constant oral input into a bolus every day."""
    _, sbml = read_source(Path(__file__).with_name("reference_model.ant"))
    defaults = engine.compile_model(sbml).defaults
    draw = np.random.default_rng(seed)
    parameters = {name: defaults[name] * np.exp(SPREAD * draw.standard_normal(n)) for name in VARIED}
    courses = [
        Course("mab1_c", 900.0, 21.0, 377.0),
        Course("mab2_c", 900.0, 21.0, 377.0),
        Course("cyto_c", 20000.0, 21.0, 125.0),
        Course("adc_c", 550.0, 21.0, DAYS, first=378.0),
    ]
    if daily:
        parameters["oral_in"] = np.zeros(n)
        courses.append(Course("gut", defaults["oral_in"], 1.0, DAYS))
    return Case("reference, daily oral" if daily else "reference", sbml, parameters, tuple(courses))


def patient(n: int, seed: int = 7) -> Case:
    """The project's patient with the three drugs of CLEOPATRA: a loading dose, then every 21 days."""
    cohort = population.draw(library.population("breast_metastatic_1l"), n, seed)
    parameters = dict(cohort.parameters)
    for slot, drug in (("antibody_a", "trastuzumab"), ("antibody_b", "pertuzumab"), ("cytotoxic_a", "docetaxel")):
        parameters.update(population.drug_parameters(library.drug(drug), slot, cohort))
    courses = (
        Course("antibody_a_infusion", 430.0, 21.0, DAYS, 0.0625),
        Course("antibody_b_infusion", 420.0, 21.0, DAYS, 0.0417),
        Course("cytotoxic_a_infusion", 130.0, 21.0, 125.0, 0.0417),
    )
    return Case("patient", biology.assemble("patient").sbml, parameters, courses)
