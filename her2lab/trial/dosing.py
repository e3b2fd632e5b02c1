"""What has been given, what comes next and what is running: the doses of one arm, all patients side by side.

Arrays are (drugs, n). A delay moves all later doses of that drug in that patient; a stop ends them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from her2lab.errors import InputError
from her2lab.trial.regimen import ROUNDING, Course

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

Row = tuple[Ints, Floats, str, Floats, Floats]  # patients, time, target, amount, duration: a row of engine.Inputs


@dataclass(frozen=True)
class Planned:
    """The planned doses of one drug: when, how much and how fast.

    Attributes
    ----------
    drug, target
        Identifier, and the infusion-rate input of its slot in the model.
    days
        Shape (m,), ascending.
    milligrams
        Shape (n, m).
    infusion
        Length of an infusion in days, positive.
    """

    drug: str
    target: str
    days: Floats
    milligrams: Floats
    infusion: float

    @classmethod
    def of(cls, course: Course, milligrams: Floats, target: str, infusion: float) -> Planned:
        """Return the plan of a course; an infusion that would meet the next one is refused."""
        if len(course.days) > 1 and np.diff(course.days).min() < infusion - ROUNDING:
            raise InputError(f"{course.drug} is given again before its infusion has ended", field="regimen",
                             value=float(np.diff(course.days).min()), expected=f"at least {infusion:.3g} days between")
        return cls(course.drug, target, course.days, milligrams, infusion)


class Dosing:
    """The course of dosing in one arm.

    Attributes
    ----------
    fraction
        Part of the planned dose that is given, 1 until a rule reduces it.
    stopped
        The drug is not given again.
    prescribed, delivered
        mg decided on, and mg handed to the model; they differ only by what a death has cut off.
    given, withheld
        Number of doses given, and of doses put off by a rule.
    """

    def __init__(self, plans: Sequence[Planned], n: int) -> None:
        self.plans = list(plans)
        shape = (len(self.plans), n)
        self.fraction = np.ones(shape)
        self.stopped = np.zeros(shape, dtype=bool)
        self.prescribed, self.delivered = np.zeros(shape), np.zeros(shape)
        self.given, self.withheld = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        self._next = np.zeros(shape, dtype=np.int64)
        self._delay = np.zeros(shape)
        self._rate, self._ends = np.zeros(shape), np.zeros(shape)

    @property
    def drugs(self) -> list[str]:
        """Identifiers of the drugs, in the order of the arrays."""
        return [plan.drug for plan in self.plans]

    def next_days(self) -> Floats:
        """Return the day of the next dose, shape (drugs, n); infinite when none is left."""
        days = np.full(self._next.shape, np.inf)
        for index, plan in enumerate(self.plans):
            days[index] = np.append(plan.days, np.inf)[self._next[index]]
        return np.where(self.stopped, np.inf, days + self._delay)

    def give(self, due: Bools, now: Floats) -> Floats:
        """Start the infusions that are `due`, shape (drugs, n), at `now`, shape (n,); return the mg."""
        amounts = np.zeros(due.shape)
        for index, plan in enumerate(self.plans):
            who = np.flatnonzero(due[index])
            amounts[index, who] = plan.milligrams[who, self._next[index, who]] * self.fraction[index, who]
            self._rate[index, who] = amounts[index, who] / plan.infusion
            self._ends[index, who] = now[who] + plan.infusion
        self._next += due
        self.given += due
        self.prescribed += amounts
        return amounts

    def postpone(self, due: Bools, days: Floats) -> None:
        """Put off the `due` doses, and with them all later ones of that drug, by `days`, shape (drugs, n)."""
        self._delay += np.where(due, days, 0.0)
        self.withheld += due

    def inputs(self, now: Floats, until: Floats, active: Bools) -> list[Row]:
        """Return the infusions that run in [now, until) as rows for the engine, and count them as delivered.

        An infusion that outlasts `until` is cut there, and its rest comes with the next interval, so that the mg
        delivered never depend on where the stops lie.
        """
        rows: list[Row] = []
        for index, plan in enumerate(self.plans):
            end = np.minimum(self._ends[index], until)
            who = np.flatnonzero(active & (end > now + ROUNDING * plan.infusion))
            if who.size == 0:
                continue
            duration = end[who] - now[who]
            # the last part brings whatever is still owed: no milligram is lost to the rounding of times
            last = self._ends[index, who] <= until[who]
            owed = self.prescribed[index, who] - self.delivered[index, who]
            amount = np.where(last, owed, self._rate[index, who] * duration)
            self.delivered[index, who] += amount
            rows.append((who, now[who], plan.target, amount, duration))
        return rows

    def stop(self, who: Bools) -> None:
        """Give no more of the drugs, mask of shape (drugs, n)."""
        self.stopped |= who

    def planned(self, until: Floats) -> Floats:
        """Return the mg that the protocol plans before `until` (n,), shape (drugs, n), as if no rule had spoken."""
        return np.array([
            np.where(plan.days < until[:, None] - ROUNDING, plan.milligrams, 0.0).sum(axis=1) for plan in self.plans
        ])
