"""Statements of the review that are facts to hold and show, and the sections of the review that all statements follow.

What the product holds is not written here but read where it stands: in the drugs' files, in the text of the model, in
virtual patients that are drawn.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from her2lab.facts.claims import Statement
from her2lab.facts.quantity import Record, Source
from her2lab.facts.records import Identifier

Words = Annotated[list[str], Field(min_length=1)]


class Share(Record):
    """The share of virtual patients of a population whose property is `level` (a word; of numbers, 1 is yes)."""

    population: Identifier
    property: str
    level: str | int


class Fact(Record):
    """One fact: what the review says, what primary sources say, and where the product holds it, if it does.

    `share` is drawn from a population, `symbols` are of the model (``module.symbol``); `not_held` says why there is
    neither. `source` is a key of the file's ``sources``.
    """

    says: str
    review: str | None = None
    primary: str | None = None
    source: str | None = None
    share: Share | None = None
    symbols: list[Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]] = []
    not_held: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Fact:
        if sum((self.share is not None, bool(self.symbols), self.not_held is not None)) != 1:
            raise ValueError("a fact is held in one place: share or symbols; or not_held says why it is not")
        if (self.primary is None) != (self.source is None):
            raise ValueError("what primary sources say has a source")
        return self


class Since(Record):
    """The year or date of the first approval in a region, as the review has it."""

    region: str
    date: Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]


class DrugRow(Record):
    """A row of the review's Table 1, in its words; the product's is the drug's file.

    `side_effects` are the review's words, each with the names under which the drug's file may have it. `approval` is
    the review's word, `approved` whether that means approved anywhere.
    """

    drug: Identifier
    mechanism: str
    side_effects: dict[str, Words]
    approval: str
    approved: bool
    since: Since | None = None


class ReferenceClaim(Statement):
    """A fact to hold and show, or a statement of which it is said why it cannot be tried."""

    kind: Literal["reference", "method"]
    facts: list[Fact] = []
    row: DrugRow | None = None
    not_testable: str | None = None

    @model_validator(mode="after")
    def _shown(self) -> ReferenceClaim:
        if bool(self.facts or self.row) == (self.not_testable is not None):
            raise ValueError("a statement has facts or a row of the table, or not_testable says why it has none")
        return self


class ReferenceFile(Record):
    """A file of ``facts/claims`` with facts to hold and show."""

    title: str
    references: list[ReferenceClaim]
    sources: dict[str, Source] = {}


class Section(Record):
    """A section of the review."""

    id: str
    title: str


class SectionFile(Record):
    """The sections of the review, in its order, and its citation."""

    title: str
    review: Source
    sections: list[Section]
