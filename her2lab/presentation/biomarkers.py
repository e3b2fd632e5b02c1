"""Outcomes by biomarker as the terminal and the report print them: an endpoint, its markers, their levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from her2lab.presentation.comparison import ENDPOINT_DIGITS, RATIO_DIGITS
from her2lab.presentation.subgroups import level_name, property_name
from her2lab.presentation.words import (
    NOT_ESTIMABLE,
    SURVIVALS,
    contrast_name,
    endpoint_name,
    interval,
    number,
    unit_name,
)

RESPONSES = ("orr", "pcr")
ONE_ARM = "One arm: outcomes at each level, no benefit and no interaction."
LEAST_P, SMALL_P = 0.001, 0.1


@dataclass(frozen=True)
class Line:
    """One level: patients, events, the outcome of each arm and the ratio, as text and as numbers for the plot."""

    who: str
    n: int
    events: int
    outcomes: list[str]
    ratio: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Marker:
    """The levels of one marker, all patients together, whether benefit differs, and what must be said of it.

    Attributes
    ----------
    interaction, p
        The ratio of the ratios in words, "" with one arm; its p-value in words.
    from_day
        Day from which times run.
    """

    name: str
    lines: list[Line]
    together: Line
    interaction: str
    p: str
    from_day: float
    note: str


@dataclass(frozen=True)
class BiomarkerTable:
    """One endpoint of an arm, against its reference if there is one.

    Attributes
    ----------
    title
        Endpoint and arms in words.
    kind, better
        Name of the ratio and which arm a ratio below 1 favours, "" with one arm.
    shown, events
        What is shown of each arm, and what its events are called.
    """

    endpoint: str
    title: str
    arms: list[str]
    kind: str
    better: str
    shown: str
    events: str
    markers: list[Marker]

    @property
    def together(self) -> list[tuple[str, Line]]:
        """All patients before the markers, once for each day from which times run, with the words for them."""
        first = {marker.from_day: marker.together for marker in reversed(self.markers)}
        return [(_everybody(day), first[day]) for day in sorted(first)]


def comparisons(summary: Mapping[str, Any]) -> list[BiomarkerTable]:
    """Return the endpoints and pairs of arms by which a result is cut, each with all its markers."""
    entries: dict[tuple[str, str, str | None], list[Mapping[str, Any]]] = {}
    for entry in summary.get("biomarkers", ()):
        if entry["strata"]:
            entries.setdefault((entry["endpoint"], entry["arm"], entry["reference"]), []).append(entry)
    return [_comparison(*key, found) for key, found in entries.items()]


def left_out(summary: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each marker by which nothing can be compared."""
    return [f"{property_name(entry['biomarker'])}: {entry['note']}."
            for entry in summary.get("biomarkers", ()) if not entry["strata"]]


def notes(found: Sequence[BiomarkerTable]) -> list[str]:
    """Return what must be said of one arm alone and of single markers, each sentence once."""
    said = [f"{marker.name}: {marker.note}." for each in found for marker in each.markers if marker.note]
    return list(dict.fromkeys([*([ONE_ARM] if any(not each.kind for each in found) else []), *said]))


def _comparison(endpoint: str, arm: str, reference: str | None, entries: Sequence[Mapping[str, Any]]) -> BiomarkerTable:
    arms = [arm] if reference is None else [reference, arm]
    key, cell = next(iter(entries[0]["all"]["arms"][0]["endpoints"].items()))
    return BiomarkerTable(
        endpoint=endpoint,
        title=f"{SURVIVALS.get(endpoint, endpoint_name(endpoint))}, {arm}" + (f" v {reference}" if reference else ""),
        arms=arms,
        kind="" if reference is None else contrast_name(endpoint).rpartition(", ")[2],
        better="" if reference is None else str(reference if endpoint in RESPONSES else arm),
        shown=f"{endpoint_name(key)}, {unit_name(cell['unit'])}",
        events="responses" if endpoint in RESPONSES else "events",
        markers=[_marker(entry) for entry in entries],
    )


def _marker(entry: Mapping[str, Any]) -> Marker:
    name = entry["biomarker"]
    return Marker(
        name=property_name(name) + (f", from day {entry['from_day']:g}" if entry["from_day"] else ""),
        lines=[_line(level_words(entry, stratum["level"]), stratum) for stratum in entry["strata"]],
        together=_line("", entry["all"]), interaction=_interaction(entry), p=_p(entry["interaction"]),
        from_day=entry["from_day"], note=entry["note"] or "",
    )


def _line(who: str, stratum: Mapping[str, Any]) -> Line:
    ratio = stratum.get("hazard_ratio") or stratum.get("odds_ratio")
    cells = [cell for arm in stratum["arms"] for cell in arm["endpoints"].values()]
    outcomes = [_stated(cell, ENDPOINT_DIGITS) for cell in cells]
    bounds = [ratio and ratio[name] for name in ("value", "low", "high")]
    return Line(who, stratum["n"], stratum["events"], outcomes, _stated(ratio, RATIO_DIGITS) if ratio else "", *bounds)


def level_words(entry: Mapping[str, Any], level: str) -> str:
    """Return the words for a level of a marker, with the limit where it was measured."""
    name, cut = entry["biomarker"], entry["cut"]
    if cut is None:
        return level_name(name, level)
    limit = f"{cut['value']:g} {'%' if cut['unit'] == 'percent' else cut['unit']}"
    return f"{limit} or more" if level in ("high", "yes") else f"less than {limit}"


def _interaction(entry: Mapping[str, Any]) -> str:
    found = entry["interaction"]
    if found is None:
        return ""
    if found["value"] is None:
        return str(found.get("note", NOT_ESTIMABLE))
    words = [level_words(entry, level) for level in found["levels"]]
    between = f"per level, {words[-1]} to {words[0]}" if found["test"] == "trend" else f"{words[0]} v {words[-1]}"
    return f"ratio of {found['of'].replace('_', ' ')}, {between}: {_stated(found, RATIO_DIGITS)}, {_p(found)}"


def _p(found: Mapping[str, Any] | None) -> str:
    if found is None or found["p_value"] is None:
        return ""
    p = found["p_value"]
    return f"p < {LEAST_P:g}" if p < LEAST_P else f"p = {p:.3f}" if p < SMALL_P else f"p = {p:.2f}"


def _stated(cell: Mapping[str, Any], digits: int) -> str:
    if cell["value"] is None and "note" in cell:
        return NOT_ESTIMABLE            # why is in result.json
    return f"{number(cell['value'], digits)} {interval(cell['low'], cell['high'], digits)}".strip()


def _everybody(day: float) -> str:
    return "All patients" if day == 0 else f"All under observation on day {day:g}"
