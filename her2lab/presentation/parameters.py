"""The model parameters that a trial uses, as the terminal and the report list them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from her2lab.facts.records import Trial

if TYPE_CHECKING:
    from her2lab.population.provenance import Provenance


def used_in(trial: Trial) -> list[Provenance]:
    """Return every parameter that the simulation of a trial uses, with its origin."""
    from her2lab.facts import library
    from her2lab.population.provenance import provenance

    drugs = dict.fromkeys(line.drug for arm in trial.arms for line in arm.regimen)
    return provenance(library.population_of(trial), {drug: library.drug(drug) for drug in drugs})


def fitted(parameters: Iterable[Provenance]) -> list[Provenance]:
    """Return the parameters whose value was fitted to trial outcomes."""
    return [parameter for parameter in parameters if parameter.calibrated]
