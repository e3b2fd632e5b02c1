"""What a trial changes of the numbers of known rules and of the dose levels of drugs; and that it may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field

from her2lab.errors import Problems
from her2lab.facts.drug_records import DoseLevels, Drug
from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.management import Also, Resume, Rule, RuleFile, When
from her2lab.facts.quantity import Finite, Identifier, PositiveFloat, Record
from her2lab.facts.strict_yaml import Document, Where
from her2lab.nearest import one_of

Move = tuple[str, float, float, str]  # field, value of the library, value of the trial, unit


class RuleChange(Record):
    """Other numbers of a rule of the library; `unit` is that of its limits, and needed with `when` and `resume`."""

    unit: str | None = None
    when: MappingOf[When, Finite] = FrozenDict()
    also: TupleOf[Also] = ()
    resume: MappingOf[Resume, Finite] = FrozenDict()
    same_dose_holds: Annotated[int, Field(ge=0)] | None = None
    hold_at_most_days: PositiveFloat | None = None
    holds_at_most: Annotated[int, Field(ge=0)] | None = None
    recheck_days: PositiveFloat | None = None
    reduce_to_fraction: Annotated[float, Field(gt=0, lt=1)] | None = None
    reductions_at_most: Annotated[int, Field(ge=0)] | None = None
    note: str | None = None


class OwnRules(Record):
    """The fields of a trial's file that hold rules of its own, and numbers of the library's that it changes."""

    changed_parameters: MappingOf[Identifier, MappingOf[str, str]] = FrozenDict()
    own_rules: RuleFile | None = None
    changed_rules: MappingOf[Identifier, RuleChange] = FrozenDict()
    dose_levels: MappingOf[Identifier, DoseLevels] = FrozenDict()


LIMITS = ("when", "resume")
UNITS = {"same_dose_holds": "1", "hold_at_most_days": "day", "holds_at_most": "1", "recheck_days": "day",
         "reduce_to_fraction": "1", "reductions_at_most": "1"}  # of the numbers that stand alone


def changed_rule(rule: Rule, change: RuleChange) -> Rule:
    """Return a rule with the numbers that a trial gives it."""
    others = {each.measure: each for each in change.also}
    also = [each.replace(when={**each.when, **others[each.measure].when}) if each.measure in others else each
            for each in rule.also]
    alone = {name: value for name in UNITS if (value := getattr(change, name)) is not None}
    return rule.replace(when={**rule.when, **change.when}, resume={**rule.resume, **change.resume}, also=also, **alone)


def moves(rule: Rule, change: RuleChange) -> Iterator[Move]:
    """Yield what a change moves, value by value; what keeps its value is left out."""
    after = changed_rule(rule, change)
    places = [(field, getattr(rule, field), getattr(after, field), rule.unit) for field in LIMITS]
    places += [(f"also.{old.measure}", old.when, new.when, old.unit)
               for old, new in zip(rule.also, after.also, strict=True)]
    for field, old, new, unit in places:
        yield from ((f"{field}.{name}", old[name], new[name], unit) for name in old if old[name] != new[name])
    for name, unit in UNITS.items():
        if getattr(rule, name) != getattr(after, name):
            yield name, getattr(rule, name), getattr(after, name), unit


def check_change(document: Document, at: Where, rule: Rule, change: RuleChange) -> None:
    """Require that a rule has every number that is changed, in the same unit.

    Raises
    ------
    InputError
        With all mistakes.
    """
    problems = Problems()
    with problems:
        _check_unit(document, at, rule.unit, change.unit, needed=any(getattr(change, name) for name in LIMITS))
    for field in LIMITS:
        for name in getattr(change, field):
            with problems:
                _check_there(document, (*at, field, name), rule.id, name, getattr(rule, field))
    there = {each.measure: each for each in rule.also}
    for n, each in enumerate(change.also):
        with problems:
            here = (*at, "also", n)
            _check_there(document, (*here, "measure"), rule.id, each.measure, there)
            _check_unit(document, here, there[each.measure].unit, each.unit)
            for name in each.when:
                _check_there(document, (*here, "when", name), rule.id, name, there[each.measure].when)
    have = {name: getattr(rule, name) for name in UNITS if getattr(rule, name) is not None}
    if rule.on_resume != "reduce":
        have.pop("same_dose_holds", None)
    for name in UNITS:
        if getattr(change, name) is not None:
            with problems:
                _check_there(document, (*at, name), rule.id, name, have)
    problems.end()


def _check_there(document: Document, at: Where, rule: str, name: str, have: Mapping[Any, Any]) -> None:
    if name not in have:
        raise document.error(at, f"{rule} has no {name} to change", expected=one_of(have) if have else "no such field")


def _check_unit(document: Document, at: Where, wanted: str, unit: str | None, *, needed: bool = False) -> None:
    if unit is None and needed:
        raise document.error((*at, "unit"), "the unit of the limits is missing", expected=wanted)
    if unit not in (None, wanted):
        raise document.error((*at, "unit"), "is not the unit of the rule", value=unit, expected=wanted)


def check_levels(document: Document, at: Where, drug: Drug, levels: DoseLevels) -> None:
    """Require that a drug has dose levels to change, and that the new ones have the same unit and fall.

    Raises
    ------
    InputError
        For the first mistake.
    """
    if drug.dose_levels is None:
        raise document.error(at, f"{drug.id} has no dose levels to change",
                             expected="a drug with dose_levels; others are reduced to a fraction (reduce_to_fraction)")
    if levels.unit != drug.dose_levels.unit:
        raise document.error((*at, "unit"), f"is not the unit of the dose levels of {drug.id}", value=levels.unit,
                             expected=drug.dose_levels.unit)
    if any(lower >= higher for higher, lower in pairwise(levels.values)):
        raise document.error((*at, "values"), "do not fall", expected="from the full dose down, each once")
