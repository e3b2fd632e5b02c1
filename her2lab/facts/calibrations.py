"""The record of a calibration: what is fitted, to which trials, how closely."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.quantity import Finite, Record
from her2lab.facts.records import Identifier, PositiveFloat


class Free(Record):
    """One number of a population's file that may move between `low` and `high`, on a logarithmic scale."""

    parameter: str
    field: Literal["value", "median", "mean", "cv_percent", "sd", "probability"]
    low: PositiveFloat
    high: PositiveFloat


class CurveTarget(Record):
    """A digitised curve: the share without event at some months; tolerance in percentage points."""

    trial: str
    endpoint: Literal["pfs", "os"]
    file: str
    months: list[PositiveFloat]
    tolerance: PositiveFloat


class Targets(Record):
    """Tolerances of published endpoints (in their own unit), of log hazard ratios, and the curves."""

    endpoints: dict[str, PositiveFloat] = {}
    contrasts: dict[str, PositiveFloat] = {}
    curves: list[CurveTarget] = []


class Calibration(Record):
    """One calibration: a few free numbers of a population, fitted to trials marked ``use: calibration``."""

    id: Identifier
    population: str
    trials: Annotated[list[str], Field(min_length=1)]
    patients: Annotated[int, Field(ge=2)]
    seed: Annotated[int, Field(ge=0)]
    evaluations: Annotated[int, Field(ge=1)]
    prior_weight: Finite = 0.0
    free: Annotated[list[Free], Field(min_length=1)]
    targets: Targets
