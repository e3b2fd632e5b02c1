"""From the lines of a regimen to planned doses: which day, how much, of which drug, by which route.

Days count from day 0. A window is half-open: with ``duration: 365`` the last possible dose is before day
``start + 365``, and nothing is planned on or after the horizon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np

from her2lab._types import Floats
from her2lab.errors import InputError
from her2lab.facts.records import Administration, Dose, Route
from her2lab.facts.regimen_records import WeightTiers

UNITS = ("mg", "mg/kg", "mg/m2", "auc")
BLOCK, DAY = 7.0, 1.0  # days: of drug by mouth dispensed at a time at most; between doses that are one course by mouth
ROUNDING = 1e-9  # days; a dose on the edge of a window is not kept or lost by the rounding of a product


@dataclass(frozen=True)
class DosingCourse:
    """All planned doses of one drug in one arm, in order of time.

    Attributes
    ----------
    drug, route
        Identifier, and how it is given.
    days
        Shape (m,), ascending, each day once.
    per_unit
        Shape (m, 4): the dose of each day in mg, mg/kg, mg/m2 and mg*min/mL (an area); its parts add. Where doses go
        by tiers of body weight, shape (m, l + 1, 4): of each tier, from the lightest patients up.
    lengths
        Shape (m,): days over which the dose is spread; 0 where it takes no longer than one dose takes.
    limits
        Shape (l,), ascending: the weights between the tiers, kg; empty where doses do not go by tiers.
    """

    drug: str
    route: Route
    days: Floats
    per_unit: Floats
    lengths: Floats
    limits: Floats = field(default_factory=lambda: np.zeros(0))

    def of_patients(self, weight: Floats) -> Floats:
        """Return the doses by unit of patients of a weight in kg, shape (n, m, 4); (1, m, 4) if all have the same."""
        if not self.limits.size:
            return self.per_unit[None]
        return np.moveaxis(self.per_unit, 1, 0)[np.searchsorted(self.limits, weight, side="right")]


def courses(regimen: Sequence[Administration], horizon: float) -> list[DosingCourse]:
    """Return the planned doses of an arm up to `horizon` (days), one course per drug, in the order of the file.

    Lines of the same drug are merged: a loading dose and its maintenance are one course, so that a delay moves
    both; doses of one drug on one day are given as one.

    Raises
    ------
    InputError
        If a drug is given by two routes or a line never ends.
    """
    planned: dict[str, dict[float, Floats]] = {}
    routes: dict[str, Route] = {}
    limits = {line.drug: _weight_limits(regimen, line.drug) for line in regimen}
    for index, line in enumerate(regimen):
        if routes.setdefault(line.drug, line.route) != line.route:
            raise InputError(f"{line.drug} is given by two routes in one arm", field=f"regimen[{index}].route",
                             value=f"{routes[line.drug]} and {line.route}", expected="one route")
        days = planned.setdefault(line.drug, {})
        for day, dose in administrations(line, horizon, f"regimen[{index}]", limits[line.drug]):
            days[day] = days.get(day, np.zeros(len(UNITS))) + dose
    return [_course(drug, routes[drug], days, limits[drug]) for drug, days in planned.items()]


def _course(drug: str, route: Route, by_day: Mapping[float, Floats], limits: Sequence[float]) -> DosingCourse:
    days = sorted(by_day)
    shape = (len(limits) + 1, len(UNITS)) if limits else (len(UNITS),)
    per_unit = np.array([np.broadcast_to(by_day[day], shape) for day in days]).reshape(-1, *shape)
    return DosingCourse(drug, route, np.array(days), per_unit, np.zeros(len(days)), np.array(limits))


def _weight_limits(regimen: Sequence[Administration], drug: str) -> list[float]:
    """Return the weights (kg) at which any dose of a drug changes, ascending."""
    return sorted({limit for line in regimen if line.drug == drug and isinstance(line.dose, WeightTiers)
                   for limit in line.dose.limits})


def administrations(line: Administration, horizon: float, field: str = "regimen",
                    limits: Sequence[float] = ()) -> list[tuple[float, Floats]]:
    """Return day and dose of one line before `horizon`, in order of time.

    A dose is by unit, shape (4,), or of each tier between the `limits` of weight: see :class:`DosingCourse`.
    """
    if line.dose is None and line.auc is None:
        raise InputError("has no dose", field=field, value=line.drug, expected="a dose such as 6 mg/kg, or an auc")
    times = sorted({day + part / line.per_day for day in _days(line, horizon, field) for part in range(line.per_day)})
    start = times[0] if times else 0.0
    return [(day, _dose_on(line, day - start, limits)) for day in times]


def dispensed(course: DosingCourse, horizon: float) -> DosingCourse:
    """Return a course by mouth in blocks: equal doses at equal distances of at most a day become one constant input.

    A block lasts a week at most, so that a trial stays a loop over visits, and brings exactly the sum of its doses:
    each dose covers the time to the next one. A dose that stands alone is given at once.

    Parameters
    ----------
    course
        Its doses one by one.
    horizon
        Last day: the last block ends there.
    """
    spacing = _spacing(course.days)
    starts: list[int] = []
    for i, day in enumerate(course.days):
        same = i > 0 and (
            spacing[i - 1] > 0 and abs(spacing[i] - spacing[i - 1]) < ROUNDING
            and day - course.days[i - 1] <= spacing[i - 1] + ROUNDING
            and np.array_equal(course.per_unit[i], course.per_unit[i - 1])
        )
        if not same or day + spacing[i] - course.days[starts[-1]] > BLOCK + ROUNDING:
            starts.append(i)
    if not starts:
        return course
    ends = [*(start - 1 for start in starts[1:]), len(course.days) - 1]
    days = course.days[starts]
    covered = np.minimum(course.days[ends] + spacing[ends], horizon) - days
    return replace(course, days=days, per_unit=np.add.reduceat(course.per_unit, starts, axis=0),
                   lengths=np.where(spacing[starts] > 0, covered, 0.0))


def _spacing(days: Floats) -> Floats:
    """Return the time that each dose covers: to the next one, or as long as the one before; 0 if it stands alone."""
    after, before = np.diff(days, append=np.inf), np.diff(days, prepend=-np.inf)
    near = DAY + ROUNDING
    return np.asarray(np.where(after <= near, after, np.where(before <= near, before, 0.0)))


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


def _dose_on(line: Administration, since_start: float, limits: Sequence[float]) -> Floats:
    """Return the dose `since_start` days after the first: a step of the ramp, or the full dose after it."""
    step_end = 0.0
    for step, length in line.ramp:
        step_end += length
        if since_start < step_end - ROUNDING:
            return _parts(step)
    if isinstance(line.dose, WeightTiers):
        return np.array([_parts(line.dose.at(lightest)) for lightest in (0.0, *limits)])
    area = np.array([0.0, 0.0, 0.0, line.auc or 0.0])
    return area if line.dose is None else _parts(line.dose)


def _parts(dose: Dose) -> Floats:
    """Return the dose by unit, all but one of them zero."""
    return np.array([dose.amount if dose.unit == unit else 0.0 for unit in UNITS])
