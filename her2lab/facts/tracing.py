"""Records of ``facts/trace``: other names of numbers, and what is switched off to explain an outcome."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.quantity import Finite, Record
from her2lab.facts.records import Identifier, PositiveFloat

Kind = Literal["clone", "drug", "node", "organ", "exposure"]
Count = Annotated[int, Field(ge=1)]


class Sizes(Record):
    """How large the runs of a trace are: `trials` and `patients` for one number, the rest for one of many.

    `screened_patients` measure each number once, `refined` of them are measured again with `patients`, both ways, and
    `shown` are in the answer. `followup_months` limits trials that are no reference of the credibility plan.
    `resamples` of the patients give the chance of a small cohort.
    """

    trials: Count
    patients: Annotated[int, Field(ge=2)]
    screened_patients: Annotated[int, Field(ge=2)]
    refined: Count
    shown: Count
    followup_months: PositiveFloat
    resamples: Annotated[int, Field(ge=2)]
    seed: Annotated[int, Field(ge=0)]


class TraceNames(Record):
    """Other names of numbers and drugs, and the sizes of the runs."""

    id: Identifier
    title: str
    other_names: MappingOf[str, str]
    sizes: Sizes


class Switch(Record):
    """One thing that is switched off: constants of the model, or the cells of a clone, are `set` to a neutral value.

    Names may hold ``*`` for any letters; ``typical`` is the value of a typical patient. With ``each: drug`` there is
    one switch for each drug of the arm, and ``{drug}`` and ``{slot}`` stand for it and its place in the model. With
    `typical_kinetics` what a drug brings does not differ between patients but by their properties.
    """

    id: Identifier
    kind: Kind
    title: str
    each: Literal["drug"] | None = None
    set: MappingOf[str, Finite | Literal["typical"]] = FrozenDict()
    typical_kinetics: bool = False

    @model_validator(mode="after")
    def _does_something(self) -> Switch:
        if not self.set and not self.typical_kinetics:
            raise ValueError("a switch sets something")
        if self.typical_kinetics and self.each is None:
            raise ValueError("kinetics are those of a drug: each: drug")
        return self


class SwitchFile(Record):
    """All switches, in the order in which they are shown."""

    id: Identifier
    title: str
    switches: Annotated[TupleOf[Switch], Field(min_length=1)]
