"""What every claim of the review says, however it is checked, and the review's citation and sections."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from her2lab.facts.quantity import Finite, Record, Source
from her2lab.facts.records import Identifier

Kind = Literal["mechanism", "safety", "clinical", "selection", "reference", "method"]


class DifferingFigure(Record):
    """A figure as the review states it and as primary sources do; `model` names the check whose outcome is the model's.

    `source` is a key of the file's ``sources``.
    """

    says: str
    review: str
    primary: str
    source: str
    model: str | None = None


class MechanismOff(Record):
    """What switches the mechanism behind a claim off: a verdict that does not follow it is decided by a constant.

    `parameters` are numbers of the model (``module.symbol``) that every cell or patient then has, `drugs` numbers of
    the drugs' files, in the units that these have; `rules` are organs whose management rules are off, in trials.
    """

    mechanism: str
    parameters: dict[str, Finite] = {}
    drugs: dict[Identifier, dict[Identifier, Finite]] = {}
    rules: list[str] = []

    @model_validator(mode="after")
    def _something(self) -> MechanismOff:
        if not (self.parameters or self.drugs or self.rules):
            raise ValueError("nothing is switched off: parameters, drugs or rules")
        return self


class ClaimRecord(Record):
    """One claim. It holds if every check does; `primary` says where primary sources differ from the review.

    `states` is its text, `section` that of the review, a key of ``facts/claims/sections.yaml``; `beside` are figures in
    which the review and primary sources differ; `without` switches off what is behind the claim. `explanation` says why
    the model does not show it, where it does not: written by a person who looked, and shown only when the claim fails.
    """

    id: Annotated[str, Field(pattern=r"^[CTM][0-9]{2}$")]
    section: str | None = None
    states: str
    primary: str | None = None
    beside: list[DifferingFigure] = []
    without: MechanismOff | None = None
    explanation: str | None = None


class Section(Record):
    """A section of the review."""

    id: str
    title: str


class SectionFile(Record):
    """The sections of the review, in its order, and where the review itself was published."""

    title: str
    review: Source | None = None
    sections: list[Section]
