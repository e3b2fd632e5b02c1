"""The record of a calibration: what is fitted, to which trials, how closely."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.quantity import Record
from her2lab.facts.records import Identifier, PositiveFloat
from her2lab.facts.vocabulary import TimeEndpoint


class Free(Record):
    """One number of the population's file, or of a drug's, that may move between `low` and `high`, on a log scale.

    `parameter` may also be a property of the population; `level` names one level of a distribution that has several.
    """

    drug: str | None = None
    parameter: str
    level: str | None = None
    field: Literal["value", "median", "mean", "cv_percent", "sd", "probability"]
    low: PositiveFloat
    high: PositiveFloat


class CurveTarget(Record):
    """A digitised curve: the share without event at some months; tolerance in percentage points."""

    trial: str
    endpoint: TimeEndpoint
    file: str
    months: TupleOf[PositiveFloat]
    tolerance: PositiveFloat


class Targets(Record):
    """Tolerances of what was published.

    Attributes
    ----------
    endpoints
        Responses in percentage points, by name; a time endpoint (``pfs``, ``os``, …) stands for its landmarks and its
        median, read as the share without event at the published median, in percentage points.
    contrasts
        Of the logarithm of hazard ratios.
    curves
        Digitised curves.
    doubtful
        ``trial``, ``trial/arm`` or ``trial/arm/endpoint`` that nobody has read again: their tolerance is twice as wide.
    """

    endpoints: MappingOf[str, PositiveFloat] = FrozenDict()
    contrasts: MappingOf[str, PositiveFloat] = FrozenDict()
    curves: TupleOf[CurveTarget] = ()
    doubtful: TupleOf[str] = ()


class Calibration(Record):
    """One calibration: a few free numbers, fitted to trials marked ``use: calibration``.

    Attributes
    ----------
    stage
        Its place in the order of all calibrations: single agents before combinations, metastatic before early.
    population
        In whose file the free numbers stand that are not a drug's; trials of other populations keep theirs.
    followup_months
        Follow-up of the simulated trials, if shorter than their own.
    evaluations
        Steps of the search; each runs all trials once, and once more for each free number.
    stiffness
        Weight of the distance to the first values, in units of the squared misfit for a walk across the bounds: keeps
        numbers that no target moves where they were.
    """

    id: Identifier
    stage: Annotated[int, Field(ge=1)]
    population: str
    trials: Annotated[TupleOf[str], Field(min_length=1)]
    patients: Annotated[int, Field(ge=2)]
    seed: Annotated[int, Field(ge=0)]
    followup_months: PositiveFloat | None = None
    evaluations: Annotated[int, Field(ge=1)]
    stiffness: PositiveFloat = 9.0
    free: Annotated[TupleOf[Free], Field(min_length=1)]
    targets: Targets
