"""One virtual patient of a trial: who it is, and what happened arm beside arm, for the screen and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby, product
from typing import Any

import numpy as np
import polars as pl
from rich.table import Table

from her2lab.trial import TrialResult
from her2lab.trial.results.columns import column, property_in_words

HOW_DOSES_ARE_COUNTED = "Study day 1 is that of the first dose. A drug by mouth is counted in blocks of up to a week."
SHOWN = {
    "best_response": "best response",
    "best_change_percent": "best change of the sum of diameters, %",
    "pfs_months": "progression-free, months",
    "os_months": "survival, months",
}


@dataclass(frozen=True)
class DoseRow:
    """Doses of one drug in one arm that follow each other and are alike; `planned` is None of a drug by a rule.

    Amounts are mg of one dose, or of a block of up to a week of a drug by mouth; `first` and `last` are study days.
    """

    arm: str
    drug: str
    first: int
    last: int
    doses: int
    milligrams: float
    planned: float | None


def screen(result: TrialResult, patient: int) -> tuple[Table, Table, Table]:
    """Return the properties of the patient with their units, the doses it was given, and the outcome in each arm."""
    properties = Table("property", f"patient {patient}", "unit", "meaning", box=None, header_style="bold")
    for name, value in result.cohort.properties.row(0, named=True).items():
        if name != "patient":
            known = column("patients", name)
            unit, meaning = (known.unit, known.meaning) if known else ("", "")
            properties.add_row(name, property_in_words(name, value), unit, meaning)
    rows = {row["arm"]: row for row in result.patients.to_dicts()}
    outcome = Table("outcome", *rows, box=None, header_style="bold")
    for name, words in SHOWN.items():
        outcome.add_row(words, *(_cell(row, name) for row in rows.values()))
    return properties, _doses_table(dose_rows(result.exposure)), outcome


def dose_rows(exposure: pl.DataFrame) -> list[DoseRow]:
    """Return the doses of one patient from the table of exposure, by arm and drug in order of time."""
    found: list[DoseRow] = []
    arms, drugs = (exposure[name].unique(maintain_order=True) for name in ("ARM", "EXTRT"))
    for arm, drug in product(arms, drugs):
        own = exposure.filter(ARM=arm, EXTRT=drug).sort("EXSTDY")
        for _, alike in groupby(own.to_dicts(), key=lambda row: (_milligrams(row["EXDOSE"]),
                                                                _milligrams(row["EXPLDOSE"]))):
            rows = list(alike)
            found.append(DoseRow(arm, drug, rows[0]["EXSTDY"], rows[-1]["EXENDY"], len(rows), rows[0]["EXDOSE"],
                                 rows[0]["EXPLDOSE"]))
    return found


def _doses_table(rows: Iterable[DoseRow]) -> Table:
    table = Table("arm", "drug", "study days", "doses", "mg each", "planned, mg", box=None, header_style="bold")
    before = ("", "")
    for row in rows:
        days = str(row.first) if row.first == row.last else f"{row.first} to {row.last}"
        planned = "by a rule" if row.planned is None else _milligrams(row.planned)
        table.add_row("" if row.arm == before[0] else row.arm, "" if (row.arm, row.drug) == before else row.drug, days,
                      str(row.doses), _milligrams(row.milligrams), planned)
        before = row.arm, row.drug
    return table


def _milligrams(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.0f}" if amount >= 100 else f"{amount:.3g}"


def data(result: TrialResult) -> dict[str, Any]:
    """Return properties with their units, doses, outcome and courses in time."""
    arms = {}
    for arm, series in result.series.items():
        columns = {"sum_of_diameters": series.sum_of_diameters, "lvef": series.lvef, "neutrophils": series.neutrophils}
        columns |= {f"{drug}_mg_per_L": values for drug, values in series.concentrations.items()}
        arms[arm] = {"days": series.days.tolist(), **{name: _numbers(values[0]) for name, values in columns.items()}}
    properties = result.cohort.properties.row(0, named=True)
    units = {name: known.unit for name in properties if (known := column("patients", name)) and known.unit}
    doses = [asdict(row) for row in dose_rows(result.exposure)]
    outcome = result.patients.to_dicts()
    return {"patient": properties, "units": units, "doses": doses, "outcome": outcome, "series": arms}


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, float):
        return str(value)
    censored = row.get(name.replace("_months", "_cnsr")) if name.endswith("_months") else 0
    return f"{value:.1f}" + ("+" if censored else "")


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
