"""Results of cell experiments as plain data (``--json``, result.json), as a table (CSV) and on the terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table

from her2lab import __version__
from her2lab.cell_culture import DoseResponse, TreatedAndUntreated, catalogue
from her2lab.cell_culture.dose_response import Potency
from her2lab.facts.amounts import HOURS_PER_DAY, concentration_text
from her2lab.presentation.cell_culture.request import Request
from her2lab.presentation.words import unit_name

RECEPTORS = ("her1", "her2", "her3", "her4")
MILLION = 1e6
DIGITS = 12     # hours as asked for: 0.1 and not 0.09999999999999999
MOST_ROWS = 13  # of times on the terminal; all of them are in the JSON and in the CSV
POTENCIES = {   # key of the JSON -> name on the terminal, what it is
    "relative_ec50": ("relative EC50", "half of the achieved effect"),
    "absolute_ic50": ("absolute IC50", "half of untreated"),
    "gr50": ("GR50", "growth inhibited by half, GR value 0.5"),
}


# ------------------------------------------------------------------------------------------------ plain data
def course(request: Request, result: TreatedAndUntreated) -> dict[str, Any]:
    """Return a course: times in hours, each readout treated and untreated, fold change at the end."""
    return {
        **_asked(request),
        "times": [_hours(day) for day in result.times],
        "time_unit": "h",
        "readouts": _lists(result.treated),
        "untreated": _lists(result.untreated),
        "units": _units(request),
        "fold_change": result.fold_change,
    }


def dose_response(request: Request, result: DoseResponse) -> dict[str, Any]:
    """Return a dose-response: each readout and fold change at the end for each concentration, and potencies."""
    return {
        **_asked(request),
        "compound": result.compound,
        "concentrations_nM": [round(float(dose), DIGITS) for dose in result.concentrations],
        "time": _hours(request.end),
        "time_unit": "h",
        "readouts": _lists(result.values),
        "untreated": result.untreated,
        "units": _units(request),
        "fold_change": result.fold_change,
        "relative_ec50": {name: _fitted(each) for name, each in result.relative_ec50.items()},
        "absolute_ic50": {name: _potency(each) for name, each in result.absolute_ic50.items()},
        "gr50": {name: _potency(each) for name, each in result.gr50.items()},
        "growth_inhibition": _lists(result.growth_inhibition),
    }


def course_table(result: TreatedAndUntreated) -> str:
    """Return a course as CSV, one row for each time."""
    columns = {"time_h": [_hours(day) for day in result.times], **_lists(result.treated)}
    return _csv(columns | {f"{name}_untreated": values for name, values in _lists(result.untreated).items()})


def dose_table(result: DoseResponse) -> str:
    """Return a dose-response as CSV, one row for each concentration."""
    folds = {f"{name}_fold_change": values for name, values in result.fold_change.items()}
    inhibition = {f"{name}_gr": values for name, values in _lists(result.growth_inhibition).items()}
    doses = [round(float(dose), DIGITS) for dose in result.concentrations]
    return _csv({f"{result.compound}_nM": doses, **_lists(result.values), **folds, **inhibition})


def potencies(result: DoseResponse) -> dict[str, Mapping[str, Potency]]:
    """Return what :data:`POTENCIES` names, by readout; a GR50 is of readouts of growth alone."""
    return {"relative_ec50": result.relative_ec50, "absolute_ic50": result.absolute_ic50, "gr50": result.gr50}


def _potency(potency: Potency) -> dict[str, float | str | None]:
    return {"concentration_nM": potency.concentration, "reason": potency.reason}


def _fitted(potency: Potency) -> dict[str, float | str | None]:
    curve = potency.curve
    return _potency(potency) | {name: None if curve is None else getattr(curve, name)
                                for name in ("at_zero", "at_saturation", "hill_coefficient")}


def _asked(request: Request) -> dict[str, Any]:
    cells, treatment = request.culture.parameters, request.treatment
    return {
        "version": __version__,
        "line": request.culture.name,
        "receptors_per_cell": {name: round(cells[f"line_her_{name}_per_cell"] * MILLION, 3) for name in RECEPTORS},
        "features": list(request.features),
        "treatment": {
            "drugs_nM": dict(treatment.drugs),
            "ligands_nM": dict(treatment.ligands),
            "knockdown": dict(treatment.knockdown),
            "washout_h": None if request.washout is None else _hours(request.washout),
        },
    }


def _hours(days: float) -> float:
    return round(float(days) * HOURS_PER_DAY, DIGITS)


def _units(request: Request) -> dict[str, str]:
    return {name: catalogue.unit(name) for name in request.readouts}


def _lists(values: Mapping[str, Any]) -> dict[str, list[float]]:
    return {name: [float(value) for value in each] for name, each in values.items()}


def _csv(columns: Mapping[str, list[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()


# ------------------------------------------------------------------------------------------------ terminal
def course_screen(request: Request, result: TreatedAndUntreated) -> Table:
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


def dose_screen(request: Request, result: DoseResponse) -> Table:
    """Return the readouts at the end for each concentration, and relative EC50, absolute IC50 and GR50."""
    table = _table(result.compound, request)
    table.add_row("untreated", *(_number(result.untreated[name]) for name in request.readouts))
    for row, dose in enumerate(result.concentrations):
        values = [_number(float(result.values[name][row])) for name in request.readouts]
        table.add_row(concentration_text(float(dose)), *values)
    table.add_section()
    for key, found in potencies(result).items():
        if found:
            shown = [found.get(name) for name in request.readouts]
            table.add_row(POTENCIES[key][0], *("-" if each is None or each.concentration is None else
                                               concentration_text(each.concentration) for each in shown), style="bold")
    return table


def potency_words(request: Request, result: DoseResponse) -> list[str]:
    """Return what each row of potencies is, and why a concentration is missing."""
    lines = []
    for key, found in potencies(result).items():
        if found:
            name, meaning = POTENCIES[key]
            missing = [f"{readout}: {found[readout].reason}" for readout in request.readouts
                       if readout in found and found[readout].reason is not None]
            lines.append(f"{name}: {meaning}" + (f" ({'; '.join(missing)})" if missing else ""))
    return lines


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
