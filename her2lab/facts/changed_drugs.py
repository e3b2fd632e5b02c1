"""Drugs with some of their numbers changed, as what switches a mechanism off says it."""

from __future__ import annotations

from collections.abc import Mapping

from her2lab.facts.records import Drug
from her2lab.nearest import unknown


def changed(drug: Drug, numbers: Mapping[str, float]) -> Drug:
    """Return a drug with other values of some of its numbers, in the units that its file has.

    Raises
    ------
    InputError
        If the drug has no such number; the nearest is named.
    """
    parameters = dict(drug.parameters)
    for name, value in numbers.items():
        if name not in parameters:
            raise unknown(f"number of {drug.id}", name, parameters)
        parameters[name] = parameters[name].replace(value=value)
    return drug.replace(parameters=parameters)
