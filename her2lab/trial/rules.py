"""Label rules at work: a measured value may hold, reduce or stop the drugs that a rule names.

Rules are data (:class:`her2lab.facts.records.Rule`) and act in the order of their file. At a visit every rule acts
on a patient at most once, so that applying the rules twice changes nothing; every decision is logged; the number and
length of holds and the number of reductions (one per rule) are capped, so that no dose swings for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from her2lab.facts.records import Rule
from her2lab.trial.dosing import Dosing

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
    """

    def __init__(self, rules: Sequence[Rule], dosing: Dosing, n: int, recheck: dict[str, float]) -> None:
        self.rules = [rule for rule in rules if set(rule.drugs) & set(dosing.drugs)]
        self.log: list[Decision] = []
        self._dosing = dosing
        self._named = np.array([[drug in rule.drugs for drug in dosing.drugs] for rule in self.rules], dtype=bool)
        self._named = self._named.reshape(len(self.rules), len(dosing.drugs))
        self._recheck = [rule.recheck_days or recheck[rule.measure] for rule in self.rules]
        shape = (len(self.rules), n)
        self._holding, self._reduced = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        self._holds = np.zeros(shape, dtype=np.int64)
        self._since, self._check = np.full(shape, np.inf), np.full(shape, np.inf)
        self._acted = np.full(shape, -np.inf)

    def measures(self) -> set[str]:
        """Return the measures that the rules read."""
        return {rule.measure for rule in self.rules}

    def concerned(self, measure: str) -> Bools:
        """Return the drugs, shape (drugs,), that some rule on `measure` names."""
        rows = [rule.measure == measure for rule in self.rules]
        return np.asarray(self._named[rows].any(axis=0))

    def next_check(self, measure: str) -> Floats:
        """Return the day on which a held drug asks for `measure` again, shape (n,); infinite when none does."""
        rows = np.array([rule.measure == measure for rule in self.rules], dtype=bool)
        return np.asarray(np.where(self._holding, self._check, np.inf)[rows].min(axis=0, initial=np.inf))

    def held_until(self) -> Floats:
        """Return the day before which a drug is not given, shape (drugs, n); minus infinity where it is not held."""
        until = np.full(self._dosing.stopped.shape, -np.inf)
        for index in range(len(self.rules)):
            days = np.where(self._holding[index], self._check[index], -np.inf)
            until[self._named[index]] = np.maximum(until[self._named[index]], days)
        return until

    def apply(self, measure: str, day: Floats, value: Floats, baseline: Floats, measured: Bools) -> None:
        """Apply the rules on one measure to the patients in whom it was `measured` at this visit.

        Parameters
        ----------
        measure
            What was measured.
        day, value, baseline
            Shape (n,): day of the visit, value measured now, value measured before treatment.
        measured
            Shape (n,).
        """
        fall = baseline - value
        for index, rule in enumerate(self.rules):
            if rule.measure != measure:
                continue
            on_drug = np.isfinite(self._dosing.next_days()[self._named[index]]).any(axis=0)
            fresh = measured & on_drug & (self._acted[index] < day)
            self._acted[index, fresh] = day[fresh]
            met = _met(rule.when, value, fall)
            if rule.action == "hold":
                self._hold(index, fresh, met, value, fall, day)
            elif rule.action == "reduce":
                self._reduce(index, fresh & met, day)
            else:
                self._stop(index, fresh & met, day)

    def _hold(self, index: int, fresh: Bools, met: Bools, value: Floats, fall: Floats, day: Floats) -> None:
        """Begin holds, end those whose condition for resuming is met, and stop the drug when a cap is reached."""
        rule = self.rules[index]
        holding = fresh & self._holding[index]
        resume = holding & (_met(rule.resume, value, fall) if rule.resume else ~met)
        self._holding[index, resume] = False
        self._note(index, resume, day, "resume")
        if rule.hold_at_most_days is not None:
            self._stop(index, holding & ~resume & (day - self._since[index] >= rule.hold_at_most_days), day)
        begin = fresh & ~holding & met
        if rule.holds_at_most is not None:
            self._stop(index, begin & (self._holds[index] >= rule.holds_at_most), day)
            begin &= self._holds[index] < rule.holds_at_most
        self._holding[index, begin] = True
        self._holds[index] += begin
        self._since[index, begin] = day[begin]
        self._note(index, begin, day, "hold")
        waiting = fresh & self._holding[index]
        self._check[index, waiting] = day[waiting] + self._recheck[index]

    def _reduce(self, index: int, who: Bools, day: Floats) -> None:
        """Reduce the named drugs to the rule's fraction of the planned dose, once per patient and rule."""
        fraction = self.rules[index].reduce_to_fraction
        who = who & ~self._reduced[index]
        if fraction is None or not who.any():
            return
        self._reduced[index] |= who
        rows = np.ix_(np.flatnonzero(self._named[index]), np.flatnonzero(who))
        self._dosing.fraction[rows] = np.minimum(self._dosing.fraction[rows], fraction)
        self._note(index, who, day, "reduce")

    def _stop(self, index: int, who: Bools, day: Floats) -> None:
        """Stop the named drugs for good."""
        if not who.any():
            return
        self._holding[index] &= ~who
        self._dosing.stop(self._named[index][:, None] & who)
        self._note(index, who, day, "stop")

    def _note(self, index: int, who: Bools, day: Floats, action: str) -> None:
        rule = self.rules[index].id
        self.log.extend(Decision(int(row), float(day[row]), rule, action) for row in np.flatnonzero(who))


def _met(limits: Mapping[Any, float], value: Floats, fall: Floats) -> Bools:
    """Return where all limits hold; a value that is missing (NaN) meets none."""
    tests = {
        "value_below": lambda limit: value < limit,
        "value_at_least": lambda limit: value >= limit,
        "fall_at_least": lambda limit: fall >= limit,
        "fall_at_most": lambda limit: fall <= limit,
    }
    met = [np.isfinite(value), *(tests[name](limit) for name, limit in limits.items())]
    return np.asarray(np.all(met, axis=0))
