"""What was published of a trial: read by the report and the calibration only, never by a simulation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field
from typing_extensions import TypedDict

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf, frozen
from her2lab.facts.quantity import Finite, Record
from her2lab.facts.vocabulary import OddsEndpoint, TimeEndpoint

Ratio = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class PublishedContrast(Record):
    """The ratio of two arms, with its 95 % interval: of hazards, or of odds for orr and pcr."""

    endpoint: Literal[TimeEndpoint, OddsEndpoint]
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


Rates = Annotated[EventRates, AfterValidator(frozen)]


class PublishedSubgroup(Record):
    """Outcomes of the patients who are at one `level` of a `property` (:data:`her2lab.facts.vocabulary.SUBGROUPS`).

    `arms` and `contrasts` are as those of the whole trial. ``seen: false``: recalled, not read in a text.
    """

    property: str
    level: str
    arms: MappingOf[str, MappingOf[str, Finite]] = FrozenDict()
    contrasts: TupleOf[PublishedContrast] = ()
    source: str
    seen: bool
    note: str | None = None


class Published(Record):
    """What was published of a trial as a whole, and of subgroups."""

    source: str
    arms: MappingOf[str, MappingOf[str, Finite]] = FrozenDict()
    contrasts: TupleOf[PublishedContrast] = ()
    subgroups: TupleOf[PublishedSubgroup] = ()
    adverse_events: MappingOf[str, MappingOf[str, Rates]] = FrozenDict()
    curves: MappingOf[str, str] = FrozenDict()
    notes: str | None = None

    def of_arms(self, names: Collection[str]) -> Published:
        """Return what was published of some arms alone."""
        subgroups = [each.replace(**_of_arms(each, names)) for each in self.subgroups]
        return self.replace(
            **_of_arms(self, names), subgroups=[each for each in subgroups if each.arms or each.contrasts],
            adverse_events={arm: rates for arm, rates in self.adverse_events.items() if arm in names})


def _of_arms(outcomes: Published | PublishedSubgroup, names: Collection[str]) -> dict[str, Any]:
    return {"arms": {arm: values for arm, values in outcomes.arms.items() if arm in names},
            "contrasts": [each for each in outcomes.contrasts if {each.arm, each.reference} <= set(names)]}
