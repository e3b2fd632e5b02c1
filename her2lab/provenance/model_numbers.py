"""Where each number of an assembled model comes from: a source, or a labelled assumption with its plausible range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from her2lab.biology import Assembly, assemble
from her2lab.facts import library
from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.records import Drug
from her2lab.provenance.used_parameters import cite


@dataclass(frozen=True)
class ModelNumber:
    """One number. Exactly one of `source` and `assumption` is given.

    Attributes
    ----------
    holder
        The module of biology/ or the drug that it belongs to.
    symbol, value, unit, range
        The number and its plausible range.
    source, link, assumption, seen
        The citation and where it leads, or the assumption; whether the number was read in the source itself.
    """

    holder: str
    symbol: str
    value: float
    unit: str
    range: tuple[float, float] | None
    source: str | None
    link: str | None
    assumption: str | None
    seen: bool | None


def model_numbers(name: str = "patient", drugs: Mapping[str, Drug] | None = None) -> list[ModelNumber]:
    """List every number of the assembly called `name`, and of what `drugs` (default: all) bring to its slots.

    The constants of a module that stands in several places are one number. What has no entry here is an input, or the
    neutral value of an empty slot.
    """
    assembly = assemble(name)
    rows = _module_rows(assembly)
    for drug in (library.drugs() if drugs is None else drugs).values():
        given = {"molar_mass": drug.molar_mass, **drug.parameters}
        rows += [_row(drug.id, symbol, quantity, drug.sources) for symbol, quantity in given.items()]
    return rows


def _module_rows(assembly: Assembly) -> list[ModelNumber]:
    facts, rows, listed = library.module_facts(), [], set()
    for constant in assembly.constants.values():
        key = (constant.module, constant.name)
        if constant.quantity is not None and key not in listed:
            listed.add(key)
            rows.append(_row(constant.module, constant.name, constant.quantity, facts[constant.module].sources))
    return rows


def _row(holder: str, symbol: str, quantity: Quantity, sources: Mapping[str, Source]) -> ModelNumber:
    citation, link = cite(quantity.source, sources)
    return ModelNumber(holder, symbol, quantity.value, quantity.unit, quantity.range, citation, link,
                       quantity.assumption,
                  quantity.seen)
