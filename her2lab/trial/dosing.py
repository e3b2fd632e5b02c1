"""What has been given, what comes next and what is entering: the doses of one arm, all patients side by side.

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
        Identifier, and the input of its slot in the model that it enters by.
    days
        Shape (m,), ascending.
    milligrams
        Shape (n, m).
    lengths
        Shape (m,): how long each dose takes to enter, in days, positive.
    """

    drug: str
    target: str
    days: Floats
    milligrams: Floats
    lengths: Floats

    @classmethod
    def of(cls, course: Course, milligrams: Floats, target: str, at_once: float) -> Planned:
        """Return the plan of a course; a dose that would meet the next one is refused.

        Parameters
        ----------
        course
            Days, and lengths of the doses that are spread over time.
        milligrams, target
            As the attributes.
        at_once
            Days that a single dose takes: that of an infusion, or of an injection.
        """
        lengths = np.where(course.lengths > 0, course.lengths, at_once)
        free = np.diff(course.days) - lengths[:-1]
        if free.size and free.min() < -ROUNDING:
            first = int(np.argmin(free))
            raise InputError(f"{course.drug} is given again before its last dose has entered", field="regimen",
                             value=float(np.diff(course.days)[first]),
                             expected=f"at least {lengths[first]:.3g} days between")
        return cls(course.drug, target, course.days, milligrams, lengths)


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
        self._length, self._ends = np.ones(shape), np.zeros(shape)

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
        """Start the doses that are `due`, shape (drugs, n), at `now`, shape (n,); return the mg."""
        amounts = np.zeros(due.shape)
        for index, plan in enumerate(self.plans):
            who = np.flatnonzero(due[index])
            which = self._next[index, who]
            amounts[index, who] = plan.milligrams[who, which] * self.fraction[index, who]
            self._length[index, who] = plan.lengths[which]
            self._ends[index, who] = now[who] + plan.lengths[which]
        self._next += due
        self.given += due
        self.prescribed += amounts
        return amounts

    def postpone(self, due: Bools, days: Floats) -> None:
        """Put off the `due` doses, and with them all later ones of that drug, by `days`, shape (drugs, n)."""
        self._delay += np.where(due, days, 0.0)
        self.withheld += due

    def inputs(self, now: Floats, until: Floats, active: Bools) -> list[Row]:
        """Return the doses that enter in [now, until) as rows for the engine, and count them as delivered.

        A dose that outlasts `until` is cut there, and its rest comes with the next interval, so that the mg
        delivered never depend on where the stops lie.
        """
        rows: list[Row] = []
        for index, plan in enumerate(self.plans):
            end = np.minimum(self._ends[index], until)
            who = np.flatnonzero(active & (end > now + ROUNDING * self._length[index]))
            if who.size == 0:
                continue
            duration = end[who] - now[who]
            # the last part brings whatever is still owed: no milligram is lost to the rounding of times
            last = self._ends[index, who] <= until[who]
            owed = self.prescribed[index, who] - self.delivered[index, who]
            amount = np.where(last, owed, owed * duration / (self._ends[index, who] - now[who]))
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
        ]).reshape(self.prescribed.shape)
