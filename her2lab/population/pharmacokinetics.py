"""What a drug's parameters are in each virtual patient: typical value, covariates, between-patient spread."""

from __future__ import annotations

import numpy as np

from her2lab._types import Floats
from her2lab.biology import assemble, slots
from her2lab.errors import InputError
from her2lab.facts.records import Drug
from her2lab.facts.units import convert
from her2lab.nearest import nearest
from her2lab.population.cohort import Cohort, apply_covariates
from her2lab.population.distributions import correlated, log_sd
from her2lab.population.random import normals


def drug_parameters(drug: Drug, slot: str, cohort: Cohort) -> dict[str, Floats]:
    """Return the model parameters that `drug` brings to `slot`, by model symbol, each of shape (n,).

    ``P = typical * covariates * exp(eta)`` with ``var(eta) = ln(1 + CV**2)`` and the published covariances. A
    patient's random effects belong to the drug, not to the arm.

    Raises
    ------
    InputError
        If the drug lacks a parameter that the slot's module needs or has one that the module does not know.
    """
    typical_values = typical_parameters(drug, slot)
    given = {**drug.parameters, "molar_mass": drug.molar_mass}
    effects = _random_effects(drug, cohort)
    columns = {name: cohort.properties[name].to_numpy() for name in cohort.properties.columns}
    values = {}
    for name, typical in typical_values.items():
        factor = apply_covariates(given[name].covariates, columns, f"{drug.id}.{name}")
        values[f"{slot}_{name}"] = typical * factor * np.exp(effects.get(name, np.zeros(len(cohort.patients))))
    return values


def typical_parameters(drug: Drug, slot: str) -> dict[str, float]:
    """Return what `drug` brings to `slot` in a typical patient, by symbol of the slot, in the model's units.

    What the module calls optional may be left out by a drug and keeps the model's neutral value.

    Raises
    ------
    InputError
        As :func:`drug_parameters`.
    """
    known = assemble().slot_symbols(slot)
    given = {**drug.parameters, "molar_mass": drug.molar_mass}
    file = f"facts/drugs/{drug.id}.yaml"
    for name, symbol in known.items():
        if name not in given and not symbol.optional:
            raise InputError(f"drug {drug.id} lacks a parameter of module {drug.module}", file=file,
                             field=f"parameters.{name}", expected=f"a value in {symbol.unit}")
    for name in given:
        if name not in known:
            near = nearest(name, known)
            raise InputError(f"module {drug.module} has no such constant", file=file, field=f"parameters.{name}",
                             expected=near[0] if near else " or ".join(sorted(known)))
    return {name: convert(given[name], symbol.unit, molar_mass=drug.molar_mass)
            for name, symbol in known.items() if name in given}


def check_drug(drug: Drug) -> None:
    """Require that a drug of a kind that the patient has a slot for brings what the slot needs.

    Raises
    ------
    InputError
        As :func:`drug_parameters`. A drug of a kind that is not simulated yet passes.
    """
    slot = next((name for name, module in slots().items() if module == drug.module), None)
    if slot is not None:
        typical_parameters(drug, slot)


def _random_effects(drug: Drug, cohort: Cohort) -> dict[str, Floats]:
    names = sorted(name for name, quantity in drug.parameters.items() if quantity.cv_percent)
    if not names:
        return {}
    covariance = np.diag([log_sd(drug.parameters[name].cv_percent or 0.0) ** 2 for name in names])
    for pair in drug.correlations:
        i, j = (names.index(name) for name in pair.between)
        covariance[i, j] = covariance[j, i] = pair.covariance_log
    standard = np.concatenate(
        [normals(cohort.seed, cohort.patients, f"drug:{drug.id}:{name}") for name in names], axis=1
    )
    mixed = correlated(standard, covariance, file=f"facts/drugs/{drug.id}.yaml")
    return {name: mixed[:, column] for column, name in enumerate(names)}
