"""Numbers are moved by factors, on a logarithmic scale and within their range, and the slope of what follows is taken.

Both the sensitivity analysis of the credibility report and ``her2lab trace`` go by this.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from her2lab.biology import assemble
from her2lab.facts import library
from her2lab.facts.records import Distribution, Population
from her2lab.provenance.numbers import Number
from her2lab.trial.variants import Variant

CENTRES = ("median", "mean", "value")


def scaled(population: Population, factors: Mapping[str, float]) -> Population:
    """Return a population with the typical value of some parameters or properties multiplied."""
    parameters, properties = dict(population.parameters), dict(population.covariates)
    for name, factor in factors.items():
        there = parameters if name in parameters else properties
        there[name] = _scaled(there[name], factor)
    return population.replace(parameters=parameters, covariates=properties)


def bounds(value: float | None, within: tuple[float, float] | None, spread: float) -> tuple[float, float]:
    """Return the logarithms of the factors between which a number is moved: by `spread`, but not out of its range."""
    low, high = -math.log(spread), math.log(spread)
    if within is not None and value is not None and value > 0:
        bottom, top = within
        if 0 < bottom <= value:
            low = max(low, math.log(bottom / value))
        if top >= value:
            high = min(high, math.log(top / value))
    return low, high


def slope(low: float | None, high: float | None, width: float) -> float | None:
    """Return the change of an outcome's logarithm by that of the number's, None where it has none."""
    if low is None or high is None or not (low > 0 and high > 0 and width > 0):   # also where one of them is NaN
        return None
    return math.log(high / low) / width


def variant(number: Number, factor: float, people: Population) -> Variant:
    """Return the version of the facts in which one number is multiplied, for patients of one population."""
    if number.folder == "drugs":
        drug = library.drug(number.holder)
        if number.name == "molar_mass":
            mass = drug.molar_mass.replace(value=drug.molar_mass.value * factor)
            return Variant(people, {drug.id: drug.replace(molar_mass=mass)})
        quantity = drug.parameters[number.name]
        quantity = quantity.replace(value=quantity.value * factor)
        parameters = {**drug.parameters, number.name: quantity}
        return Variant(people, {drug.id: drug.replace(parameters=parameters)})
    if number.folder == "populations":
        return Variant(scaled(people, {number.name: factor}))
    # first, so that what a population says of single instances still overrules it
    moved = {number.symbol: _of_module(number, factor)}
    return Variant(people.replace(parameters={**moved, **people.parameters}))


def in_patient(number: Number) -> bool:
    """Return whether a number of a module is one of the patient model's."""
    return any((constant.module, constant.name) == (number.holder, number.name) and constant.quantity is not None
               for constant in assemble().constants.values())


def _scaled(distribution: Distribution, factor: float) -> Distribution:
    changes: dict[str, Any] = {field: value * factor for field in CENTRES
                               if (value := getattr(distribution, field)) is not None}
    if distribution.probability is not None:
        changes["probability"] = min(distribution.probability * factor, 1.0)
    if distribution.levels is not None:
        changes["levels"] = {name: _scaled(level, factor) for name, level in distribution.levels.items()}
    return distribution.replace(**changes)


def _of_module(number: Number, factor: float) -> Distribution:
    """Return a constant of a module, in the unit of the model, multiplied, with the spread that its facts give it."""
    constant = next(each for each in assemble().constants.values()
                    if (each.module, each.name) == (number.holder, number.name) and each.quantity is not None)
    quantity, value = constant.quantity, (constant.value or 0.0) * factor
    if quantity is None or not quantity.cv_percent:
        return Distribution(kind="constant", value=value, covariates=() if quantity is None else quantity.covariates)
    return Distribution(kind="lognormal", median=value, cv_percent=quantity.cv_percent, covariates=quantity.covariates)
