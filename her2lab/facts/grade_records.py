"""Cut-offs of graded adverse events, of ``facts/rules/ctcae.yaml``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.measures import Graded
from her2lab.facts.quantity import Quantity, Record, Source

GradeName = Literal["grade1", "grade2", "grade3", "grade4"]


class Grading(Record):
    """Cut-offs of one adverse event that is graded by a measure.

    A value below ``below[grade]``, of ``at_least[grade]`` or more, or that fell from baseline by
    ``fall_at_least[grade]`` or more has at least that grade. The highest grade met counts. heart_failure and
    febrile_neutropenia have the value 1 once they have happened. Investigators report an event as adverse from the
    grade `reported_from` on: a laboratory value that is a little out of the normal range mostly is not. `noticed` is
    the share of patients whose worst value falls on a day on which blood is drawn.
    """

    event: str
    measure: Graded
    reported_from: Annotated[int, Field(ge=1, le=4)] = 1
    noticed: Quantity | None = None
    below: MappingOf[GradeName, Quantity] = FrozenDict()
    at_least: MappingOf[GradeName, Quantity] = FrozenDict()
    fall_at_least: MappingOf[GradeName, Quantity] = FrozenDict()
    note: str | None = None


class GradeFile(Record):
    """A file of cut-offs."""

    title: str
    grades: TupleOf[Grading]
    sources: MappingOf[str, Source]
