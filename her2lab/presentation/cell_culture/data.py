"""Results of cell experiments as plain data (``--json``, result.json) and as a table (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from her2lab import __version__
from her2lab.cell_culture import DoseResponse, TreatedAndUntreated, catalogue
from her2lab.facts.amounts import HOURS_PER_DAY
from her2lab.presentation.cell_culture.request import Request

RECEPTORS = ("her1", "her2", "her3", "her4")
MILLION = 1e6
DIGITS = 12  # hours as asked for: 0.1 and not 0.09999999999999999


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
    """Return a dose-response: each readout and fold change at the end for each concentration, and half effects."""
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
        "half_effect": {
            name: None if half is None else {"concentration_nM" if key == "concentration" else key: value
                                             for key, value in asdict(half).items()}
            for name, half in result.half_effect.items()
        },
    }


def course_table(result: TreatedAndUntreated) -> str:
    """Return a course as CSV, one row for each time."""
    columns = {"time_h": [_hours(day) for day in result.times], **_lists(result.treated)}
    return _csv(columns | {f"{name}_untreated": values for name, values in _lists(result.untreated).items()})


def dose_table(result: DoseResponse) -> str:
    """Return a dose-response as CSV, one row for each concentration."""
    folds = {f"{name}_fold_change": values for name, values in result.fold_change.items()}
    doses = [round(float(dose), DIGITS) for dose in result.concentrations]
    return _csv({f"{result.compound}_nM": doses, **_lists(result.values), **folds})


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
