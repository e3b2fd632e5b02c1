"""Who is assessed for what: measurements by calendar and before doses, symptoms before doses, held drugs again.

LVEF is measured on its calendar and when a held drug is assessed again, troponin and natriuretic peptide with it on
the calendar. Laboratory values are taken on the calendar of blood samples, when a held drug is assessed again, and
before each dose that a rule on them may decide on; HER2 in serum, on which no rule decides, on that calendar. Symptoms
are asked for before each such dose (or block of tablets) and when a held drug is assessed again, lung injury at each
tumour scan as well: the worst grade since the last assessment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from her2lab._types import Bools, Floats
from her2lab.biology.patient_interface import LUNG_INJURY, LVEF
from her2lab.facts.management import Rule
from her2lab.facts.measures import DAYS_LATE, HAZARD_EVENTS, TAKEN_AT
from her2lab.trial.conduct.adverse_event_grading import AdverseEventGrading
from her2lab.trial.conduct.measurement_error import MeasurementError
from her2lab.trial.conduct.rules import RuleBook
from her2lab.trial.conduct.visit_calendar import ROUNDING, VisitCalendar


@dataclass(frozen=True)
class Findings:
    """What a visit has found of one measure: shape (n,), NaN where it was not assessed.

    Attributes
    ----------
    value, present
        What rules compare with their limits: for symptoms the worst since the last assessment, and the present state.
    logged
        What stands in the table of visits: a grade for a symptom.
    where
        Who was assessed.
    """

    value: Floats
    present: Floats
    logged: Floats
    where: Bools


class Assessments:
    """The assessments of the patients of one arm.

    Parameters
    ----------
    measures
        What the model holds of that which visits measure: see :func:`measured`.
    grading
        Grades between visits.
    calendar
        The days of visits.
    errors
        Errors of measurement.
    """

    def __init__(self, measures: Sequence[str], grading: AdverseEventGrading, calendar: VisitCalendar,
                 errors: MeasurementError) -> None:
        self.measures = tuple(measures)
        self._grading, self._calendar, self._errors = grading, calendar, errors
        self._last: dict[str, tuple[Floats, Floats]] = {}   # value and fall from baseline, as last seen

    def can_read(self, rule: Rule) -> bool:
        """Return whether all that a rule asks for can be seen."""
        there = {*self.measures, *self._grading.events, DAYS_LATE}
        return rule.measure in there and all(also.measure in there for also in rule.also)

    def recheck(self, measure: str) -> float:
        """Return after how many days a held drug is assessed again where its rule does not say."""
        return self._interval(measure) or self._calendar.intervals.get("blood", self._calendar.intervals["tumour"])

    def next_visits(self, now: Floats) -> list[Floats]:
        """Return the day of the next visit on each calendar besides that of tumour scans."""
        return [self._calendar.next_day(visit, now) for visit in self._calendar.intervals if visit != "tumour"]

    def start(self, baseline: Mapping[str, Floats]) -> None:
        """Take the measurements before treatment."""
        self._baseline = dict(baseline)
        nothing = next(iter(baseline.values())) * 0.0
        self._last = {name: (baseline[name], nothing) for name in self.measures}
        self._last |= dict.fromkeys(self._grading.events, (nothing, nothing))

    def assess(self, now: Floats, true: Mapping[str, Floats], treated: Bools, dose_due: Bools, scanned: Bools,
             rules: RuleBook) -> dict[str, Findings]:
        """Assess those who are due, and apply the rules to what was found.

        Parameters
        ----------
        now, treated, scanned
            Shape (n,): day, who is on treatment, who has had a tumour scan today.
        true
            Measure -> true values, shape (n,).
        dose_due
            Shape (plans, n).
        rules
            The rules; they say which doses a measure decides on, and where a second assessment is due.
        """
        found = {name: self._measure(name, now, true[name], treated & self._is_due(name, now, dose_due, rules))
                 for name in self.measures}
        for name in self._grading.events:
            if name in rules.measures():
                due = self._is_due(name, now, dose_due, rules) | (scanned & (name == LUNG_INJURY))
                found[name] = self._ask(name, treated & due)
        for name, seen in found.items():
            first = self._baseline.get(name)
            fall = np.zeros_like(now) if first is None else first - seen.value
            last = self._last[name]
            self._last[name] = np.where(seen.where, seen.value, last[0]), np.where(seen.where, fall, last[1])
        for name, seen in found.items():
            rules.apply(name, now, seen.value, self._baseline.get(name, np.zeros_like(now)), seen.where,
                        present=seen.present, others=self._last)
        return found

    def _measure(self, name: str, now: Floats, true: Floats, where: Bools) -> Findings:
        value = np.where(where, self._errors.read(name, true, now), np.nan)
        return Findings(value, value, value, where)

    def _ask(self, name: str, where: Bools) -> Findings:
        worst, present = (np.where(where, grade, np.nan) for grade in self._grading.worst_since_last(name, where))
        if name in HAZARD_EVENTS:  # rules read 1 once it has happened
            return Findings(np.minimum(worst, 1.0), present, worst, where)
        return Findings(worst, present, worst, where)

    def _is_due(self, measure: str, now: Floats, dose_due: Bools, rules: RuleBook) -> Bools:
        """Return who is assessed for `measure`: on the calendar, for a held drug, before a dose it decides on."""
        due = rules.next_check(measure) <= now + ROUNDING
        visit = TAKEN_AT.get(measure)
        if visit is not None and visit in self._calendar.intervals:
            due |= self._calendar.is_on(visit, now)
        if measure != LVEF:
            due |= dose_due[rules.concerned(measure)].any(axis=0)
        return np.asarray(due)

    def _interval(self, measure: str) -> float | None:
        """Return the days between two calendar visits that take `measure`, None if the protocol has none."""
        return self._calendar.intervals.get(TAKEN_AT.get(measure, ""))


def measured(known: set[str]) -> tuple[str, ...]:
    """Return what a model with the symbols `known` holds of that which visits measure besides the tumour."""
    return tuple(name for name in TAKEN_AT if name in known)


def columns(seen: Mapping[str, Findings], measures: Sequence[str]) -> dict[str, Floats]:
    """Return what was seen by column of the table of visits: measurements by name, symptoms as their grade."""
    return {name if name in measures else f"grade_{name}": each.logged for name, each in seen.items()}
