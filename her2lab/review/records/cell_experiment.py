"""Claims as experiments on cells: what a file of ``facts/claims`` with ``claims`` and no ``trials`` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.perturbations import Treatment
from her2lab.facts.quantity import Finite, Record, Source
from her2lab.facts.records import Identifier
from her2lab.review.records.claim import ClaimRecord

Receptor = Literal["her1", "her2", "her3", "her4"]
Cell = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] | dict[Receptor, Annotated[Finite, Field(gt=0)]]


class CellCheck(Record):
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


class CellClaimRecord(ClaimRecord):
    """A claim that is checked on cells."""

    checks: Annotated[list[CellCheck], Field(min_length=1)]


class CellClaimFile(Record):
    """A file of ``facts/claims`` with experiments on cells."""

    title: str
    claims: list[CellClaimRecord]
    sources: dict[str, Source] = {}
