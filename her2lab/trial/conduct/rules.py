"""Label rules at work: what is seen at a visit may hold, reduce or stop the drugs that a rule names, or give another.

Rules are data (:class:`her2lab.facts.management.Rule`) and act in the order of their file. At a visit every rule acts
on a patient at most once, so that applying the rules twice changes nothing, and a drug goes down by one dose level at
most; every decision is logged; the number and length of holds and the number of reductions are capped, so that no dose
swings for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Bools, Floats
from her2lab.facts.management import Rule
from her2lab.facts.measures import DAYS_LATE
from her2lab.trial.conduct.dosing import Dosing

NOBODY = -1


@dataclass(frozen=True)
class Decision:
    """One decision about one patient; `patient` is the row of the cohort."""

    patient: int
    day: float
    rule: str
    action: str


class RuleBook:
    """The rules that concern an arm, and where each patient stands with each of them.

    Parameters
    ----------
    rules
        In order; those that name none of the arm's drugs are left out.
    dosing
        The arm's doses, which the rules act on.
    n
        Number of patients.
    recheck
        Measure -> days after which a held drug is looked at again where the rule does not say.
    gives
        Rule -> number of the plan that it starts.
    """

    def __init__(self, rules: Sequence[Rule], dosing: Dosing, n: int, recheck: Mapping[str, float],
                 gives: Mapping[str, int] | None = None) -> None:
        self.rules = [rule for rule in rules if set(rule.drugs) & set(dosing.drugs)]
        self.log: list[Decision] = []
        self._dosing, self._gives = dosing, gives or {}
        named = [[drug in rule.drugs for drug in dosing.drugs] for rule in self.rules]
        self._named = np.array(named, dtype=bool).reshape(len(self.rules), len(dosing.drugs)) & ~dosing.waiting
        self._recheck = [rule.recheck_days or recheck.get(rule.measure, np.inf) for rule in self.rules]
        self._of: dict[str, list[int]] = {}
        for index, rule in enumerate(self.rules):
            self._of.setdefault(rule.measure, []).append(index)
        self._concerned = {measure: self._concern(measure) for measure in self.measures()}
        shape = (len(self.rules), n)
        self._holding = np.zeros(shape, dtype=bool)
        self._holds = np.zeros(shape, dtype=np.int64)
        self._since, self._check = np.full(shape, np.inf), np.full(shape, np.inf)
        self._acted = np.full(shape, -np.inf)
        self._lowered = np.full(dosing.stopped.shape, -np.inf)           # day of the last reduction
        self._because = np.full(dosing.stopped.shape, NOBODY)            # number of the rule that stopped a drug
        self._stopped_on = np.full(dosing.stopped.shape, np.inf)

    def measures(self) -> set[str]:
        """Return the measures that the rules read."""
        return {rule.measure for rule in self.rules} | {also.measure for rule in self.rules for also in rule.also}

    def _concern(self, measure: str) -> Bools:
        reads = [measure in (rule.measure, *(also.measure for also in rule.also)) for rule in self.rules]
        return np.asarray(self._named[reads].any(axis=0))

    def concerned(self, measure: str) -> Bools:
        """Return the plans, shape (plans,), that some rule on `measure` acts on."""
        return self._concerned.get(measure, np.zeros(len(self._dosing.plans), dtype=bool))

    def next_check(self, measure: str | None = None) -> Floats:
        """Return the day on which a held drug asks for `measure` (or any) again, shape (n,); infinite if none does."""
        rows = self._of.get(measure, []) if measure is not None else slice(None)
        return np.asarray(np.where(self._holding[rows], self._check[rows], np.inf).min(axis=0, initial=np.inf))

    def held_until(self) -> Floats:
        """Return the day before which a drug is not given, shape (plans, n); minus infinity where it is not held."""
        until = np.full(self._dosing.stopped.shape, -np.inf)
        for index in np.flatnonzero(self._holding.any(axis=1)):
            days = np.where(self._holding[index], self._check[index], -np.inf)
            until[self._named[index]] = np.maximum(until[self._named[index]], days)
        return until

    def stopped_by(self) -> dict[str, NDArray[np.str_]]:
        """Return, by drug, the rule that stopped it in each patient, "" where none did."""
        names = np.array([*(rule.id for rule in self.rules), ""])
        treatment = np.flatnonzero(~self._dosing.waiting)
        return {self._dosing.drugs[index]: names[self._because[index]] for index in treatment}

    def stopped_on(self) -> dict[str, Floats]:
        """Return, by drug, the day on which a rule stopped it in each patient, infinite where none did."""
        return {self._dosing.drugs[index]: self._stopped_on[index] for index in np.flatnonzero(~self._dosing.waiting)}

    # -- applying --------------------------------------------------------------------------------------------

    def apply(self, measure: str, day: Floats, value: Floats, baseline: Floats, measured: Bools, *,
              present: Floats | None = None, others: Mapping[str, tuple[Floats, Floats]] | None = None) -> None:
        """Apply the rules on one measure to the patients in whom it was `measured` at this visit.

        Parameters
        ----------
        measure
            What was measured.
        day, value, baseline
            Shape (n,): day of the visit, value measured now, value measured before treatment.
        measured
            Shape (n,).
        present
            Shape (n,), what `resume` is compared with if not with `value`: the present state of a symptom.
        others
            Measure -> (value, fall) as last seen, for rules that ask for a second measure.
        """
        rows = self._of.get(measure, [])
        if not rows:
            return
        left = np.isfinite(self._dosing.next_days())
        fall = baseline - value
        for index in rows:
            rule = self.rules[index]
            on_drug = (left & ~self._dosing.stopped)[self._named[index]].any(axis=0)
            self._holding[index] &= on_drug
            fresh = measured & on_drug & (self._acted[index] < day)
            self._acted[index, fresh] = day[fresh]
            met = fresh & _met(rule.when, value, fall)
            for also in rule.also:
                met &= _met(also.when, *(others or {})[also.measure])
            if rule.action == "hold":
                now = value if present is None else present
                self._hold(index, fresh, met, now, baseline - now, day)
            elif met.any():
                self._act(index, met, day)

    def apply_late(self, day: Floats, due: Bools, action: str) -> None:
        """Apply the rules on late doses with one `action` to the doses that are `due`, shape (plans, n)."""
        late = self._dosing.late()
        for index in self._of.get(DAYS_LATE, []):
            rule = self.rules[index]
            met = due & self._named[index][:, None] & _met(rule.when, late, late)
            if rule.action != action or not met.any():
                continue
            if action == "stop":
                self._halt(index, met, day)
            else:
                self._dosing.reload(met)
                self._note(index, np.asarray(met.any(axis=0)), day, action)

    def _act(self, index: int, met: Bools, day: Floats) -> None:
        action = self.rules[index].action
        if action == "reduce":
            self._reduce(index, met, day)
        elif action == "stop":
            self._stop(index, met, day)
        elif action == "give":
            self._note(index, self._dosing.start(self._gives[self.rules[index].id], met, day), day, action)

    def _hold(self, index: int, fresh: Bools, met: Bools, value: Floats, fall: Floats, day: Floats) -> None:
        """Begin holds, end those whose condition for resuming is met, and stop the drug when a cap is reached."""
        rule = self.rules[index]
        holding = fresh & self._holding[index]
        if not (holding | met).any():
            return
        resume = holding & (_met(rule.resume, value, fall) if rule.resume else ~(met & _met(rule.when, value, fall)))
        self._holding[index, resume] = False
        self._note(index, resume, day, "resume")
        if rule.hold_at_most_days is not None:
            self._stop(index, holding & ~resume & (day - self._since[index] >= rule.hold_at_most_days), day)
        begin = met & ~holding
        if rule.holds_at_most is not None:
            self._stop(index, begin & (self._holds[index] >= rule.holds_at_most), day)
            begin &= self._holds[index] < rule.holds_at_most
        self._holding[index, begin] = True
        self._holds[index] += begin
        self._since[index, begin] = day[begin]
        self._note(index, begin, day, "hold")
        waiting = fresh & self._holding[index]
        self._check[index, waiting] = day[waiting] + self._recheck[index]
        if rule.on_resume == "reduce":
            self._reduce(index, resume & (self._holds[index] > rule.same_dose_holds), day)

    def _reduce(self, index: int, who: Bools, day: Floats) -> None:
        """Reduce the named drugs: a dose level down, or to the rule's fraction, or stop where neither is left."""
        rule, dosing = self.rules[index], self._dosing
        if not who.any():
            return
        lowered = np.zeros_like(self._lowered, dtype=bool)
        stopped = np.zeros_like(lowered)
        left = np.isfinite(dosing.next_days())
        for plan in np.flatnonzero(self._named[index]).tolist():
            open_ = who & left[plan] & (self._lowered[plan] < day)
            if rule.reductions_at_most is not None:
                stopped[plan] = open_ & (dosing.reductions[plan] >= rule.reductions_at_most)
            open_ &= ~stopped[plan]
            if dosing.plans[plan].levels.size:
                lowered[plan] = dosing.lower(plan, open_)
                stopped[plan] |= open_ & ~lowered[plan]
            elif rule.reduce_to_fraction is not None:
                lowered[plan] = open_ & (dosing.fraction[plan] > rule.reduce_to_fraction)
                dosing.scale(plan, lowered[plan], rule.reduce_to_fraction)
        self._lowered = np.where(lowered, day, self._lowered)
        self._note(index, np.asarray(lowered.any(axis=0)), day, "reduce")
        self._halt(index, stopped, day)

    def _stop(self, index: int, who: Bools, day: Floats) -> None:
        """Stop the named drugs for good."""
        if who.any():
            self._holding[index] &= ~who
            self._halt(index, self._named[index][:, None] & who, day)

    def _halt(self, index: int, which: Bools, day: Floats) -> None:
        """Stop the drugs of a mask of shape (plans, n)."""
        which = which & np.isfinite(self._dosing.next_days())
        if which.any():
            self._dosing.stop(which)
            self._because[which] = index
            self._stopped_on = np.where(which, day, self._stopped_on)
            self._note(index, np.asarray(which.any(axis=0)), day, "stop")

    def _note(self, index: int, who: Bools, day: Floats, action: str) -> None:
        rule = self.rules[index].id
        self.log.extend(Decision(int(row), float(day[row]), rule, action) for row in np.flatnonzero(who))


def _met(limits: Mapping[Any, float], value: Floats, fall: Floats) -> Bools:
    """Return where all limits hold; a value that is missing (NaN) meets none."""
    tests = {
        "below": np.less, "at_most": np.less_equal, "at_least": np.greater_equal, "above": np.greater,
    }
    met = np.isfinite(value)
    for name, limit in limits.items():
        axis, _, test = str(name).partition("_")
        met = met & tests[test](value if axis == "value" else fall, limit)
    return np.asarray(met)
