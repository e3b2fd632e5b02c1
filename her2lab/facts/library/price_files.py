"""What drugs cost, by the files of ``facts/prices``."""

from __future__ import annotations

from functools import cache

from her2lab.errors import InputError
from her2lab.facts.library.folders import Folders, each, folders
from her2lab.facts.quantity import Quantity
from her2lab.facts.reading import read_record
from her2lab.facts.records import ModuleFacts
from her2lab.facts.units import convert

UNIT = "USD/mg"


def prices() -> dict[str, Quantity]:
    """Return the price of a milligram of each drug that has one, in US dollars.

    Raises
    ------
    InputError
        If a price is in a unit that is none of money for mass.
    """
    return dict(_prices(folders("prices")))


@cache
def _prices(found: Folders) -> dict[str, Quantity]:
    known: dict[str, Quantity] = {}
    for name, file in each(found, lambda path: read_record(path, ModuleFacts)).items():
        for drug, price in file.parameters.items():
            try:
                known[drug] = price.replace(value=convert(price, UNIT), unit=UNIT)
            except InputError as problem:
                raise InputError(problem.message, file=f"facts/prices/{name}.yaml", field=f"parameters.{drug}.unit",
                                 value=price.unit, expected=UNIT) from None
    return known
