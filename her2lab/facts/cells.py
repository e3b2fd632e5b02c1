"""Cell lines, what makes cells differ, and tool compounds.

The records of ``facts/cell_lines``, ``facts/cell_features`` and ``facts/tools``; the checks that go beyond their form
are in :mod:`her2lab.facts.cell_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from her2lab.errors import InputError
from her2lab.facts.aliases import plain
from her2lab.facts.frozen import MappingOf, TupleOf
from her2lab.facts.quantity import Finite, Identifier, Quantity, Record, Source
from her2lab.nearest import did_you_mean, one_of

LineName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]



# ------------------------------------------------------------------------------------------------ cell lines
class CellLine(Record):
    """One cell line: what sets it apart from the cell model's defaults.

    `parameters` are keyed by ``module.symbol`` of the cell model (see `MODEL_PARAMETERS`); a symbol that is absent has
    the default of its module. `features` are applied after them, in order.
    """

    id: LineName
    name: str
    aliases: TupleOf[str] = ()
    tissue: Literal["breast", "gastric", "ovarian", "lung", "skin"]
    genotype: str
    genotype_seen: bool = False
    parameters: MappingOf[str, Quantity]
    doubling_time: Quantity
    features: TupleOf[Identifier] = ()
    note: str | None = None
    sources: MappingOf[str, Source]


# ------------------------------------------------------------------------------------------------ features
class Change(Record):
    """What a feature does to one parameter: exactly one of `set` (its new value), `times` and `plus`."""

    parameter: str
    set: Finite | None = None
    times: Finite | None = None
    plus: Finite | None = None
    range: tuple[Finite, Finite] | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Change:
        if [self.set, self.times, self.plus].count(None) != 2:
            raise ValueError("a change is exactly one of set, times and plus")
        return self

    def of(self, value: float) -> float:
        """Return the parameter after the change, from its value before."""
        if self.set is not None:
            return self.set
        return value * self.times if self.times is not None else value + (self.plus or 0.0)


class Evidence(Record):
    """Where the size of a change comes from: exactly one of `source` and `assumption`, as for a Quantity."""

    source: str | None = None
    assumption: str | None = None
    seen: bool | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Evidence:
        if (self.source is None) == (self.assumption is None):
            raise ValueError("the size of a change needs either a source or an assumption, and not both")
        return self


class CellFeature(Record):
    """A property that a cell may carry: a mutation, a loss, a gain, a neighbourhood.

    `mechanism_source` is where the property was found to matter; `evidence` says where the size of the changes is from.
    """

    id: Identifier
    title: str
    mechanism: str
    mechanism_source: str | None = None
    mechanism_seen: bool | None = None
    changes: Annotated[TupleOf[Change], Field(min_length=1)]
    evidence: Evidence
    note: str | None = None


class FeatureFile(Record):
    """A file of ``facts/cell_features``."""

    title: str
    features: TupleOf[CellFeature]
    sources: MappingOf[str, Source]


# ------------------------------------------------------------------------------------------------ tool compounds
class Tool(Record):
    """A compound that is no drug of this laboratory: it takes `target` away, by half at `half_inhibition`."""

    target: str
    example: str
    half_inhibition: Quantity
    note: str | None = None


class ToolFile(Record):
    """A file of ``facts/tools``."""

    title: str
    tools: MappingOf[Identifier, Tool]
    sources: MappingOf[str, Source]


# ------------------------------------------------------------------------------------------------ names
def line_named(name: str, lines: Mapping[str, CellLine]) -> CellLine:
    """Return the line of this name, id or alias.

    Raises
    ------
    InputError
        If there is none; the nearest one is named.
    """
    known = {plain(each): line for line in lines.values() for each in (line.id, line.name, *line.aliases)}
    found = known.get(plain(name))
    if found is None:
        near = did_you_mean(plain(name), known)
        hint = next((f"; did you mean {line.name}?" for key, line in known.items() if f" {key}?" in near), "")
        expected = None if hint else one_of(line.name for line in lines.values())
        raise InputError(f"unknown cell line{hint}", field="cell line", value=name, expected=expected)
    return found
