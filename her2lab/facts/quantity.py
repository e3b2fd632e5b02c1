"""A number with its unit and its source: what every figure in ``facts/`` is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from her2lab.facts.frozen import TupleOf
from her2lab.facts.reading import refused
from her2lab.facts.strict_yaml import Document
from her2lab.nearest import unknown

Finite = Annotated[float, Field(allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
PositiveFloat = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Record(BaseModel):
    """Base of all records: unknown fields are refused, values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    if not TYPE_CHECKING:  # a type checker refuses it by itself

        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(f"{type(self).__name__} is immutable; replace({name}=…) returns a changed copy")

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other values of some fields.

        Raises
        ------
        InputError
            If there is no such field (the nearest is named), or a value is not one that the field takes.
        """
        kind = type(self)
        for name in changes:
            if name not in kind.model_fields:
                raise unknown(f"field of {kind.__name__}", name, kind.model_fields)
        data = {**dict(self), **changes}
        try:
            return kind.model_validate(data)
        except ValidationError as problem:
            raise refused(Document(None, data), kind, data, problem) from None


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
    covariates: TupleOf[Covariate] = ()
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
