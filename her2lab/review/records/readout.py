"""Whom a claim reads in a virtual trial, and what: strata of patients, and the kinds of readings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from her2lab.facts.measures import Change
from her2lab.facts.quantity import Finite, Record
from her2lab.facts.vocabulary import Followed

Name = Annotated[str, Field(min_length=1)]
Bounds = tuple[Finite | None, Finite | None]
Words = Annotated[list[str], Field(min_length=1)]

SHARES = ("events", "stopped", "held", "reduced", "given", "decision")
MEANS = ("change", "concentration", "intensity", "cost")
KINDS = (*SHARES, *MEANS, "endpoint", "hazard")


def _limit(value: Any) -> Any:
    """Return what a stratum may say as bounds or as words: ``1`` as (1, 1), ``3+`` as [3+]."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value, value
    if isinstance(value, list) and not any(isinstance(each, str) for each in value):
        return tuple(value)
    return value


Limit = Annotated[Bounds | Words, BeforeValidator(_limit)]
Strata = dict[str, Limit]   # property -> lowest and highest, both of which may be met, or the words allowed


class Readout(Record):
    """What is read in each patient: exactly one of the kinds.

    Percentages of patients. ``events``: any of these adverse events of at least `grade`. ``stopped``, ``held``,
    ``reduced``, ``given``: whether that drug was stopped by a rule, held or reduced at least once, given at all.
    ``decision``: whether a rule of `organ` ever decided so.

    Means. ``change``: what was measured on `days` (first and last), less what was measured before treatment.
    ``concentration``: of a drug in plasma on these days, before a dose of the day (mg/L). ``intensity``: dose of a drug
    prescribed, in percent of the plan. ``cost``: of all drugs given, at the prices of facts/prices, for each
    ``patient``, or for each ``life_year_gained`` over the arm `minus`. Patients in whom it cannot be read do not count.

    ``endpoint``: one of the result's endpoints, in the patients of the group. ``hazard``: of an endpoint that takes
    time; groups are compared by their hazard ratio. With `minus` it is the hazard ratio of the two arms.
    """

    events: Words | None = None
    grade: Annotated[int, Field(ge=1, le=5)] | None = None
    stopped: Name | None = None
    held: Name | None = None
    reduced: Name | None = None
    given: Name | None = None
    decision: Literal["hold", "resume", "reduce", "stop", "give", "reload"] | None = None
    organ: Name | None = None
    change: Change | None = None
    concentration: Name | None = None
    days: tuple[Finite, Finite] | None = None
    intensity: Name | None = None
    cost: Literal["patient", "life_year_gained"] | None = None
    endpoint: Name | None = None
    hazard: Followed | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Readout:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"what is read is exactly one of {', '.join(KINDS)}")
        for beside, kinds in (("grade", ["events"]), ("organ", ["decision"]), ("days", ["change", "concentration"])):
            if getattr(self, beside) is not None and not any(getattr(self, kind) is not None for kind in kinds):
                raise ValueError(f"{beside} belongs to {' or '.join(kinds)}")
        for kind in ("change", "concentration"):
            if getattr(self, kind) is not None and (self.days is None or self.days[0] > self.days[1]):
                raise ValueError(f"{kind} needs days, the first and the last")
        return self

    @property
    def kind(self) -> str:
        """Which of the kinds it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def is_ratio(self) -> bool:
        """Whether groups are compared by a ratio, of which 1 is no difference."""
        return self.hazard is not None
