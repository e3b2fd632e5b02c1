"""A cell line with its features, as parameters of the cell model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from her2lab.biology import assemble
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.quantity import Quantity
from her2lab.facts.units import convert

DOUBLING = "doubling_time"  # of cells that are not a line with a time of its own


@dataclass(frozen=True)
class Culture:
    """One line before treatment.

    Attributes
    ----------
    name
        Name of the line.
    parameters
        By id of the cell model, features included.
    own
        The same without added features (for a line given by its receptors: of a typical cell): the cells that grow
        with `doubling_time` (days). What features and receptors do to growth then comes out of the model.
    """

    name: str
    parameters: Mapping[str, float]
    own: Mapping[str, float]
    doubling_time: float

    @classmethod
    def of(cls, line: str, features: tuple[str, ...] = ()) -> Culture:
        """Return the line of this id with features added to its own.

        Raises
        ------
        InputError
            For an unknown line or feature.
        """
        facts = library.cell_line(line)
        values = _defaults()
        for name, quantity in facts.parameters.items():
            for identifier in identifiers(name):
                values[identifier] = convert(quantity, assemble("cell").units[identifier])
        own = _changed(values, tuple(facts.features))
        return cls(facts.name, _changed(own, features), own, convert(facts.doubling_time, "day"))

    def multiplied(self, name: str, factor: float) -> Culture:
        """Return the culture with the constant ``module.symbol`` multiplied; unchanged if its cells have none."""
        scale = dict.fromkeys(matching(name), factor)
        changed, own = ({key: value * scale.get(key, 1.0) for key, value in values.items()}
                        for values in (self.parameters, self.own))
        return Culture(self.name, changed, own, self.doubling_time)

    def with_parameters(self, numbers: Mapping[str, float]) -> Culture:
        """Return the same line with other values of ``module.symbol``, in the units of the model.

        Raises
        ------
        InputError
            If the cell model has no such constant.
        """
        values = {identifier: value for name, value in numbers.items() for identifier in identifiers(name)}
        return replace(self, parameters={**self.parameters, **values}, own={**self.own, **values})


def custom_line(name: str, receptors: Mapping[str, float], features: tuple[str, ...] = ()) -> Culture:
    """Return a line given by its receptor numbers per cell (her1, her2, her3, her4), typical in everything else."""
    own = _defaults()
    values = own | {f"line_her_{receptor}_per_cell": number / 1e6 for receptor, number in receptors.items()}
    return Culture(name, _changed(values, features), own, convert(_culture_facts()[DOUBLING], "day"))


def identifiers(name: str) -> list[str]:
    """Return the ids in the cell model of ``module.symbol``.

    Raises
    ------
    InputError
        If there is none.
    """
    found = matching(name)
    if not found:
        raise InputError("the cell model has no such constant", field="parameters", value=name,
                         expected="module.symbol")
    return found


def matching(name: str) -> list[str]:
    """Return the ids in the cell model of ``module.symbol``; none if there is none."""
    module, _, symbol = name.partition(".")
    return [k for k, c in assemble("cell").constants.items() if c.module == module and c.symbol.name == symbol]


def _culture_facts() -> Mapping[str, Quantity]:
    return library.module_facts()["culture"].parameters


def _defaults() -> dict[str, float]:
    """Return the parameters of a typical cell, those that differ between culture and body as in culture."""
    cell = assemble("cell")
    values = {name: constant.value for name, constant in cell.constants.items() if constant.value is not None}
    for name, quantity in _culture_facts().items():
        for identifier in identifiers(name) if name != DOUBLING else ():
            values[identifier] = convert(quantity, cell.units[identifier])
    return values


def _changed(before: Mapping[str, float], features: tuple[str, ...]) -> dict[str, float]:
    values, known = dict(before), library.cell_features()
    for feature in dict.fromkeys(features):
        for change in library.cell_feature(feature, known).changes:
            for identifier in identifiers(change.parameter):
                values[identifier] = change.of(values[identifier])
    return values
