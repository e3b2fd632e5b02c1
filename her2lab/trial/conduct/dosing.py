"""What has been given, what comes next and what is entering: the doses of one arm, all patients side by side.

Arrays are (plans, n), a plan being the course of one drug. A delay moves all later doses of a plan in that patient; a
stop ends them. A plan that waits is that of a supportive drug: its days count from the day on which a rule starts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from her2lab._types import Bools, Floats, Integers
from her2lab.errors import InputError
from her2lab.trial.conduct.regimen import ROUNDING, DosingCourse

Row = tuple[Integers, Floats, str, Floats, Floats]  # patients, time, target, amount, duration: a row of engine.Inputs


@dataclass(frozen=True)
class GivenDoses:
    """Doses that were given, arrays of shape (k,), in the order in which they were.

    Attributes
    ----------
    plan, patient
        Numbers of the plan and of the row of the cohort.
    day, length
        Day on which a dose began, and how many days it was to take.
    milligrams, planned
        mg decided on, and mg planned for that time.
    """

    plan: Integers
    patient: Integers
    day: Floats
    length: Floats
    milligrams: Floats
    planned: Floats


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
    waits
        The plan starts in a patient when a rule says so, and may start again once it has ended.
    levels
        Shape (l,), falling: the doses that the drug may be reduced to; empty if its file names none.
    doses
        Shape (n, m), or (1, m) where it is the same in all: one administration of each planned dose, in the unit of
        the levels.
    """

    drug: str
    target: str
    days: Floats
    milligrams: Floats
    lengths: Floats
    waits: bool = False
    levels: Floats = field(default_factory=lambda: np.zeros(0))
    doses: Floats = field(default_factory=lambda: np.zeros((1, 0)))

    @classmethod
    def of(cls, course: DosingCourse, milligrams: Floats, target: str, at_once: float, *, waits: bool = False,
           levels: Floats | None = None, doses: Floats | None = None) -> Planned:
        """Return the plan of a course; a dose that would meet the next one is refused.

        Parameters
        ----------
        course
            Days, and lengths of the doses that are spread over time.
        milligrams, target
            As the attributes.
        at_once
            Days that a single dose takes: that of an infusion, or of an injection.
        waits, levels, doses
            As the attributes.
        """
        lengths = np.where(course.lengths > 0, course.lengths, at_once)
        free = np.diff(course.days) - lengths[:-1]
        if free.size and free.min() < -ROUNDING:
            first = int(np.argmin(free))
            raise InputError(f"{course.drug} is given again before its last dose has entered", field="regimen",
                             value=float(np.diff(course.days)[first]),
                             expected=f"at least {lengths[first]:.3g} days between")
        return cls(course.drug, target, course.days, milligrams, lengths, waits,
                   np.zeros(0) if levels is None else levels, np.zeros((1, 0)) if doses is None else doses)

    def single(self, who: Integers, which: Integers) -> Floats:
        """Return one administration of the planned doses `which` in patients `who`, in the unit of the levels."""
        return np.asarray(self.doses[who if len(self.doses) > 1 else 0, which])

    def reduced(self, who: Integers, which: Integers, level: Floats) -> Floats:
        """Return the part of the planned doses `which` that a dose `level` leaves in `who`, all of shape (k,)."""
        if not self.levels.size:
            return np.ones(len(which))
        return np.asarray(np.minimum(1.0, level / self.single(who, which)))


class Dosing:
    """The course of dosing in one arm.

    Parameters
    ----------
    plans, n
        The planned doses and the number of patients.
    horizon
        Last day: tablets are dispensed up to it.

    Attributes
    ----------
    fraction
        Part of the planned dose that is given, 1 until a rule reduces it.
    level
        Dose level that a rule has reduced to, in the unit of the drug's levels; infinite at the full dose.
    reductions
        Number of reductions.
    stopped
        The drug is not given again.
    prescribed, delivered
        mg decided on, and mg handed to the model; they differ only by what a death has cut off.
    given, withheld
        Number of doses given, and of doses put off by a rule.
    """

    def __init__(self, plans: Sequence[Planned], n: int, horizon: float = np.inf) -> None:
        self.plans, self._horizon = list(plans), horizon
        shape = (len(self.plans), n)
        self.fraction, self.level = np.ones(shape), np.full(shape, np.inf)
        self.stopped = np.zeros(shape, dtype=bool)
        self.prescribed, self.delivered = np.zeros(shape), np.zeros(shape)
        self.given, self.withheld, self.reductions = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        self._next = np.zeros(shape, dtype=np.int64)
        waits = np.array([plan.waits for plan in self.plans], dtype=bool).reshape(-1, 1)
        self._delay = np.where(waits, np.inf, np.zeros(shape))
        self._late = np.zeros(shape)                       # days that the next dose has been put off by
        self._loading = np.zeros(shape, dtype=bool)        # the next dose is replaced by the loading dose
        # the dose that is entering: its length in days, and when it ends; of nothing, zero
        self._length, self._ends = np.ones(shape), np.zeros(shape)
        self._days = [np.append(plan.days, np.inf) for plan in self.plans]
        self._log: list[tuple[Integers, Integers, Floats, Floats, Floats, Floats]] = []

    @property
    def drugs(self) -> list[str]:
        """Identifiers of the drugs, in the order of the arrays; a drug has more than one plan if rules give it."""
        return [plan.drug for plan in self.plans]

    @property
    def waiting(self) -> Bools:
        """Which plans are started by a rule, shape (plans,)."""
        return np.array([plan.waits for plan in self.plans], dtype=bool)

    def next_days(self) -> Floats:
        """Return the day of the next dose, shape (plans, n); infinite when none is left."""
        days = np.full(self._next.shape, np.inf)
        for index, each in enumerate(self._days):
            days[index] = each[self._next[index]]
        return np.where(self.stopped, np.inf, days + self._delay)

    def late(self) -> Floats:
        """Return by how many days the next dose has been put off, shape (plans, n)."""
        return self._late.copy()

    def give(self, due: Bools, now: Floats) -> Floats:
        """Start the doses that are `due`, shape (plans, n), at `now`, shape (n,); return the mg."""
        amounts = np.zeros(due.shape)
        for index, plan in enumerate(self.plans):
            who = np.flatnonzero(due[index])
            which = self._next[index, who]
            length = np.minimum(plan.lengths[which], self._horizon - now[who])
            part = length / plan.lengths[which]
            full = self._full(index, who, which) * part
            amounts[index, who] = full * self.fraction[index, who] * plan.reduced(who, which, self.level[index, who])
            self._log.append((np.full(len(who), index), who, now[who], length, amounts[index, who],
                              plan.milligrams[who, which] * part))
            self._length[index, who] = length
            self._ends[index, who] = now[who] + length
        self._next += due
        self.given += due
        self.prescribed += amounts
        self._late[due] = 0.0
        self._loading[due] = False
        return amounts

    def doses(self) -> GivenDoses:
        """Return every dose given so far."""
        if not self._log:
            return GivenDoses(*(np.zeros(0, dtype=kind) for kind in (np.int64, np.int64, *[float] * 4)))
        return GivenDoses(*(np.concatenate(column) for column in zip(*self._log, strict=True)))

    def _full(self, index: int, who: Integers, which: Integers) -> Floats:
        """Return the unreduced mg of the doses `which`: as planned, or the loading dose where that was asked for."""
        milligrams = self.plans[index].milligrams
        planned, loading = milligrams[who, which], self._loading[index, who]
        return np.where(loading, np.maximum(planned, milligrams[who, 0]), planned) if loading.any() else planned

    def postpone(self, due: Bools, days: Floats) -> None:
        """Put off the `due` doses, and with them all later ones of that plan, by `days`, shape (plans, n)."""
        wait = np.where(due, days, 0.0)
        self._delay += wait
        self._late += wait
        self.withheld += due

    def reload(self, who: Bools) -> None:
        """Replace the next dose by the first of the plan, if that is larger, mask of shape (plans, n)."""
        self._loading |= who

    def start(self, index: int, who: Bools, now: Floats) -> Bools:
        """Start a plan that waits in those of `who`, shape (n,), who are not on its drug; return in whom it started."""
        same = [k for k, plan in enumerate(self.plans) if plan.drug == self.plans[index].drug]
        busy = (np.isfinite(self.next_days()[same]) | (self._ends[same] > now + ROUNDING)).any(axis=0)
        who = who & ~busy & ~self.stopped[index]
        self._next[index, who], self._delay[index, who] = 0, now[who]
        return who

    def lower(self, index: int, who: Bools) -> Bools:
        """Go one dose level down in `who`, shape (n,); return in whom, the others being at the lowest level.

        The level below is the highest that is less than the present dose, which is the next planned one or the level
        reached, whichever is less.
        """
        plan = self.plans[index]
        coming = np.minimum(self._next[index], plan.doses.shape[1] - 1)
        present = np.minimum(plan.single(np.arange(len(coming)), coming), self.level[index])
        below = plan.levels < present[:, None] * (1 - ROUNDING)
        who = who & below.any(axis=1)
        self.level[index, who] = plan.levels[below.argmax(axis=1)][who]
        self.reductions[index] += who
        return who

    def scale(self, index: int, who: Bools, fraction: float) -> None:
        """Reduce a drug without dose levels to `fraction` of the planned dose in `who`, shape (n,)."""
        self.fraction[index, who] = np.minimum(self.fraction[index, who], fraction)
        self.reductions[index] += who

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
        """Give no more of the drugs, mask of shape (plans, n)."""
        self.stopped |= who

    def finished(self) -> Bools:
        """Return which plans have given all their doses although they could have gone on, shape (plans, n).

        A plan that lasts until progression goes on to the horizon, where it is not finished but cut off.
        """
        ends = [plan.days[-1:].sum() + np.diff(plan.days[-2:]).sum() for plan in self.plans]
        whole = np.array(ends).reshape(-1, 1) < self._horizon - ROUNDING
        left = np.array([len(plan.days) for plan in self.plans]).reshape(-1, 1) - self._next
        return np.asarray(whole & (left <= 0))

    def planned(self, until: Floats) -> Floats:
        """Return the mg that the protocol plans before `until` (n,), shape (plans, n), as if no rule had spoken."""
        return np.array([
            np.where((plan.days < until[:, None] - ROUNDING) & (not plan.waits), plan.milligrams, 0.0).sum(axis=1)
            for plan in self.plans
        ]).reshape(self.prescribed.shape)
