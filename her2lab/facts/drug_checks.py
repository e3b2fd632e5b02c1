"""What a drug's file must meet beyond its form: units of mass and dose, routes, levels, exposures, correlations."""

from __future__ import annotations

from itertools import pairwise

from her2lab.errors import InputError
from her2lab.facts.drug_records import Drug
from her2lab.facts.plausibility import AREA
from her2lab.facts.quantity import Quantity
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.units import REGISTRY, convert, unit
from her2lab.nearest import did_you_mean


def check_drug(document: Document, drug: Drug) -> None:
    """Check the units of a drug's molar mass and doses, and that correlations name its parameters."""
    _check_unit(document, ("molar_mass",), drug.molar_mass, "kg/mol")
    if drug.infusion_minutes is not None:
        _check_unit(document, ("infusion_minutes",), drug.infusion_minutes, "min")
    for dose_unit, highest in drug.highest_dose.items():
        units = [*drug.dose_units, *((AREA,) if drug.auc_dosing else ())]
        if dose_unit not in units or highest.unit != dose_unit:
            raise document.error(("highest_dose", dose_unit), "has another unit than the doses", value=highest.unit,
                                 expected=" or ".join(units))
    _check_routes(document, drug)
    _check_levels(document, drug)
    for n, exposure in enumerate(drug.observed_exposure):
        if exposure.dosing is not None and exposure.window is None:
            raise document.error(("observed_exposure", n, "window"), "is missing beside dosing",
                                 expected="first and last day, such as [0, 21]")
    for name, quantity in drug.parameters.items():
        if quantity.range is not None and not quantity.range[0] <= quantity.value <= quantity.range[1]:
            raise document.error(("parameters", name), "lies outside its range", value=quantity.value)
    for n, correlation in enumerate(drug.correlations):
        for each in correlation.between:
            if each not in drug.parameters:
                raise document.error(
                    ("correlations", n, "between"),
                    f"no parameter {each}{did_you_mean(each, drug.parameters)}",
                )


def _check_routes(document: Document, drug: Drug) -> None:
    """Require that what is said of a route concerns one by which the drug is given."""
    for route, units in drug.dose_units_by_route.items():
        if route not in drug.routes:
            raise document.error(("dose_units_by_route", route), "is not a route of this drug", value=route,
                                 expected=" or ".join(drug.routes))
        for each in units:
            if each not in drug.dose_units:
                raise document.error(("dose_units_by_route", route), "is not a unit of this drug's doses", value=each,
                                     expected=" or ".join(drug.dose_units))
    if "iv" in drug.routes and drug.infusion_minutes is None:
        raise document.error(("infusion_minutes",), "is missing", expected="how long an infusion lasts")


def _check_levels(document: Document, drug: Drug) -> None:
    """Require dose levels that fall, in a unit in which the drug is dosed, with one origin."""
    levels = drug.dose_levels
    if levels is None:
        return
    allowed = [*drug.dose_units, *(["mg*min/mL"] if drug.auc_dosing else [])]
    if levels.unit not in allowed:
        raise document.error(("dose_levels", "unit"), "is not a unit of this drug's doses", value=levels.unit,
                             expected=" or ".join(allowed))
    if any(lower >= higher for higher, lower in pairwise(levels.values)):
        raise document.error(("dose_levels", "values"), "do not fall", expected="from the full dose down, each once")
    if (levels.source is None) == (levels.assumption is None):
        raise document.error(("dose_levels",), "need either a source or an assumption, and not both")


def _check_unit(document: Document, where: Where, quantity: Quantity, wanted: str) -> None:
    try:
        if not REGISTRY.Unit(unit(quantity.unit)).is_compatible_with(unit(wanted)):
            convert(quantity, wanted)
    except InputError as problem:
        raise document.error(
            (*where, "unit"), problem.message, value=quantity.unit, expected=f"a unit like {wanted}"
        ) from None
