"""Response criteria: cut-offs and the decision table of ``facts/rules/recist.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from her2lab.facts.frozen import MappingOf, TupleOf
from her2lab.facts.quantity import Quantity, Record, Source
from her2lab.facts.rule_numbers import numbers_in
from her2lab.facts.strict_yaml import Document

Response = Literal["PD", "NE", "CR", "PR", "SD"]
Condition = Literal["new_lesion", "growth_relative", "growth_absolute", "unmeasurable", "vanished", "shrunk"]
CUTOFFS: Mapping[str, str] = {
    "measurable_from": "mm", "progression_relative": "percent", "progression_absolute": "mm",
    "response_relative": "percent", "vanished_below": "mm", "confirmation_after": "day", "clinical_benefit_from": "day",
}


class DecisionRow(Record):
    """One row of the decision table: the response if all conditions are met."""

    id: str
    when: TupleOf[Condition]
    response: Response


class RecistFile(Record):
    """The response criteria as they stand in a file."""

    title: str
    cutoffs: MappingOf[str, Quantity]
    table: TupleOf[DecisionRow]
    sources: MappingOf[str, Source]


@dataclass(frozen=True)
class Recist:
    """Response criteria as numbers: lengths in mm, fractions of one, times in days."""

    measurable_from: float
    progression_relative: float
    progression_absolute: float
    response_relative: float
    vanished_below: float
    confirmation_after: float
    clinical_benefit_from: float
    table: tuple[DecisionRow, ...]


def recist_of(document: Document, file: RecistFile) -> Recist:
    """Return the criteria that a file states.

    Raises
    ------
    InputError
        If a cut-off is missing, unknown, negative or in another kind of unit, or no row of the table meets every case.
    """
    if not file.table or file.table[-1].when:
        raise document.error(("table",), "the last row of a decision table meets every case",
                             expected="a last row with an empty list of conditions")
    given = numbers_in(document, "cutoffs", file.cutoffs, CUTOFFS)
    fractions = {name: given[name] / 100 for name, unit in CUTOFFS.items() if unit == "percent"}
    return Recist(**{**given, **fractions}, table=tuple(file.table))


def check_recist(document: Document, file: RecistFile) -> None:
    """Check response criteria beyond their form, as :func:`recist_of` does."""
    recist_of(document, file)
