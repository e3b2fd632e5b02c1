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


class WeightTiers(Record):
    """An amount that goes by body weight: that of the first step whose weight (kg) is not reached, or else the last.

    A patient of just the weight of a step has the next one.
    """

    below: Annotated[TupleOf[tuple[Dose, PositiveFloat]], Field(min_length=1, max_length=MOST_STEPS)]
    above: Dose

    @property
    def doses(self) -> list[Dose]:
        """The amounts, from the lightest patients to the heaviest."""
        return [*(dose for dose, _ in self.below), self.above]

    @property
    def limits(self) -> list[float]:
        """The weights at which the amount changes, kg."""
        return [limit for _, limit in self.below]

    def at(self, weight: float) -> Dose:
        """Return the dose of a patient of a weight in kg."""
        return next((dose for dose, limit in self.below if weight < limit), self.above)


class Administration(Record):
    """One line of a regimen, as in the trial-file contract (docs/reference/trial_files.md).

    Times in days, counted from day 0; `days` count from 1 within each cycle of length `every`.
    """

    drug: str
    dose: Dose | WeightTiers | None = None
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
        """The dose, if it is none by area, or those of each weight; and those of the steps up to it."""
        full = self.dose.doses if isinstance(self.dose, WeightTiers) else [self.dose]
        return [*(dose for dose in full if dose is not None), *(step for step, _ in self.ramp)]


class LineChange(Record):
    """What a trial changes of the lines of a drug in a regimen; `line` counts the lines of the drug from 1."""

    drug: str
    line: Annotated[int, Field(ge=1, le=MOST_LINES)] | None = None
    dose: Dose | WeightTiers | None = None
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
