"""The tables of the report, as plain values; the template decides how they look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from her2lab.presentation.words import adverse_event_name, plain

if TYPE_CHECKING:
    from her2lab.provenance.used_parameters import UsedParameter


@dataclass(frozen=True)
class AdverseEventRow:
    """One adverse event in one arm: percent of patients, simulated and published."""

    what: str
    arm: str
    any: str
    any_published: str
    grade3: str
    grade3_published: str


@dataclass(frozen=True)
class ParameterRow:
    """One model parameter with its origin."""

    name: str
    meaning: str
    value: str
    unit: str
    spread: str
    origin: str
    link: str | None
    assumed: bool
    fitted: bool


def adverse_events(summary: Mapping[str, Any]) -> list[AdverseEventRow]:
    """Return one row for each adverse event and arm."""
    names = dict.fromkeys(name for arm in summary["arms"] for name in arm["adverse_events"])
    return [
        AdverseEventRow(
            adverse_event_name(name),
            arm["id"],
            *(
                _percent(arm["adverse_events"][name].get(key))
                for key in ("any", "published_any", "grade3", "published_grade3")
            ),
        )
        for name in names
        for arm in summary["arms"]
        if name in arm["adverse_events"]
    ]


@dataclass(frozen=True)
class DoseRow:
    """One drug in one arm: dose intensity over the patients, and what the rules did, in percent of patients."""

    arm: str
    drug: str
    intensity: str
    held: str
    reduced: str
    stopped: str
    because: str


def doses(summary: Mapping[str, Any], patients: pl.DataFrame) -> list[DoseRow]:
    """Return, for each arm and drug, what was given: intensity, holds, reductions, stops with their reasons."""
    return [
        _dose_row(arm["id"], drug, managed, patients.filter(pl.col("arm") == arm["id"]))
        for arm in summary["arms"]
        for drug, managed in arm["management"].items()
    ]


def supportive(summary: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return arm, supportive drug and the percent of patients to whom a rule gave it."""
    return [
        (arm["id"], plain(drug), _percent(given))
        for arm in summary["arms"]
        for drug, given in arm["supportive"].items()
    ]


def failed(patients: pl.DataFrame) -> list[dict[str, str]]:
    """Return the patients whose simulation failed, with the reason."""
    wrong = patients.filter(pl.col("status") != "ok")
    return [
        {"patient": str(row["patient"]), "arm": row["arm"], "why": plain(row["status"])} for row in wrong.to_dicts()
    ]


def parameters(rows: Sequence[UsedParameter]) -> list[tuple[str, list[ParameterRow]]]:
    """Return the parameters by module, in the order in which the modules come."""
    modules = dict.fromkeys(row.module for row in rows)
    return [(module, [_parameter(row) for row in rows if row.module == module]) for module in modules]


def _parameter(row: UsedParameter) -> ParameterRow:
    unread = "" if row.seen is not False else " (as cited by a secondary source)"
    return ParameterRow(
        name=row.symbol,
        meaning=row.meaning,
        value="" if row.value is None else f"{row.value:.4g}",
        unit="" if row.unit == "1" else row.unit,
        spread=row.spread,
        origin=f"assumption: {row.assumption}" if row.source is None else f"{row.citation or row.source}{unread}",
        link=row.link if row.link and row.link.startswith("https://") else None,
        assumed=row.source is None,
        fitted=row.calibrated,
    )


def _dose_row(arm: str, drug: str, managed: dict[str, Any], group: pl.DataFrame) -> DoseRow:
    intensity = group[f"dose_intensity_{drug}"].drop_nulls()
    middle, low, high = (intensity.quantile(q, "linear") for q in (0.5, 0.05, 0.95))
    shown = "–" if middle is None else f"{100 * middle:.0f} ({100 * (low or 0):.0f} to {100 * (high or 0):.0f})"
    reasons = sorted(managed["stopped_because"].items(), key=lambda reason: (-reason[1], reason[0]))
    return DoseRow(
        arm,
        plain(drug),
        shown,
        held=_percent(managed["held"]),
        reduced=_percent(managed["reduced"]),
        stopped=_percent(managed["stopped"]),
        because="; ".join(f"{rule} {share:.1f}" for rule, share in reasons) or "–",
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
