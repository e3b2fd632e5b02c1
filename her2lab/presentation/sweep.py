"""A sweep of doses or intervals: what came out at each point, as rows and as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from her2lab.facts.sweep import SweepDesign
from her2lab.presentation.comparison import ENDPOINT_DIGITS, RATIO_DIGITS
from her2lab.presentation.words import adverse_event_name, contrast_name, endpoint_name, interval, number, unit_name

SEVERE = "_grade3"
SHOWN_FROM = 5.0  # percent of patients at any point from which on a harm has a line on the screen and in the picture
EVENT_DIGITS = 1


def sweep_rows(design: SweepDesign, summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row per point and outcome, point after point.

    Returns
    -------
    list of dict
        The point (named ``dose`` or ``interval``), ``arm``, ``kind`` (endpoint, contrast, adverse_event or dosing),
        ``outcome``, ``value`` with its 90 % prediction interval ``low`` to ``high`` (null where there is none),
        ``unit``.
    """
    arms = {arm["id"]: arm for arm in summary["arms"]}
    return [{design.what: point.value, "arm": point.arm, **found}
            for point in design.points for found in _outcomes(arms[point.arm], summary["contrasts"])]


def _outcomes(arm: Mapping[str, Any], contrasts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for name, cell in arm["endpoints"].items():
        yield _row("endpoint", name, cell["value"], cell["low"], cell["high"], unit_name(cell["unit"]))
    for pair in contrasts:
        for kind in ("hazard_ratio", "odds_ratio"):
            if pair["arm"] == arm["id"] and (cell := pair.get(kind)) is not None:
                yield _row("contrast", pair["endpoint"], cell["value"], cell["low"], cell["high"], "ratio")
    for name, cell in arm["adverse_events"].items():
        yield _row("adverse_event", f"{name}{SEVERE}", cell["grade3"], None, None, "%")
    for name, percent in arm["dose_intensity"].items():
        yield _row("dosing", f"{name}_dose_intensity", percent, None, None, "%")


def _row(kind: str, outcome: str, value: float | None, low: float | None, high: float | None,
         unit: str) -> dict[str, Any]:
    return {"kind": kind, "outcome": outcome, "value": value, "low": low, "high": high, "unit": unit}


def outcome_words(kind: str, outcome: str) -> str:
    """Return the words for an outcome of a sweep."""
    if kind == "adverse_event":
        return f"{adverse_event_name(outcome.removesuffix(SEVERE))}, grade 3 or more"
    if kind == "contrast":
        return contrast_name(outcome)
    if kind == "dosing":
        return f"Dose intensity of {outcome.removesuffix('_dose_intensity').replace('_', ' ')}"
    return endpoint_name(outcome)


def shown(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the rows by outcome, without harms that are rare at every point."""
    by_outcome: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_outcome.setdefault((row["kind"], row["outcome"]), []).append(row)
    return {key: found for key, found in by_outcome.items()
            if key[0] != "adverse_event" or max(row["value"] or 0.0 for row in found) >= SHOWN_FROM}


def screen(design: SweepDesign, rows: list[dict[str, Any]]) -> list[RenderableType]:
    """Return a table with a column for each point."""
    table = Table("outcome", "unit", box=None, header_style="bold", pad_edge=False)
    for point in design.points:
        table.add_column(f"{point.value:g} {design.unit}", justify="right")
    for (kind, outcome), found in shown(rows).items():
        cells = {row["arm"]: _text(row) for row in found}
        unit = "" if found[0]["unit"] == "ratio" else found[0]["unit"]
        table.add_row(*map(escape, (outcome_words(kind, outcome), unit,
                                    *(cells.get(point.arm, "reference") for point in design.points))))
    trial = design.trial
    return [f"\n[bold]{escape(trial.title)}[/bold]",
            escape(f"ratios against {trial.reference_arm}; the same virtual patients at every point; 90 % prediction "
                   f"intervals; harms that reach {SHOWN_FROM:g} % at a point\n"), table, ""]


def _text(row: Mapping[str, Any]) -> str:
    digits = RATIO_DIGITS if row["kind"] == "contrast" else ENDPOINT_DIGITS
    return f"{number(row['value'], digits)} {interval(row['low'], row['high'], digits)}".strip()
