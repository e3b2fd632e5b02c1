"""Units of the model's symbols as SBML unit definitions, so that libsbml can check that equations agree."""

from __future__ import annotations

import re

import libsbml

from her2lab.facts.units import REGISTRY

_KINDS = {
    "second": libsbml.UNIT_KIND_SECOND,
    "kilogram": libsbml.UNIT_KIND_KILOGRAM,
    "meter": libsbml.UNIT_KIND_METRE,
    "mole": libsbml.UNIT_KIND_MOLE,
    "cell": libsbml.UNIT_KIND_ITEM,
}


def declare_units(document: libsbml.SBMLDocument, units: dict[str, str]) -> None:
    """Give each parameter of the model the unit that its module declares.

    Parameters
    ----------
    document
        SBML document, changed in place; the time unit becomes the day.
    units
        Unit text by parameter id.
    """
    model = document.getModel()
    _define(model, "day", "day")
    model.setTimeUnits("day")
    for name, text in units.items():
        parameter = model.getParameter(name)
        if parameter is not None:
            parameter.setUnits(_define(model, _identifier(text), text))
    for equation in [*model.getListOfRules(), *model.getListOfInitialAssignments()]:
        formula = equation.getMath().deepCopy()
        _without_unit(formula)
        equation.setMath(formula)


def _without_unit(formula: libsbml.ASTNode) -> None:
    """Say of every number in a formula that it is a pure number, so that nothing is left unchecked."""
    if formula.isNumber() and not formula.isSetUnits():
        formula.setUnits("dimensionless")
    for child in range(formula.getNumChildren()):
        _without_unit(formula.getChild(child))


def _identifier(text: str) -> str:
    if text == "1":
        return "dimensionless"
    return "u_" + re.sub(r"\W+", "_", text.replace("/", "_per_")).strip("_")


def _define(model: libsbml.Model, name: str, text: str) -> str:
    if name == "dimensionless" or model.getUnitDefinition(name) is not None:
        return name
    base = REGISTRY.Quantity(1.0, REGISTRY.parse_units(text)).to_base_units()
    definition = model.createUnitDefinition()
    definition.setId(name)
    factor = float(f"{base.magnitude:.12g}")
    parts = [(_KINDS[unit], float(str(exponent))) for unit, exponent in base.unit_items()]
    for kind, exponent in parts or [(libsbml.UNIT_KIND_DIMENSIONLESS, 1.0)]:
        part = definition.createUnit()
        part.setKind(kind)
        part.setExponent(exponent)
        part.setScale(0)
        part.setMultiplier(factor ** (1.0 / exponent))      # SBML: (multiplier * kind) ** exponent
        factor = 1.0
    return name
