"""The record of the digitised curves: of which trial and endpoint each is, and where it was printed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from her2lab.facts.frozen import MappingOf, TupleOf
from her2lab.facts.quantity import Quantity, Record, Source


class DigitisedCurve(Record):
    """One curve file, ``TRIAL_ENDPOINT.csv``; `source` is a key of the index's sources, `figure` the printed one."""

    trial: str
    endpoint: str
    source: str
    figure: str
    note: str | None = None

    @property
    def file(self) -> str:
        """The name of the CSV file."""
        return f"{self.trial}_{self.endpoint}.csv"


class CurveIndex(Record):
    """All digitised curves of one data set, `dataset` of the sources; `precision` in the units it says."""

    title: str
    licence: str
    dataset: str
    precision: MappingOf[str, Quantity]
    digitised: Annotated[TupleOf[DigitisedCurve], Field(min_length=1)]
    sources: MappingOf[str, Source]

    def find(self, trial: str, endpoint: str) -> DigitisedCurve | None:
        """Return the entry of a trial and an endpoint, or None."""
        return next((one for one in self.digitised if (one.trial, one.endpoint) == (trial, endpoint)), None)
