"""What was published of a trial: read by the report and the calibration only, never by a simulation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from her2lab.facts.quantity import Finite, Record

Ratio = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class PublishedContrast(Record):
    """The ratio of two arms, with its 95 % interval: of hazards, or of odds for orr and pcr."""

    endpoint: Literal["pfs", "os", "idfs", "dfs", "efs", "orr", "pcr"]
    arm: str
    reference: str
    hr: Ratio | None = None
    odds_ratio: Ratio | None = None
    low: Ratio | None = None
    high: Ratio | None = None


class EventRates(TypedDict, total=False):
    """Percent of patients with an adverse event of any grade and of grade 3 or more.

    ``seen: false`` says that the rates were not read in a text, only recalled. ``basis: laboratory`` says that any
    grade counts every value out of the normal range; otherwise it counts what the investigators reported.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]

    any: Finite
    grade3: Finite
    seen: bool
    basis: Literal["laboratory"]
    note: str


class PublishedSubgroup(Record):
    """Outcomes of the patients who are at one `level` of a `property` (:data:`her2lab.facts.vocabulary.SUBGROUPS`).

    `arms` and `contrasts` are as those of the whole trial. ``seen: false``: recalled, not read in a text.
    """

    property: str
    level: str
    arms: dict[str, dict[str, Finite]] = {}
    contrasts: list[PublishedContrast] = []
    source: str
    seen: bool
    note: str | None = None


class Published(Record):
    """What was published of a trial as a whole, and of subgroups."""

    source: str
    arms: dict[str, dict[str, Finite]] = {}
    contrasts: list[PublishedContrast] = []
    subgroups: list[PublishedSubgroup] = []
    adverse_events: dict[str, dict[str, EventRates]] = {}
    curves: dict[str, str] = {}
    notes: str | None = None
