"""From the lines of a regimen to planned doses: which day, how much, of which drug.

Days count from day 0. A window is half-open: with ``duration: 365`` the last possible dose is before day
``start + 365``, and nothing is planned on or after the horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from her2lab.errors import InputError
from her2lab.facts.records import Administration, Dose

Floats = NDArray[np.float64]
UNITS = ("mg", "mg/kg", "mg/m2")
ROUNDING = 1e-9  # days; a dose on the edge of a window is not kept or lost by the rounding of a product


@dataclass(frozen=True)
class Course:
    """All planned doses of one drug in one arm, in order of time.

    Attributes
    ----------
    drug
        Identifier.
    days
        Shape (m,), ascending, each day once.
    per_unit
        Shape (m, 3): the dose of each day in mg, mg/kg and mg/m2; its parts add.
    """

    drug: str
    days: Floats
    per_unit: Floats

    def milligrams(self, weight: Floats, body_surface_area: Floats) -> Floats:
        """Return the doses in mg, shape (n, m), of patients of `weight` (kg, (n,)) and surface (m2, (n,))."""
        size = np.stack([np.ones_like(weight), weight, body_surface_area], axis=1)
        return np.asarray(size @ self.per_unit.T)


def courses(regimen: Sequence[Administration], horizon: float) -> list[Course]:
    """Return the planned doses of an arm up to `horizon` (days), one course per drug, in the order of the file.

    Lines of the same drug are merged: a loading dose and its maintenance are one course, so that a delay moves
    both; doses of one drug on one day are given as one.

    Raises
    ------
    InputError
        If the present model cannot simulate a line (subcutaneous, oral, AUC dosing) or a line never ends.
    """
    planned: dict[str, dict[float, Floats]] = {}
    for index, line in enumerate(regimen):
        _refuse_unsimulated(line, f"regimen[{index}]")
        days = planned.setdefault(line.drug, {})
        for day, dose in administrations(line, horizon, f"regimen[{index}]"):
            days[day] = days.get(day, np.zeros(len(UNITS))) + _parts(dose)
    return [
        Course(drug, np.array(sorted(days)), np.array([days[day] for day in sorted(days)]).reshape(-1, len(UNITS)))
        for drug, days in planned.items()
    ]


def administrations(line: Administration, horizon: float, field: str = "regimen") -> list[tuple[float, Dose]]:
    """Return the (day, dose) pairs of one line before `horizon`, in order of time."""
    if line.dose is None:
        raise InputError("has no dose", field=field, value=line.drug, expected="a dose such as 6 mg/kg")
    times = sorted({day + part / line.per_day for day in _days(line, horizon, field) for part in range(line.per_day)})
    start = times[0] if times else 0.0
    return [(day, _dose_on(line.dose, line, day - start)) for day in times]


def _days(line: Administration, horizon: float, field: str) -> list[float]:
    """Return the days of a line: those listed, or those of its cycles that lie in its window."""
    if line.at is not None:
        return [day for day in line.at if day < horizon - ROUNDING]
    if line.every is None:
        within = [line.start + day - 1 for day in line.days or [1]]
        return [day for day in within if day < horizon - ROUNDING]
    if line.cycles is None and line.duration is None and line.until is None:
        raise InputError("never ends", field=field, value=line.drug, expected="cycles, duration or until: progression")
    end = horizon if line.duration is None else min(horizon, line.start + line.duration)
    cycles = max(0, ceil((end - line.start) / line.every))
    if line.cycles is not None:
        cycles = min(cycles, line.cycles)
    offsets = [day - 1 for day in line.days or [1]]
    if max(offsets) >= line.every:
        raise InputError("lies outside the cycle", field=f"{field}.days", value=max(line.days or [1]),
                         expected=f"a day from 1 to {line.every:g}")
    days = [line.start + cycle * line.every + offset for cycle in range(cycles) for offset in offsets]
    return [day for day in days if day < end - ROUNDING]


def _dose_on(dose: Dose, line: Administration, since_start: float) -> Dose:
    """Return the dose `since_start` days after the first: a step of the ramp, or the full dose after it."""
    step_end = 0.0
    for step, length in line.ramp:
        step_end += length
        if since_start < step_end - ROUNDING:
            return step
    return dose


def _parts(dose: Dose) -> Floats:
    """Return the dose as (mg, mg/kg, mg/m2), two of them zero."""
    return np.array([dose.amount if dose.unit == unit else 0.0 for unit in UNITS])


def _refuse_unsimulated(line: Administration, field: str) -> None:
    """Refuse by name what the present model has no mechanism for, rather than dosing it in another way."""
    routes = {"sc": "subcutaneous dosing", "oral": "oral dosing"}
    if line.route in routes:
        raise InputError(f"{routes[line.route]} of {line.drug} is not yet simulated", field=f"{field}.route",
                         value=line.route, expected="iv")
    if line.auc is not None:
        raise InputError(f"dosing of {line.drug} by AUC is not yet simulated", field=f"{field}.auc",
                         value=line.auc, expected="a dose in mg, mg/kg or mg/m2")
