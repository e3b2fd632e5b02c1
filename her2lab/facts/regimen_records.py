"""Doses, lines of a regimen, and the named regimens of ``facts/regimens``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.frozen import MappingOf, TupleOf
from her2lab.facts.limits import MOST_CYCLES, MOST_DAYS, MOST_LINES, MOST_PER_DAY, MOST_STEPS
from her2lab.facts.quantity import Finite, Identifier, PositiveFloat, Record, Source

Route = Literal["iv", "sc", "im", "oral"]


class Dose(Record):
    """An amount per administration; `unit` is kept because mg/kg and mg/m2 are dimensions of their own."""

    amount: PositiveFloat
    unit: Literal["mg", "mg/kg", "mg/m2"]


class Administration(Record):
    """One line of a regimen, as in the trial-file contract (docs/reference/trial_files.md).

    Times in days, counted from day 0; `days` count from 1 within each cycle of length `every`.
    """

    drug: str
    dose: Dose | None = None
    auc: PositiveFloat | None = None
    at: Annotated[TupleOf[Finite], Field(max_length=MOST_DAYS)] | None = None
    start: Finite = 0.0
    every: PositiveFloat | None = None
    days: Annotated[TupleOf[int], Field(max_length=MOST_DAYS)] | None = None
    per_day: Annotated[int, Field(ge=1, le=MOST_PER_DAY)] = 1
    cycles: Annotated[int, Field(ge=1, le=MOST_CYCLES)] | None = None
    duration: PositiveFloat | None = None
    until: Literal["progression"] | None = None
    route: Route = "iv"
    ramp: Annotated[TupleOf[tuple[Dose, PositiveFloat]], Field(max_length=MOST_STEPS)] = ()

    @property
    def doses(self) -> list[Dose]:
        """The dose, if it is none by area, and those of the steps up to it."""
        return [*([] if self.dose is None else [self.dose]), *(step for step, _ in self.ramp)]


class LineChange(Record):
    """What a trial changes of the lines of a drug in a regimen; `line` counts the lines of the drug from 1."""

    drug: str
    line: Annotated[int, Field(ge=1, le=MOST_LINES)] | None = None
    dose: Dose | None = None
    auc: PositiveFloat | None = None
    at: Annotated[TupleOf[Finite], Field(max_length=MOST_DAYS)] | None = None
    start: Finite | None = None
    every: PositiveFloat | None = None
    days: Annotated[TupleOf[int], Field(max_length=MOST_DAYS)] | None = None
    per_day: Annotated[int, Field(ge=1, le=MOST_PER_DAY)] | None = None
    cycles: Annotated[int, Field(ge=1, le=MOST_CYCLES)] | None = None
    duration: PositiveFloat | None = None


class Regimen(Record):
    """A named regimen (facts/regimens), for a drug's page and for what patients had before a trial."""

    id: Identifier
    title: str
    regimen: TupleOf[Administration]
    source: str
    seen: bool | None = None
    sources: MappingOf[str, Source]
