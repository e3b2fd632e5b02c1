"""The model parameters that a trial uses, as the terminal and the report list them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from her2lab.facts.records import Trial

if TYPE_CHECKING:
    from her2lab.provenance.used_parameters import UsedParameter


def used_in(trial: Trial) -> list[UsedParameter]:
    """Return every parameter that the simulation of a trial uses, with its origin."""
    from her2lab.facts import library
    from her2lab.provenance.used_parameters import used_parameters

    drugs = dict.fromkeys(line.drug for arm in trial.arms for line in arm.regimen)
    own = library.changed_drugs(trial)
    return used_parameters(library.population_of(trial),
                           {drug: own[drug] if drug in own else library.drug(drug) for drug in drugs})


def fitted(parameters: Iterable[UsedParameter]) -> list[UsedParameter]:
    """Return the parameters whose value was fitted to trial outcomes."""
    return [parameter for parameter in parameters if parameter.calibrated]
