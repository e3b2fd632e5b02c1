"""From a prescription to planned doses: milligrams of each patient, and the input of the model that they enter by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from her2lab._types import Floats
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Administration, Arm, Drug
from her2lab.facts.units import convert
from her2lab.population import Cohort
from her2lab.trial.conduct import slots
from her2lab.trial.conduct.dosing import Planned
from her2lab.trial.conduct.regimen import UNITS, DosingCourse, courses, dispensed

AREA = "mg*min/mL"
CREATININE_CLEARANCE = "creatinine_clearance"  # a property of patients, mL/min


def plans(arm: Arm, drugs: Mapping[str, Drug], slot: Mapping[str, str], inputs: Mapping[str, tuple[str, ...]],
          cohort: Cohort, horizon: float) -> list[Planned]:
    """Return the planned doses of each drug of an arm in each patient.

    Parameters
    ----------
    arm, drugs, cohort
        The arm, its drugs by identifier and its patients.
    slot
        Drug -> slot.
    inputs
        Slot -> the inputs that it has, as the model offers them.
    horizon
        Last day.

    Raises
    ------
    InputError
        If a drug cannot be given as prescribed: see :func:`milligrams` and :func:`her2lab.trial.conduct.slots.target`.
    """
    return [plan(course, drugs[course.drug], slot[course.drug], inputs, cohort, horizon, arm.id)
            for course in courses(arm.regimen, horizon)]


def plan(course: DosingCourse, drug: Drug, slot: str, inputs: Mapping[str, tuple[str, ...]], cohort: Cohort,
         horizon: float,
         arm: str, *, waits: bool = False) -> Planned:
    """Return the planned doses of one course; with `waits` they are those of a supportive drug, started by a rule.

    Raises
    ------
    InputError
        As :func:`plans`.
    """
    target = slots.target(drug.id, slot, course.route, inputs[slot], arm)
    in_blocks = dispensed(course, horizon) if course.route == "oral" else course
    levels, doses = dose_levels(drug, course, in_blocks, cohort.column("weight"))
    return Planned.of(in_blocks, milligrams(in_blocks, cohort), target, time_of_a_dose(drug, course.route), waits=waits,
                      levels=levels, doses=doses)


def dose_levels(drug: Drug, course: DosingCourse, in_blocks: DosingCourse,
                weight: Floats) -> tuple[Floats, Floats]:
    """Return the dose levels of a drug, and the planned single doses of a course in the same unit, shape (n or 1, m).

    A course in another unit than the levels is taken to have the full dose, which is the first level.
    """
    if drug.dose_levels is None:
        return np.zeros(0), np.zeros((1, 0))
    levels = np.array(drug.dose_levels.values)
    unit = UNITS.index("auc" if drug.dose_levels.unit == AREA else drug.dose_levels.unit)
    single = course.of_patients(weight)[:, np.searchsorted(course.days, in_blocks.days), unit]
    return levels, np.where(single > 0, single, levels[0])


def milligrams(course: DosingCourse, cohort: Cohort) -> Floats:
    """Return the doses of a course in mg, shape (n, m).

    A dose by area under the curve is that of Calvert: area times the patient's capped filtration plus a constant.

    Raises
    ------
    InputError
        If a dose by area is prescribed to patients of whom no creatinine clearance is known.
    """
    weight, surface = cohort.column("weight"), cohort.column("body_surface_area")
    size = np.stack([np.ones_like(weight), weight, surface, np.zeros_like(weight)], axis=1)
    if course.per_unit[..., UNITS.index("auc")].any():
        check_area(course, cohort)
        rules = library.dosing_rules()
        filtration = np.minimum(cohort.column(CREATININE_CLEARANCE), rules.filtration_at_most)
        size[:, UNITS.index("auc")] = filtration + rules.calvert_added
    # the same whoever else is in the cohort
    return np.asarray((size[:, None, :] * course.of_patients(weight)).sum(axis=2))


def check_area(line: Administration | DosingCourse, cohort: Cohort) -> None:
    """Require that patients have what a dose by area goes by; a line in another unit passes.

    Raises
    ------
    InputError
        If no creatinine clearance is known of them.
    """
    by_area = isinstance(line, DosingCourse) or line.auc is not None
    if by_area and CREATININE_CLEARANCE not in cohort.properties.columns:
        raise InputError(f"the population has no {CREATININE_CLEARANCE}, by which this drug is dosed to an area",
                         field="regimen.auc", value=line.drug, expected=f"a covariate {CREATININE_CLEARANCE}")


def time_of_a_dose(drug: Drug, route: str) -> float:
    """Return how long one dose takes to enter, in days.

    Raises
    ------
    InputError
        If the drug's file does not say how long an infusion lasts.
    """
    if route != "iv":
        return library.dosing_rules().time_of_a_dose
    if drug.infusion_minutes is None or drug.infusion_minutes.value <= 0:
        raise InputError("how long is an infusion of this drug?", file=f"facts/drugs/{drug.id}.yaml",
                         field="infusion_minutes", expected="a number of minutes")
    return convert(drug.infusion_minutes, "day")
