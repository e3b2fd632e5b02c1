"""Statements of the review as experiments in the dish: what a file of ``facts/claims`` may hold.

Those that are virtual trials instead stand in :mod:`her2lab.facts.trial_claims`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.cells import Treatment
from her2lab.facts.quantity import Finite, Record
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


class Statement(Record):
    """One statement. It holds if every check does; `primary` says where primary sources differ from the review."""

    id: Annotated[str, Field(pattern=r"^C[0-9]{2}$")]
    states: str
    primary: str | None = None


class Claim(Statement):
    """A statement that is tried in the dish."""

    checks: Annotated[list[Check], Field(min_length=1)]


class ClaimFile(Record):
    """A file of ``facts/claims``."""

    title: str
    claims: list[Claim]
