"""The patient's equations without what is not there: empty slots, drugs' neutral values, clones without cells.

What is left out is what stays as it is from the first day to the last and what nothing that is left depends on, so that
no course changes (but for what a neutral value such as a half-inhibition of 1e12 nM would do).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import libsbml

from her2lab import biology
from her2lab.biology import patient_interface as patient
from her2lab.exchange.course import PatientCourse
from her2lab.exchange.formula import Formula, from_ast, names, simplified

NEVER = 1e12  # by which, or a larger value, the biology writes that something is never reached


@dataclass(frozen=True)
class Equations:
    """The equations of one patient, symbols by their ids in the assembled patient.

    Attributes
    ----------
    rates, rules, starts
        Rate of each state, formula of each assigned symbol, and formulas of initial values.
    values
        Every parameter and the initial value of every state.
    without
        Clones that have no cells in this patient.
    """

    rates: Mapping[str, Formula]
    rules: Mapping[str, Formula]
    starts: Mapping[str, Formula]
    values: Mapping[str, float]
    without: Collection[int]


def reduced(course: PatientCourse) -> Equations:
    """Return the equations of a patient with the drugs that it was given, and with no others."""
    model = libsbml.readSBMLFromString(biology.assemble().sbml)
    equations = model.getModel()
    rates = {rule.getVariable(): from_ast(rule.getMath()) for rule in equations.getListOfRules() if rule.isRate()}
    rules = {rule.getVariable(): from_ast(rule.getMath()) for rule in equations.getListOfRules() if rule.isAssignment()}
    starts = {each.getSymbol(): from_ast(each.getMath()) for each in equations.getListOfInitialAssignments()
              if each.getSymbol() not in course.given}
    read = _readers(rates | rules)
    known = settled(rates, rules, _neutral(course), course.states)
    rates = {name: simplified(rate, known) for name, rate in rates.items() if name not in known}
    rules = {name: simplified(rule, known) for name, rule in rules.items() if name not in known}
    starts = {name: simplified(start, known) for name, start in starts.items() if name not in known}
    without = [clone for clone in (*patient.BODY_CLONES, patient.BRAIN_CLONE) if patient.clone_cells(clone) in known]
    moving = {name: rate for name, rate in rates.items() if rate != 0.0}
    variables = _there(moving, rules, starts, read, without, course.drugs)
    left = _needed(variables, moving, rules, starts)
    return Equations(_of(moving, left), _of(rules, left), _of(starts, left),
                     _of({**course.parameters, **course.states}, left), without)


def settled(rates: Mapping[str, Formula], rules: Mapping[str, Formula], fixed: Mapping[str, float],
            start: Mapping[str, float]) -> dict[str, float]:
    """Return every symbol that never changes, once the `fixed` ones do not, with its value.

    States are among them that start at zero and that no other process moves from there.
    """
    order = [name for name in TopologicalSorter({name: set(names(rule)) for name, rule in rules.items()}).static_order()
             if name in rules]
    still = {name for name in rates if start[name] == 0.0}
    while True:
        known = dict(fixed) | dict.fromkeys(still, 0.0)
        for name in order:
            value = simplified(rules[name], known)
            if isinstance(value, float):
                known[name] = value
        moved = {name for name in still if simplified(rates[name], known) != 0.0}
        if not moved:
            return known
        still -= moved


def _neutral(course: PatientCourse) -> dict[str, float]:
    """Return the constants that stand for what is not there: slots, inputs, properties that no drug brings."""
    patient_model, fixed = biology.assemble(), dict[str, float]()
    targets = {dose.target for dose in course.doses}
    changed = {name for each in course.interventions for name in each.changes}
    for name, constant in patient_model.constants.items():
        if constant.quantity is None and name not in course.given and name not in targets | changed:
            slot = next((slot for slot in patient_model.slots if name.startswith(f"{slot}_")), None)
            if slot in course.drugs and constant.symbol.name in biology.EXACT:
                continue
            value = course.parameters[name]
            fixed[name] = math.inf if value >= NEVER else value
    return fixed


def _readers(formulas: Mapping[str, Formula]) -> set[str]:
    """Return what some other equation reads."""
    return {name for variable, formula in formulas.items() for name in names(formula) if name != variable}


def _there(rates: Mapping[str, Formula], rules: Mapping[str, Formula], starts: Mapping[str, Formula],
           read: Collection[str], without: Collection[int], slots: Collection[str]) -> set[str]:
    """Return the variables of what is in the patient, without those that were `read` but are by nothing any more."""
    shown = {name for slot in slots for name in (patient.concentration(slot), patient.payload_concentration(slot))}
    kept = {name for name in (*rates, *rules) if not name.startswith(tuple(f"clone_{clone}_" for clone in without))}
    while True:
        still = _readers({name: formula for table in (starts, rates, rules) for name, formula in table.items()
                          if name in kept})
        idle = {name for name in kept if name in read and name not in still and name not in shown}
        if not idle:
            return kept
        kept -= idle


def _needed(variables: set[str], *tables: Mapping[str, Formula]) -> set[str]:
    """Return the variables, and all that they depend on."""
    needed, waiting = set(variables), list(variables)
    while waiting:
        name = waiting.pop()
        new = {each for table in tables if name in table for each in names(table[name])} - needed
        needed |= new
        waiting += new
    return needed


def _of(table: Mapping[str, Any], left: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name in left}
