"""Doses as events: when the rate at which a drug enters changes, and to what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isclose

from her2lab.exchange.course import GivenDose
from her2lab.trial.conduct.regimen import ROUNDING

MINUTES, HOURS = 1440, 24   # in a day
SAME = 1e-9                 # relative: amounts that differ by less come of rounding


@dataclass(frozen=True)
class RateChange:
    """From `day` on a drug enters by `target` as the doses `entering` say; none: it ends."""

    day: float
    target: str
    entering: tuple[GivenDose, ...]

    @property
    def rate(self) -> float:
        """The rate at which it enters (mg/day)."""
        return sum(dose.milligrams / dose.length for dose in self.entering)


def rate_changes(doses: Iterable[GivenDose]) -> list[RateChange]:
    """Return when the rate of each input changes, in order of time.

    Tablets are dispensed for some days at a time and enter evenly; what goes on at the same rate is no change.
    """
    by_target: dict[str, list[GivenDose]] = {}
    for dose in doses:
        by_target.setdefault(dose.target, []).append(dose)
    found = [change for target, own in by_target.items() for change in _of_input(target, own)]
    return sorted(found, key=lambda change: change.day)


def _of_input(target: str, doses: list[GivenDose]) -> list[RateChange]:
    days: list[float] = []
    for day in sorted([dose.day for dose in doses] + [dose.day + dose.length for dose in doses]):
        if not days or day - days[-1] > ROUNDING:
            days.append(day)
    found, before = [], 0.0
    for day in days:
        entering = tuple(dose for dose in doses
                         if dose.day <= day + ROUNDING and day + ROUNDING < dose.day + dose.length)
        change = RateChange(day, target, entering)
        if not isclose(change.rate, before, rel_tol=SAME):
            found.append(change)
            before = change.rate
    return found


def in_words(dose: GivenDose) -> str:
    """Return how a dose was given: ``125 mg over 60 min, reduced to 75 % of the planned dose, 7 days late``."""
    if dose.length >= 1.0:
        words = f"{dose.milligrams / dose.length:.5g} mg a day"
    elif dose.length * HOURS >= 2.0:
        words = f"{dose.milligrams:.5g} mg over {dose.length * HOURS:.3g} h"
    else:
        words = f"{dose.milligrams:.5g} mg over {dose.length * MINUTES:.3g} min"
    return ", ".join([words, *deviations(dose)])


def deviations(dose: GivenDose) -> list[str]:
    """Return how a dose differs from the planned one, in words."""
    words = []
    if dose.planned is None:
        words.append("given by a rule")
    if dose.reduced_to is not None:
        words.append(f"reduced to {100 * dose.reduced_to:.3g} % of the planned dose")
    if dose.late_by > ROUNDING:
        words.append(f"{dose.late_by:.3g} days later than planned")
    return words
