"""What is in a model file, and whether the engine can run it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libsbml

from her2lab import engine
from her2lab.engine.source import read_source
from her2lab.errors import InputError

UNDECLARED = 99505
"""libsbml could not check the units of a formula, because something in it has none."""


@dataclass(frozen=True)
class Inspection:
    """The findings on one model file.

    Attributes
    ----------
    contents : how many of each kind of element the document holds.
    states, parameters, observables : ids, as the engine sees them; empty where it cannot run the model.
    unit_problems : one line for each equation whose units contradict each other.
    unchecked_formulas : formulas in which something has no unit, so that they cannot be checked.
    unsupported : what the engine refuses, or what has no value, by name; None where it runs the model.
    """

    contents: dict[str, int]
    states: tuple[str, ...]
    parameters: tuple[str, ...]
    observables: tuple[str, ...]
    unit_problems: list[str]
    unchecked_formulas: int
    unsupported: str | None

    @property
    def runs(self) -> bool:
        """Whether the engine can run the model."""
        return self.unsupported is None


def inspect(file: Path) -> Inspection:
    """Look at a model file without integrating it.

    Raises
    ------
    InputError
        The file is not a readable SBML or Antimony model. What the engine cannot run is a finding, not an error.
    """
    try:
        document, text = read_source(file)
    except engine.UnsupportedModel as refusal:
        # a package that the engine lacks: nothing more can be said about the mathematics
        return Inspection({}, (), (), (), [], 0, refusal.message + _named(refusal))
    problems, unchecked = _units(text)
    contents = _contents(document.getModel())
    try:
        model = engine.compile_model(file)
        model.start(1)
    except InputError as refusal:
        return Inspection(contents, (), (), (), problems, unchecked, refusal.message + _named(refusal))
    assigned = model.variables[len(model.states):]
    return Inspection(contents, model.states, model.parameters, assigned, problems, unchecked, None)


def _named(refusal: InputError) -> str:
    return f" ({refusal.field})" if refusal.field else ""


def _contents(model: Any) -> dict[str, int]:
    rules = list(model.getListOfRules())
    return {
        "compartments": model.getNumCompartments(),
        "species": model.getNumSpecies(),
        "parameters": model.getNumParameters(),
        "reactions": model.getNumReactions(),
        "rate rules": sum(rule.isRate() for rule in rules),
        "assignment rules": sum(rule.isAssignment() for rule in rules),
        "algebraic rules": sum(rule.isAlgebraic() for rule in rules),
        "initial assignments": model.getNumInitialAssignments(),
        "function definitions": model.getNumFunctionDefinitions(),
        "events": model.getNumEvents(),
        "constraints": model.getNumConstraints(),
    }


def _units(text: str) -> tuple[list[str], int]:
    """Contradictions of units, one line each, and the number of formulas that could not be checked."""
    document = libsbml.readSBMLFromString(text)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_MODELING_PRACTICE, False)
    document.checkConsistency()
    problems, unchecked = [], 0
    for i in range(document.getNumErrors()):
        error = document.getError(i)
        if error.getErrorId() == UNDECLARED:
            unchecked += 1
        elif error.getCategory() == libsbml.LIBSBML_CAT_UNITS_CONSISTENCY:
            problems.append(" ".join(error.getMessage().split()))
    return problems, unchecked
