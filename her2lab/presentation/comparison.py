"""Simulated beside published: the rows that the terminal, the report and the README print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from her2lab.presentation.words import NOT_ESTIMABLE, contrast_name, endpoint_name, interval, number, unit_name

RATIO_DIGITS = 2
ENDPOINT_DIGITS = 1


@dataclass(frozen=True)
class ComparisonRow:
    """One endpoint of one arm or pair of arms: simulated with its 90 % prediction interval, published as printed."""

    what: str
    whose: str
    unit: str
    digits: int
    value: float | None
    low: float | None
    high: float | None
    published: float | None
    published_low: float | None = None
    published_high: float | None = None
    note: str | None = None

    @property
    def simulated_text(self) -> str:
        """The simulated value and its interval, as printed; where there is no value, why."""
        if self.value is None and self.note is not None:
            return self.note
        return f"{number(self.value, self.digits)} {interval(self.low, self.high, self.digits)}".strip()

    @property
    def published_text(self) -> str:
        """The published value and its interval, as printed; a dash where nothing was published."""
        if self.published is None:
            return "–"
        ends = interval(self.published_low, self.published_high, self.digits)
        return f"{number(self.published, self.digits)} {ends}".strip()

    @property
    def inside(self) -> bool | None:
        """Whether the published value lies in the simulated interval; None where either is missing.

        An interval whose upper end was not reached is open at the top. The ends are rounded as they are printed,
        because the published value was.
        """
        if self.published is None or (self.low is None and self.high is None):
            return None
        above = self.low is None or self.published >= round(self.low, self.digits)
        return above and (self.high is None or self.published <= round(self.high, self.digits))

    @property
    def verdict(self) -> str:
        """The comparison in one word."""
        return {True: "inside", False: "outside", None: "–"}[self.inside]


def rows(summary: Mapping[str, Any]) -> list[ComparisonRow]:
    """Return all rows of a result: endpoints arm by arm, then the contrasts."""
    return [*_endpoints(summary), *contrasts(summary)]


def contrasts(summary: Mapping[str, Any]) -> list[ComparisonRow]:
    """Return the ratios of a result, or of one of its subgroups."""
    return list(_contrasts(summary))


def _endpoints(summary: Mapping[str, Any]) -> Iterator[ComparisonRow]:
    keys = dict.fromkeys(key for arm in summary["arms"] for key in arm["endpoints"])
    for key in keys:
        for arm in summary["arms"]:
            if (cell := arm["endpoints"].get(key)) is not None:
                yield ComparisonRow(
                    endpoint_name(key),
                    arm["id"],
                    unit_name(cell["unit"]),
                    ENDPOINT_DIGITS,
                    cell["value"],
                    cell["low"],
                    cell["high"],
                    cell.get("published"),
                    note=cell.get("note"),
                )


def _contrasts(summary: Mapping[str, Any]) -> Iterator[ComparisonRow]:
    for contrast in summary["contrasts"]:
        ratio = contrast.get("hazard_ratio") or contrast.get("odds_ratio")
        if ratio is not None:
            yield ComparisonRow(
                contrast_name(contrast["endpoint"]),
                f"{contrast['arm']} v {contrast['reference']}",
                "",
                RATIO_DIGITS,
                ratio["value"],
                ratio["low"],
                ratio["high"],
                ratio.get("published"),
                ratio.get("published_low"),
                ratio.get("published_high"),
                note=ratio.get("note", NOT_ESTIMABLE),
            )
