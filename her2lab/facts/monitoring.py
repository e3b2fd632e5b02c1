"""Monitoring as data (``facts/monitoring``): when a patient is looked at, and who is looked at more closely.

A schedule says when something is measured under any of its drugs; a start, what must hold before the first dose; a
risk score, which class a patient belongs to, by which a schedule may come closer; a caution, which drugs labels warn of
giving at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import ge, gt, le, lt
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.quantity import Finite, Record, Source
from her2lab.facts.records import Drug, Identifier, PositiveFloat
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.vocabulary import Setting
from her2lab.nearest import did_you_mean, one_of

Limit = Literal["value_below", "value_at_most", "value_at_least", "value_above"]
TESTS = {"value_below": lt, "value_at_most": le, "value_at_least": ge, "value_above": gt}
Day = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Sourced(Record):
    """What has either a source or an assumption."""

    source: str | None = None
    assumption: str | None = None
    seen: bool | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.source is None) == (self.assumption is None):
            raise ValueError("needs either a source or an assumption, and not both")
        return self


class Closer(Sourced):
    """The interval, days, that holds in some classes of a risk score instead of the usual one."""

    score: Identifier
    every_days: Annotated[MappingOf[str, PositiveFloat], Field(min_length=1)]


class Schedule(Sourced):
    """When something is looked at under any of `drugs`.

    `measures` are those of the management rules that are read then. `every_days` counts from the first dose;
    `before_each_dose` is the day of an infusion, or the first of a cycle of tablets; `after_end_days` count from the
    last dose.
    """

    id: Identifier
    what: str
    measures: TupleOf[str]
    drugs: Annotated[TupleOf[str], Field(min_length=1)]
    before_start: bool = False
    before_each_dose: bool = False
    every_days: PositiveFloat | None = None
    after_end_days: TupleOf[Day] = ()
    closer: Closer | None = None
    only_in: Setting | None = None

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        times = (self.before_start, self.before_each_dose, self.every_days, self.after_end_days, self.closer)
        if not any(times):
            raise ValueError("says no time: before_start, before_each_dose, every_days, after_end_days or closer")
        return self


class Start(Sourced):
    """What a property of the patient must be before the first dose of any of `drugs`."""

    id: Identifier
    property: str
    unit: str
    drugs: Annotated[TupleOf[str], Field(min_length=1)]
    when: Annotated[MappingOf[Limit, Finite], Field(min_length=1)]
    only_in: Setting | None = None


class Caution(Sourced):
    """A warning of any of `drugs` at the same time as any of `with_drugs`.

    It holds from the first dose of the former to `days_after` days after the last.
    """

    id: Identifier
    text: str
    drugs: Annotated[TupleOf[str], Field(min_length=1)]
    with_drugs: Annotated[TupleOf[str], Field(min_length=1)]
    days_after: Day = 0.0


class MonitoringFile(Record):
    """A file of schedules, starts and cautions."""

    schedules: TupleOf[Schedule]
    starts: TupleOf[Start] = ()
    cautions: TupleOf[Caution] = ()
    sources: MappingOf[str, Source]


class RiskFactor(Sourced):
    """One factor of a risk score: a property of the patient within limits, or a drug of the regimen.

    It counts `points`, or puts the patient at least into the class `at_least`.
    """

    id: Identifier
    name: str
    property: str | None = None
    unit: str = "1"
    when: MappingOf[Limit, Finite] = FrozenDict()
    with_drugs: TupleOf[str] = ()
    points: Annotated[int, Field(ge=1)] | None = None
    at_least: str | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.property is None) == (not self.with_drugs):
            raise ValueError("is about either a property or with_drugs, and not both")
        if (self.property is None) == bool(self.when):
            raise ValueError("needs limits in when, for a property only")
        if (self.points is None) == (self.at_least is None):
            raise ValueError("counts either points or at_least a class, and not both")
        return self


class RiskScore(Sourced):
    """A score that holds under any of `drugs`; `classes` from the lowest up, `from_points` those that points reach."""

    id: Identifier
    title: str
    drugs: Annotated[TupleOf[str], Field(min_length=1)]
    classes: Annotated[TupleOf[str], Field(min_length=2)]
    from_points: MappingOf[str, Annotated[int, Field(ge=1)]]
    factors: Annotated[TupleOf[RiskFactor], Field(min_length=1)]

    @model_validator(mode="after")
    def _known_classes(self) -> Self:
        for name in (*self.from_points, *(factor.at_least for factor in self.factors if factor.at_least)):
            if name not in self.classes:
                raise ValueError(f"has no class {name}{did_you_mean(name, self.classes)}")
        return self

    def class_of(self, met: Iterable[RiskFactor]) -> str:
        """Return the class that the factors in `met` make: the highest one that points or any factor reach."""
        factors = list(met)
        points = sum(factor.points or 0 for factor in factors)
        reached = {self.classes[0]} | {factor.at_least for factor in factors if factor.at_least is not None}
        reached |= {name for name, least in self.from_points.items() if points >= least}
        return max(reached, key=self.classes.index)


class RiskFile(Record):
    """A file of risk scores."""

    scores: TupleOf[RiskScore]
    sources: MappingOf[str, Source]


def meets(value: float, limits: Mapping[Any, float]) -> bool:
    """Return whether a value meets all limits."""
    return all(TESTS[name](value, limit) for name, limit in limits.items())


def check_drugs(document: Document, file: MonitoringFile | RiskFile, drugs: Mapping[str, Drug]) -> None:
    """Require that every drug that a file of monitoring names exists.

    Raises
    ------
    InputError
        For the first that does not.
    """
    for where, name in _named_drugs(file):
        if name not in drugs:
            raise document.unknown(where, "drug", name, drugs)


def check_scores(document: Document, file: MonitoringFile, scores: Mapping[str, RiskScore]) -> None:
    """Require that schedules come closer by classes of risk scores that exist.

    Raises
    ------
    InputError
        For the first that does not.
    """
    for n, schedule in enumerate(file.schedules):
        if schedule.closer is None:
            continue
        at: Where = ("schedules", n, "closer")
        score = scores.get(schedule.closer.score)
        if score is None:
            raise document.error((*at, "score"), f"unknown risk score{did_you_mean(schedule.closer.score, scores)}",
                                 value=schedule.closer.score, expected=one_of(scores))
        for name in schedule.closer.every_days:
            if name not in score.classes:
                raise document.error((*at, "every_days"), f"{score.id} has no such class", value=name,
                                     expected=one_of(score.classes))


def _named_drugs(file: MonitoringFile | RiskFile) -> Iterable[tuple[Where, str]]:
    groups: dict[str, list[Any]] = (
        {"scores": list(file.scores)} if isinstance(file, RiskFile)
        else {"schedules": list(file.schedules), "starts": list(file.starts), "cautions": list(file.cautions)}
    )
    for group, entries in groups.items():
        for n, entry in enumerate(entries):
            yield from _drugs_at((group, n), entry)
            for k, factor in enumerate(getattr(entry, "factors", [])):
                yield from _drugs_at((group, n, "factors", k), factor)


def _drugs_at(where: Where, entry: Any) -> Iterable[tuple[Where, str]]:
    for field in ("drugs", "with_drugs"):
        yield from (((*where, field, m), name) for m, name in enumerate(getattr(entry, field, [])))
