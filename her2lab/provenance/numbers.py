"""Every number of the facts that a simulation may use, by name: of drugs, of populations, of the model's modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from her2lab.biology.symbols import Module, modules
from her2lab.facts import library
from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.records import Distribution, Population
from her2lab.provenance.fitted import Folder, is_fitted, origin
from her2lab.provenance.used_parameters import cite


@dataclass(frozen=True)
class Number:
    """One number as one file has it.

    Attributes
    ----------
    folder, holder, name
        Where it stands: a folder of facts, the name of a file (without suffix), the name in it. Numbers of populations
        may have the name ``module.symbol``.
    value, unit, range
        The typical value (None of what has none: levels, categories) and its plausible range.
    source, link, assumption, seen
        The citation and where it leads, or the assumption; whether the number was read in the source itself.
    calibrated
        Whether it was fitted.
    note
        What else is said of it, or what the symbol means.
    """

    folder: Folder
    holder: str
    name: str
    value: float | None
    unit: str
    range: tuple[float, float] | None
    source: str | None
    link: str | None
    assumption: str | None
    seen: bool | None
    calibrated: bool
    note: str

    @property
    def id(self) -> str:
        """The number's place: ``drugs/trastuzumab/dissociation_constant``."""
        return f"{self.folder}/{self.holder}/{self.name}"

    @property
    def symbol(self) -> str:
        """What it is in the model, whoever says it: ``trastuzumab.clearance``, ``clone.growth_rate``, ``share_2``."""
        return self.name if self.folder == "populations" else f"{self.holder}.{self.name}"

    @property
    def origin(self) -> str:
        """In one word: ``fitted``, ``source`` or ``assumption``."""
        return "fitted" if self.calibrated else "source" if self.source else "assumption"

    @property
    def is_free(self) -> bool:
        """Whether it was fitted, or a range says within which it may lie."""
        return self.calibrated or self.range is not None


def numbers() -> list[Number]:
    """Return every number of drugs, populations and modules, in the order of the files."""
    declared = modules()
    return [*(number for name in library.drugs() for number in of_drug(name)),
            *(number for people in library.populations() for number in of_population(people)),
            *(number for name in library.module_facts() for number in of_module(name, declared))]


def of_drug(identifier: str) -> Iterator[Number]:
    """Give the numbers of one drug."""
    drug = library.drug(identifier)
    for name, quantity in {"molar_mass": drug.molar_mass, **drug.parameters}.items():
        yield _of_quantity("drugs", drug.id, name, quantity, drug.sources, quantity.note or "")


def of_population(people: Population) -> Iterator[Number]:
    """Give the numbers of one population: properties of the patients, then parameters of the model."""
    for name, each in {**people.covariates, **people.parameters}.items():
        cited, link = cite(each.source, people.sources)
        fitted = is_fitted("populations", people.id, name, each)
        assumption = origin(each, fitted) or (None if each.source else each.note or "assumed")
        yield Number("populations", people.id, name, typical(each), each.unit, each.range, cited, link, assumption,
                     each.seen, fitted, each.note or "")


def of_module(module: str, declared: Mapping[str, Module]) -> Iterator[Number]:
    """Give the numbers of one module of biology/, of those `declared`."""
    facts = library.module_facts()[module]
    symbols = declared[module].symbols if module in declared else {}
    for name, quantity in facts.parameters.items():
        meaning = symbols[name].meaning if name in symbols else ""
        yield _of_quantity("parameters", module, name, quantity, facts.sources, quantity.note or meaning)


def typical(distribution: Distribution) -> float | None:
    """Return the typical value of a distribution, None if it has none of its own."""
    found = (distribution.median, distribution.mean, distribution.probability, distribution.value)
    return next((value for value in found if value is not None), None)


def _of_quantity(folder: Folder, holder: str, name: str, quantity: Quantity, sources: Mapping[str, Source],
                 note: str) -> Number:
    cited, link = cite(quantity.source, sources)
    fitted = is_fitted(folder, holder, name, quantity)
    return Number(folder, holder, name, quantity.value, quantity.unit, quantity.range, cited, link,
                  origin(quantity, fitted), quantity.seen, fitted, note)
