"""Virtual patients: their properties and the model parameters that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from her2lab._types import Floats, Integers
from her2lab.biology import Assembly, assemble
from her2lab.errors import InputError
from her2lab.facts.quantity import Covariate
from her2lab.facts.records import Distribution, Population
from her2lab.population.distributions import Column, correlated, log_sd
from her2lab.population.distributions import draw as draw_values
from her2lab.population.random import normals


@dataclass(frozen=True)
class Cohort:
    """Patients `patients` (n,) of study `seed`: one row of `properties` and one value of each model parameter each."""

    seed: int
    patients: Integers
    properties: pl.DataFrame
    parameters: dict[str, Floats]

    def column(self, name: str) -> Floats:
        """Return a numeric property as an array of shape (n,)."""
        return self.properties[name].to_numpy().astype(float)

    def select(self, rows: Integers) -> Cohort:
        """Return the patients in `rows` (indices), unchanged in every other respect."""
        parameters = {name: values[rows] for name, values in self.parameters.items()}
        return Cohort(self.seed, self.patients[rows], self.properties[rows], parameters)

    def with_parameters(self, changes: Mapping[str, Floats]) -> Cohort:
        """Return the same patients with other values (n,) of some parameters."""
        return replace(self, parameters={**self.parameters, **changes})


def draw(population: Population, n: int, seed: int, baseline: Mapping[str, float] | None = None,
         patients: Integers | None = None) -> Cohort:
    """Draw `n` patients (or the given patient numbers) of a population.

    Parameters
    ----------
    population
        Distributions of properties and parameters.
    n, seed
        Number of patients and seed of the study; patient i is the same whatever n.
    baseline
        Baseline keys of a trial file (fractions or medians) that replace the population's own mix.
    patients
        Patient numbers, if not 0 … n-1.

    Raises
    ------
    InputError
        If a baseline key, a property or a symbol is unknown.
    """
    numbers = np.arange(n, dtype=np.int64) if patients is None else patients
    covariates = with_baseline(population, baseline or {})
    drawn = _properties(population, covariates, seed, numbers)
    assembly = assemble()
    parameters = _literature_spread(assembly, seed, numbers, drawn)
    for name, distribution in population.parameters.items():
        standard = normals(seed, numbers, f"parameter:{name}")[:, 0]
        values = _value(distribution, standard, {**drawn, **parameters}, name)
        for identifier in _identifiers(assembly, name):
            parameters[identifier] = np.asarray(values, dtype=float)
        if "." in name:
            drawn[name] = values
    properties = pl.DataFrame({"patient": numbers, **{k: v for k, v in drawn.items() if k in covariates}})
    return Cohort(seed, numbers, properties, parameters)


def with_baseline(population: Population, baseline: Mapping[str, float]) -> dict[str, Distribution]:
    """Return the population's properties with a trial's baseline put in their place."""
    covariates = dict(population.covariates)
    for key, value in baseline.items():
        if key in population.not_simulated:
            if value != 0:
                raise InputError(f"not yet simulated in population {population.id}", field=f"baseline.{key}",
                                 value=value, expected="0, or no such line")
            continue
        if key not in population.baseline_keys:
            raise InputError(f"population {population.id} has no such baseline key", field=f"baseline.{key}",
                             value=value, expected=" or ".join(sorted(population.baseline_keys)))
        name, _, category = population.baseline_keys[key].partition(":")
        _check_within(covariates[name], key, value)
        covariates[name] = _replace(covariates[name], category, value)
    return covariates


def apply_covariates(covariates: Sequence[Covariate], columns: Mapping[str, Column], name: str) -> Floats | float:
    """Return the factor by which the patients' covariates move a parameter."""
    factor: Floats | float = 1.0
    for covariate in covariates:
        if covariate.name not in columns:
            raise InputError("the population has no such covariate", field=name, value=covariate.name,
                             expected=" or ".join(sorted(columns)))
        x = np.asarray(columns[covariate.name], dtype=float)
        if covariate.form == "power":
            factor = factor * (x / covariate.reference) ** covariate.coefficient
        else:
            factor = factor * np.exp(covariate.coefficient * (x - covariate.reference))
    return factor


def _check_within(distribution: Distribution, key: str, value: float) -> None:
    low = -np.inf if distribution.low is None else distribution.low
    high = np.inf if distribution.high is None else distribution.high
    if not low < value < high:
        raise InputError("lies outside what patients of the population can have", field=f"baseline.{key}", value=value,
                         expected=f"a number between {low:g} and {high:g}")


def _replace(distribution: Distribution, category: str, value: float) -> Distribution:
    if distribution.kind == "bernoulli":
        return distribution.replace(probability=value)
    if distribution.kind == "lognormal":
        return distribution.replace(median=value)
    if distribution.kind == "normal":
        return distribution.replace(mean=value)
    shares = dict(distribution.shares or {})
    others = sum(share for label, share in shares.items() if label != category)
    scale = (1.0 - value) / others if others > 0 else 0.0
    return distribution.replace(
        shares={label: value if label == category else share * scale for label, share in shares.items()})


def _properties(population: Population, covariates: dict[str, Distribution], seed: int,
                patients: Integers) -> dict[str, Column]:
    standard = {name: normals(seed, patients, f"property:{name}")[:, 0] for name in covariates}
    _correlate(population, standard)
    drawn: dict[str, Column] = {}
    for name, distribution in covariates.items():
        drawn[name] = _value(distribution, standard[name], drawn, name)
    return drawn


def _correlate(population: Population, standard: dict[str, Floats]) -> None:
    names = sorted({name for pair in population.correlations for name in pair.between})
    if not names:
        return
    matrix = np.eye(len(names))
    for pair in population.correlations:
        i, j = (names.index(name) for name in pair.between)
        matrix[i, j] = matrix[j, i] = pair.value
    independent = np.stack([standard[name] for name in names], axis=1)
    mixed = correlated(independent, matrix, file=f"facts/populations/{population.id}.yaml")
    for column, name in enumerate(names):
        standard[name] = mixed[:, column]


def _value(distribution: Distribution, normal: Floats, drawn: Mapping[str, Column], name: str) -> Column:
    values = draw_values(distribution, normal, dict(drawn), name)
    if not (distribution.covariates or distribution.times or distribution.plus):
        return values
    scaled = np.asarray(values, dtype=float) * apply_covariates(distribution.covariates, drawn, name)
    for other in distribution.times:
        scaled = scaled * _drawn_before(other, drawn, f"{name}.times")
    for other in distribution.plus:
        scaled = scaled + _drawn_before(other, drawn, f"{name}.plus")
    return scaled


def _drawn_before(other: str, drawn: Mapping[str, Column], field: str) -> Floats:
    if other not in drawn:
        raise InputError("nothing of that name is drawn before", field=field, value=other)
    return np.asarray(drawn[other], dtype=float)


def _literature_spread(assembly: Assembly, seed: int, patients: Integers,
                       drawn: Mapping[str, Column]) -> dict[str, Floats]:
    """Return the constants that differ between patients by the facts about them, whatever the population.

    A population without a property that moves such a constant counts as being at the reference.
    """
    spread: dict[str, Floats] = {}
    for identifier, constant in assembly.constants.items():
        quantity = constant.quantity
        if quantity is None or constant.value is None or not (quantity.cv_percent or quantity.covariates):
            continue
        known = [covariate for covariate in quantity.covariates if covariate.name in drawn]
        factor = apply_covariates(known, drawn, identifier)
        if quantity.cv_percent:
            eta = normals(seed, patients, f"parameter:{constant.module}.{constant.name}")[:, 0]
            factor = factor * np.exp(log_sd(quantity.cv_percent) * eta)
        spread[identifier] = constant.value * factor * np.ones(len(patients))
    return spread


def _identifiers(assembly: Assembly, name: str) -> list[str]:
    module, dot, symbol = name.partition(".")
    if not dot:
        found = [name] if name in assembly.constants else []
    else:
        found = [k for k, c in assembly.constants.items() if (c.module, c.name) == (module, symbol)]
    if not found:
        raise InputError("the patient model has no such constant", field=f"parameters.{name}",
                         expected="an id of the assembled patient, or module.symbol")
    return found
