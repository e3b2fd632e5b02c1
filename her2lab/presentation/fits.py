"""A finished calibration in cells of text, for the screen and for the page on what is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from her2lab.fitting.between_trials import Spread
from her2lab.presentation.markdown import pipe_table

FITTED = ("fitted", "field", "value", "bounds")
TARGETS = ("target", "published", "simulated", "misfit")


def fitted_cells(summary: dict[str, Any]) -> list[list[str]]:
    """Return the free numbers and their values, a row each, under `FITTED`."""
    rows = []
    for row in summary["fitted"]:
        name = row["parameter"] if row["level"] is None else f"{row['parameter']} ({row['level']})"
        name = f"{row['drug']}: {name}" if row["drug"] else name
        rows.append([name, row["field"], f"{row['value']:.4g}", f"{row['low']:g} to {row['high']:g}"])
    return rows


def target_cells(summary: dict[str, Any]) -> list[list[str]]:
    """Return what was published and simulated, a row each, under `TARGETS`; the misfit is in tolerances."""
    return [[row["target"], f"{row['published']:.4g}",
             "–" if row["simulated"] is None else f"{row['simulated']:.4g}", f"{row['misfit']:+.1f}"]
            for row in summary["targets"]]


def fit_page(summary: dict[str, Any]) -> str:
    """Return a calibration as a section of Markdown."""
    return "\n\n".join([f"## {summary['calibration']}", f"Misfit {summary['misfit']['after']:.3g}.",
                        pipe_table(FITTED, fitted_cells(summary)), pipe_table(TARGETS, target_cells(summary)), ""])


def screen(summary: dict[str, Any]) -> list[RenderableType]:
    """Return a calibration as tables for the terminal."""
    misfit = summary["misfit"]
    return [f"[bold]{summary['calibration']}[/bold]", _table(FITTED, fitted_cells(summary)), "",
            _table(TARGETS, target_cells(summary)),
            f"\nmisfit {misfit['before']:.4g} before, {misfit['after']:.4g} after\n"]


def spreads(found: Sequence[Spread]) -> Table:
    """Return the spread between trials of each kind of endpoint, before and after."""
    return _table(("kind of endpoint", "pairs", "before", "estimated", "now"), [
        [each.key, str(each.pairs), f"{each.before:g}",
         "too few" if each.estimated is None else f"{each.estimated:.3g}", f"{each.value:g}"] for each in found])


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*headings, box=None, header_style="bold")
    for row in rows:
        table.add_row(*row)
    return table
