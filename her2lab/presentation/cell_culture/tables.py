"""Results of cell experiments on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.markup import escape
from rich.table import Table

from her2lab.cell_culture import DoseResponse, TreatedAndUntreated, catalogue
from her2lab.facts.amounts import HOURS_PER_DAY, concentration_text
from her2lab.presentation.cell_culture.request import Request
from her2lab.presentation.words import unit_name

MOST_ROWS = 13  # of times; all of them are in the JSON and in the CSV


def course(request: Request, result: TreatedAndUntreated) -> Table:
    """Return the course, thinned, and its fold change at the end."""
    table = _table("hours", request)
    kept = np.unique(np.linspace(0, len(result.times) - 1, min(len(result.times), MOST_ROWS)).round().astype(int))
    for row in kept:
        values = [_number(float(result.treated[name][row])) for name in request.readouts]
        table.add_row(f"{result.times[row] * HOURS_PER_DAY:.4g}", *values)
    table.add_section()
    ends = [_number(float(result.untreated[name][-1])) for name in request.readouts]
    table.add_row("untreated, at the end", *ends)
    table.add_row("fold change", *(_number(result.fold_change[name]) for name in request.readouts), style="bold")
    return table


def dose_response(request: Request, result: DoseResponse) -> Table:
    """Return the readouts at the end for each concentration, and the concentrations of half the effect."""
    table = _table(result.compound, request)
    table.add_row("untreated", *(_number(result.untreated[name]) for name in request.readouts))
    for row, dose in enumerate(result.concentrations):
        values = [_number(float(result.values[name][row])) for name in request.readouts]
        table.add_row(concentration_text(float(dose)), *values)
    table.add_section()
    halves = [result.half_effect[name] for name in request.readouts]
    table.add_row("half effect at", *("-" if half is None else concentration_text(half.concentration)
                                      for half in halves), style="bold")
    return table


def _table(first: str, request: Request) -> Table:
    table = Table(escape(first), box=None, header_style="bold", pad_edge=False)
    for name in request.readouts:
        unit = unit_name(catalogue.unit(name))
        table.add_column(escape(f"{name}, {unit}" if unit else name), justify="right")
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def meanings(readouts: Sequence[str]) -> str:
    """Return what the readouts are, in one sentence."""
    words = {entry.id: entry.meaning for entry in catalogue.readouts()}
    return "; ".join(f"{name}: {words[name]}" for name in readouts)
