"""The record of a calibration of adverse effects: which number of which drug is fitted to which arm of which trial."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from her2lab.facts.frozen import TupleOf
from her2lab.facts.quantity import Record
from her2lab.facts.records import Identifier, PositiveFloat


class Fit(Record):
    """`parameter` of `drug` is moved until `event` is as frequent as published in `arms`, each a ``trial/arm``."""

    drug: Identifier
    parameter: Identifier
    event: Identifier
    arms: Annotated[TupleOf[Annotated[str, Field(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")]], Field(min_length=1)]


class ToxicityCalibration(Record):
    """One calibration of adverse effects; every trial must be marked ``use: calibration``.

    `rounds` is how often all trials are run, each arm with `patients`, followed for `followup` days at most.
    `between_trials` is by how many probits rates of the same drugs differ between trials: it keeps a large trial from
    outvoting the others.
    """

    id: Identifier
    title: str
    patients: Annotated[int, Field(ge=20)]
    seed: Annotated[int, Field(ge=0)]
    rounds: Annotated[int, Field(ge=1)]
    followup: PositiveFloat
    between_trials: Annotated[float, Field(ge=0)]
    fits: Annotated[TupleOf[Fit], Field(min_length=1)]
