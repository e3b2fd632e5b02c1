"""Statements of the review as experiments in the dish: what a file of ``facts/claims`` may hold.

Those that are virtual trials instead stand in :mod:`her2lab.facts.trial_claims`, those that are facts to hold and show
in :mod:`her2lab.facts.reference_claims`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from her2lab.facts.perturbations import Treatment
from her2lab.facts.quantity import Finite, Record, Source
from her2lab.facts.records import Identifier

Receptor = Literal["her1", "her2", "her3", "her4"]
Cell = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] | dict[Receptor, Annotated[Finite, Field(gt=0)]]


class Check(Record):
    """One experiment: `readouts` under `treatment` against `reference`, both at time `at`.

    `cell` is a line, or receptors per cell of an otherwise typical cell; the reference is done on `reference_cell` if
    that is given. `features` are given to both arms. `washout` is the time at which drugs and ligands are taken out.
    """

    says: str
    cell: Cell
    reference_cell: Cell | None = None
    features: list[Identifier] = []
    treatment: Treatment = Treatment()
    reference: Treatment = Treatment()
    washout: str | None = None
    readouts: Annotated[list[str], Field(min_length=1)]
    at: str
    expect: Literal["up", "down", "unchanged"]
    contradicted: bool = False


class Beside(Record):
    """A figure as the review states it and as primary sources do; `model` names the check whose outcome is the model's.

    `source` is a key of the file's ``sources``.
    """

    says: str
    review: str
    primary: str
    source: str
    model: str | None = None


class Without(Record):
    """What switches the mechanism behind a statement off: a verdict that does not follow it is decided by a constant.

    `parameters` are numbers of the model (``module.symbol``) that every cell or patient then has, `drugs` numbers of
    the drugs' files, in the units that these have; `rules` are organs whose management rules are off, in trials.
    """

    mechanism: str
    parameters: dict[str, Finite] = {}
    drugs: dict[Identifier, dict[Identifier, Finite]] = {}
    rules: list[str] = []

    @model_validator(mode="after")
    def _something(self) -> Without:
        if not (self.parameters or self.drugs or self.rules):
            raise ValueError("nothing is switched off: parameters, drugs or rules")
        return self


class Statement(Record):
    """One statement. It holds if every check does; `primary` says where primary sources differ from the review.

    `section` is that of the review, a key of ``facts/claims/sections.yaml``; `beside` are figures in which the review
    and primary sources differ; `without` switches off what is behind the statement. `explanation` says why the model
    does not show it, where it does not: written by a person who looked, and shown only when the statement fails.
    """

    id: Annotated[str, Field(pattern=r"^[CTM][0-9]{2}$")]
    section: str | None = None
    states: str
    primary: str | None = None
    beside: list[Beside] = []
    without: Without | None = None
    explanation: str | None = None


class Claim(Statement):
    """A statement that is tried in the dish."""

    checks: Annotated[list[Check], Field(min_length=1)]


class ClaimFile(Record):
    """A file of ``facts/claims``."""

    title: str
    claims: list[Claim]
    sources: dict[str, Source] = {}
