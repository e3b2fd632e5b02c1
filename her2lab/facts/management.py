"""Management rules: what a label says to do with a drug when a patient is harmed by it, as data.

A rule compares one measure with limits (``when``) and acts on drugs. What may be measured, and in which unit its limits
are written, is the closed list of :mod:`her2lab.facts.measures`; how a file of rules is read and checked is the
business of :mod:`her2lab.facts.rule_checks`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.measures import Measure
from her2lab.facts.quantity import Finite, Identifier, PositiveFloat, Record, Source
from her2lab.facts.regimen_records import Administration
from her2lab.facts.vocabulary import Setting

Organ = Literal["heart", "marrow", "liver", "gut", "lung", "skin", "nerve", "general"]
When = Literal["value_below", "value_at_most", "value_at_least", "value_above", "fall_at_least", "fall_below"]
Resume = Literal["value_at_least", "value_at_most", "value_above", "value_below", "fall_at_most", "fall_below"]
Action = Literal["hold", "reduce", "stop", "give", "reload"]


class Also(Record):
    """A second condition, on the last value of another measure."""

    measure: Measure
    unit: str
    when: MappingOf[When, Finite]


class Rule(Record):
    """One label rule: while `measure` meets `when`, do `action` to `drugs`.

    `when` compares the last value (``value``) and its fall from baseline (``fall``) with limits, all of which must be
    met, together with those of `also`; `resume` says when a withheld drug may be given again (empty: as soon as `when`
    no longer holds), and `on_resume` at which dose, from the hold after the first `same_dose_holds` on. ``reduce``
    goes one dose level of the drug's file down, or, for a drug without levels, to a fraction of the planned dose.
    ``give`` starts a supportive drug by the line `give`, whose days count from the day of the rule. ``reload`` replaces
    a late dose by the loading dose. `only_with` and `unless_with` name drugs of the trial, in any arm: arms of a
    blinded trial follow the same rules.
    """

    id: Identifier
    organ: Organ
    measure: Measure
    drugs: Annotated[TupleOf[str], Field(min_length=1)]
    unit: str
    when: MappingOf[When, Finite]
    also: TupleOf[Also] = ()
    action: Action
    on_resume: Literal["same", "reduce"] = "same"
    same_dose_holds: Annotated[int, Field(ge=0)] = 0
    resume: MappingOf[Resume, Finite] = FrozenDict()
    hold_at_most_days: PositiveFloat | None = None
    holds_at_most: Annotated[int, Field(ge=0)] | None = None
    recheck_days: PositiveFloat | None = None
    reduce_to_fraction: Annotated[float, Field(gt=0, lt=1)] | None = None
    reductions_at_most: Annotated[int, Field(ge=0)] | None = None
    give: Administration | None = None
    only_with: TupleOf[str] = ()
    unless_with: TupleOf[str] = ()
    only_in: Setting | None = None
    source: str
    seen: bool | None = None
    note: str | None = None

    @property
    def reduces(self) -> bool:
        """Whether the rule can reduce a dose."""
        return self.action == "reduce" or self.on_resume == "reduce"


class RuleFile(Record):
    """A file of rules."""

    rules: TupleOf[Rule]
    sources: MappingOf[str, Source]

    def by_rule(self) -> dict[str, Source]:
        """Return the source of each rule by the rule's id."""
        return {rule.id: self.sources[rule.source] for rule in self.rules}
