"""Twins compared, as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from her2lab.presentation.words import SURVIVALS, adverse_event_name, endpoint_name, plain

MEANS = {"best_change": "Best change of the tumours"}


def screen(found: Mapping[str, Any]) -> list[RenderableType]:
    """Return what :func:`her2lab.trial.statistics.paired.paired` found as two tables and a sentence."""
    arm, reference = escape(found["arm"]), escape(found["reference"])
    look: dict[str, Any] = {"box": None, "header_style": "bold", "pad_edge": False}
    changes, means = Table("outcome", **look), Table("mean difference", "unit", **look)
    for name in ("pairs", "left out", f"only {arm}", f"only {reference}", "both", "neither"):
        changes.add_column(name, justify="right")
    for name in ("pairs", "left out", f"{arm} minus {reference}", "90 % interval"):
        means.add_column(name, justify="right")
    for row in found["changes"]:
        changes.add_row(_outcome(row["outcome"], found["months"]), *(str(value) for value in list(row.values())[1:]))
    for row in found["means"]:
        interval = "-" if row["low"] is None else f"{row['low']:.1f} to {row['high']:.1f}"
        means.add_row(_mean(row["outcome"]), row["unit"], str(row["pairs"]), str(row["left_out"]),
                      f"{row['value']:.1f}", interval)
    return [f"{found['pairs']} pairs, times read to {found['months']:.4g} months; {escape(found['meaning'])}.", "",
            changes, "", means, ""]


def _outcome(name: str, months: float) -> str:
    if name.endswith("_event"):
        time = name.removesuffix("_event")
        return f"{_time(time)}: event by {months:.4g} months"
    if name.endswith("_grade3"):
        return f"{adverse_event_name(name.removesuffix('_grade3'))}, grade 3 or more"
    return endpoint_name(name)


def _mean(name: str) -> str:
    time = name.removesuffix("_restricted_mean")
    return MEANS.get(name, f"{_time(time)}: mean time without event")


def _time(name: str) -> str:
    return SURVIVALS.get(name, {"cns_pfs": "Progression-free survival, brain"}.get(name, plain(name)))
