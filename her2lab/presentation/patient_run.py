"""One virtual patient of a trial: who it is, and what happened arm beside arm, for the screen and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from rich.table import Table

from her2lab.trial import TrialResult

SHOWN = {
    "best_response": "best response",
    "best_change_percent": "best change of the sum of diameters, %",
    "pfs_months": "progression-free, months",
    "os_months": "survival, months",
}


def screen(result: TrialResult, patient: int) -> tuple[Table, Table]:
    """Return the properties of the patient, and the outcome in each arm."""
    properties = Table("patient", str(patient), box=None, header_style="bold")
    for name, value in result.cohort.properties.row(0, named=True).items():
        if name != "patient":
            properties.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
    rows = {row["arm"]: row for row in result.patients.to_dicts()}
    outcome = Table("outcome", *rows, box=None, header_style="bold")
    for name, words in SHOWN.items():
        outcome.add_row(words, *(_cell(row, name) for row in rows.values()))
    return properties, outcome


def data(result: TrialResult) -> dict[str, Any]:
    """Return properties, outcome and courses in time."""
    arms = {}
    for arm, series in result.series.items():
        columns = {"sum_of_diameters": series.sum_of_diameters, "lvef": series.lvef, "neutrophils": series.neutrophils}
        columns |= {f"{drug}_mg_per_L": values for drug, values in series.concentrations.items()}
        arms[arm] = {"days": series.days.tolist(), **{name: _numbers(values[0]) for name, values in columns.items()}}
    properties = result.cohort.properties.row(0, named=True)
    return {"patient": properties, "outcome": result.patients.to_dicts(), "series": arms}


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, float):
        return str(value)
    censored = row.get(name.replace("_months", "_cnsr")) if name.endswith("_months") else 0
    return f"{value:.1f}" + ("+" if censored else "")


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
