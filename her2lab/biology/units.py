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
    define_unit(model, "day", "day")
    model.setTimeUnits("day")
    for name, text in units.items():
        parameter = model.getParameter(name)
        if parameter is not None:
            parameter.setUnits(define_unit(model, text))
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


def define_unit(model: libsbml.Model, text: str, name: str | None = None, *, count_cells: bool = True) -> str:
    """Return the id of a unit in the model, where it is defined if it was not.

    Parameters
    ----------
    model
        The model, changed in place.
    text
        The unit as the modules write it, such as ``mg/L``.
    name
        Its id, if not one made of its text.
    count_cells
        Whether cells have a unit of their own; otherwise they are mere numbers, as amounts of species have to be.
    """
    name = name or _identifier(text)
    if name == "dimensionless" or model.getUnitDefinition(name) is not None:
        return name
    definition = model.createUnitDefinition()
    definition.setId(name)
    for written, power in REGISTRY.parse_units(text)._units.items():    # part by part: 0.1 m cubed, not 0.00115...
        _add_parts(definition, written, float(str(power)), count_cells)
    if not definition.getNumUnits():
        _add_part(definition, libsbml.UNIT_KIND_DIMENSIONLESS, 1.0, 1.0)
    return name


def _add_parts(definition: libsbml.UnitDefinition, unit: str, power: float, count_cells: bool) -> None:
    base = REGISTRY.Quantity(1.0, unit).to_base_units()
    factor = float(f"{base.magnitude:.15g}")
    parts = [(_KINDS[kind], float(str(exponent))) for kind, exponent in base.unit_items()
             if count_cells or kind != "cell"]
    for kind, exponent in parts or [(libsbml.UNIT_KIND_DIMENSIONLESS, 1.0)]:
        _add_part(definition, kind, exponent * power, float(f"{factor ** (1.0 / exponent):.12g}"))
        factor = 1.0


def _add_part(definition: libsbml.UnitDefinition, kind: int, exponent: float, multiplier: float) -> None:
    part = definition.createUnit()
    part.setKind(kind)
    part.setExponent(exponent)
    part.setScale(0)
    part.setMultiplier(multiplier)      # SBML: (multiplier * kind) ** exponent
