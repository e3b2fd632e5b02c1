"""Populations: how properties and parameters of patients are drawn, and their lines before entry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.quantity import Covariate, Finite, Fraction, Identifier, Record, Source


class Distribution(Record):
    """How one property of a patient is drawn. Fields depend on `kind`:

    ``lognormal``: median, cv_percent; ``normal``: mean, sd; ``bernoulli``: probability; ``categories``: shares;
    ``constant``: value. `low` and `high` truncate (by redrawing through the quantile function). `by` names a
    categorical or 0/1 property drawn before, and `levels` then gives one distribution per level.
    `formula` kinds are computed from weight and height with `coefficients`: ``body_surface_area`` and
    ``lean_body_weight``. `covariates` multiply the value as they do for a Quantity, `times` names drawn columns
    (properties or parameters) that multiply it as well, `plus` names columns that are then added.
    """

    kind: Literal["lognormal", "normal", "bernoulli", "categories", "constant", "formula"]
    unit: str = "1"
    median: Finite | None = None
    cv_percent: Finite | None = None
    mean: Finite | None = None
    sd: Finite | None = None
    probability: Fraction | None = None
    shares: MappingOf[str, Fraction] | None = None
    value: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    by: str | None = None
    levels: MappingOf[str, Distribution] | None = None
    formula: Literal["body_surface_area", "lean_body_weight"] | None = None
    coefficients: TupleOf[Finite] = ()
    covariates: TupleOf[Covariate] = ()
    times: TupleOf[str] = ()
    plus: TupleOf[str] = ()
    source: str | None = None
    assumption: str | None = None
    range: tuple[Finite, Finite] | None = None
    seen: bool | None = None
    calibrated: bool = False
    note: str | None = None


class PairCorrelation(Record):
    """Correlation of two properties on the normal scale that underlies them (Gaussian copula)."""

    between: tuple[str, str]
    value: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    source: str | None = None
    assumption: str | None = None


class HistoryStep(Record):
    """An earlier line: a regimen of facts/regimens, given until progression before entry.

    `when` and `unless` name properties of the patient with the values 0 and 1: who has 0 for `when`, or 1 for
    `unless`, did not have this line.
    """

    regimen: Identifier
    when: Identifier | None = None
    unless: Identifier | None = None
    source: str | None = None
    assumption: str | None = None
    note: str | None = None


class Population(Record):
    """A population: properties of the patient (`covariates`) and model parameters that vary between patients.

    `parameters` are keyed by the symbol of the assembled patient (``clone_2_growth_rate``) or, for all instances of a
    module alike, by ``module.symbol`` (``clone.growth_rate``); later entries overrule earlier ones. A symbol that is
    not listed has its value, and its spread if any, from facts/parameters. `baseline_keys` says which property (and,
    after a colon, which of its categories) a baseline key of a trial file sets; the keys in `not_simulated` are
    taken as 0 and refused with any other value. `history` lists the lines that were given before entry, in order;
    `before_entry` holds properties that had another value during these, such as metastases found only at entry.
    """

    id: Identifier
    title: str
    covariates: MappingOf[str, Distribution]
    parameters: MappingOf[str, Distribution]
    correlations: TupleOf[PairCorrelation] = ()
    baseline_keys: MappingOf[str, str] = FrozenDict()
    not_simulated: TupleOf[str] = ()
    history: TupleOf[HistoryStep] = ()
    before_entry: MappingOf[str, Finite] = FrozenDict()
    sources: MappingOf[str, Source]
