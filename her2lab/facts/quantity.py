"""A number with its unit and its source: what every figure in ``facts/`` is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Record(BaseModel):
    """Base of all records: unknown fields are refused, values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Covariate(Record):
    """How a covariate of the patient moves a parameter.

    ``power``: factor ``(x / reference) ** coefficient``; ``exponential``: factor
    ``exp(coefficient * (x - reference))``, for a 0/1 covariate with reference 0 the change in the affected group.
    """

    name: str
    form: Literal["power", "exponential"]
    reference: Finite
    coefficient: Finite


class Quantity(Record):
    """A typical value, its unit, its spread between patients and where it comes from.

    Exactly one of `source` (a key of the file's ``sources``) and `assumption` (a sentence) is given.
    `cv_percent` is the between-patient coefficient of variation of a log-normal value, so that
    ``omega**2 = ln(1 + (cv/100)**2)``.
    """

    value: Finite
    unit: str
    source: str | None = None
    assumption: str | None = None
    seen: bool | None = None
    range: tuple[Finite, Finite] | None = None
    cv_percent: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    covariates: list[Covariate] = []
    calibrated: bool = False
    note: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Quantity:
        if (self.source is None) == (self.assumption is None):
            raise ValueError("a number needs either a source or an assumption, and not both")
        return self


class Source(Record):
    """A citation; at least one of the identifiers unless it is a label or a document without any."""

    cite: str
    doi: str | None = None
    pmid: str | None = None
    nct: str | None = None
    via: str | None = None
    note: str | None = None
