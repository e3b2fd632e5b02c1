"""What happens in a patient between two visits: grades of adverse events, and events that come by chance.

Nothing of the course is kept but the worst grade since it was last assessed, and the days and worst grade of each
episode. An event by chance happens where its cumulative hazard crosses the patient's own threshold, and again at the
next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from her2lab._types import Bools, Floats, Integers
from her2lab.biology.patient_interface import LVEF, event_hazard
from her2lab.facts import library
from her2lab.facts.measures import HAZARD_EVENTS
from her2lab.facts.records import GradeName, Grading
from her2lab.population import Cohort, random
from her2lab.trial.conduct.episodes import EpisodeLog, Episodes

HAZARDS: dict[str, str] = {name: event_hazard(name) for name in HAZARD_EVENTS}  # event -> symbol of the model
LEVELS: tuple[GradeName, ...] = ("grade1", "grade2", "grade3", "grade4")
CROSSINGS = 16           # thresholds drawn for each patient; a later crossing is not counted


@dataclass(frozen=True)
class Severity:
    """Worst grade of an event in each patient, 0 for none, and the day of its first grade, infinite for none."""

    grade: Integers
    onset: Floats


class Cutoffs:
    """The cut-offs of several events as arrays of shape (4, events), infinite where a grade has none.

    Parameters
    ----------
    gradings
        One for each event.
    """

    def __init__(self, gradings: Sequence[Grading]) -> None:
        self._below = _limits(gradings, "below", -np.inf)
        self._from, self._fall = _limits(gradings, "at_least", np.inf), _limits(gradings, "fall_at_least", np.inf)

    def only(self, events: Integers) -> Cutoffs:
        """Return the cut-offs of some of the events, by number, shape (k,)."""
        part = Cutoffs(())
        part._below, part._from, part._fall = self._below[:, events], self._from[:, events], self._fall[:, events]
        return part

    def grade(self, lowest: Floats, highest: Floats, baseline: Floats) -> Integers:
        """Return the grades, shape (…, events), of values that went from `lowest` to `highest`; NaN has none."""
        fall = baseline - lowest
        grades = np.zeros(fall.shape, dtype=np.int64)
        for grade, (below, at_least, by) in enumerate(zip(self._below, self._from, self._fall, strict=True), start=1):
            grades[(lowest < below) | (highest >= at_least) | (fall >= by)] = grade
        return grades


class AdverseEventGrading:
    """The grades of one arm; events are those for which the model has a symbol.

    Parameters
    ----------
    gradings
        Cut-offs of events; those by LVEF are left to the visits.
    known
        Symbols of the model.
    cohort
        The patients.

    Attributes
    ----------
    events
        What is graded, in order.
    symbols
        What must be recorded of the model: one symbol for each event.
    """

    def __init__(self, gradings: Sequence[Grading], known: set[str], cohort: Cohort) -> None:
        there = [each for each in gradings if each.measure != LVEF and _symbol(each) in known]
        self.events = [each.event for each in there]
        self.symbols = [_symbol(each) for each in there]
        self._cutoffs = Cutoffs(there)
        n = len(cohort.patients)
        self._thresholds = {
            column: _thresholds(cohort, each.measure) for column, each in enumerate(there) if each.measure in HAZARDS
        }
        shape = (n, len(there))
        self._since, self._worst, self._present = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        self._onset = np.full(shape, np.inf)
        self._episodes = EpisodeLog(n, [column in self._thresholds for column in range(len(there))])
        self._counted = {column: np.zeros(n, dtype=np.int64) for column in self._thresholds}

    def start(self, values: Floats) -> None:
        """Take the values before treatment, shape (n, events): falls count from them, and only grades above theirs."""
        self._baseline = values.copy()
        self._before = self._cutoffs.grade(values, values, values)

    def record(self, days: Floats, values: Floats, who: Bools) -> None:
        """Grade what was recorded since the last stop, its end included.

        Parameters
        ----------
        days
            Shape (n, m), ascending, NaN where nothing was recorded; the last ones are those of the stop.
        values
            Shape (n, m, events), of the symbols.
        who
            Shape (n,): who is on treatment and alive, or was until a day of this interval.
        """
        rows = np.flatnonzero(who)
        if not rows.size or not self.events:
            return
        values = np.where(np.isfinite(days[rows])[:, :, None], values[rows], np.nan)
        for column in self._thresholds:
            values[:, :, column] = self._occurred(column, rows, values[:, :, column])
        baseline = self._baseline[rows]
        lowest, highest = np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
        found = self._cutoffs.grade(lowest, highest, baseline)
        self._present[rows] = self._cutoffs.grade(values[:, -1], values[:, -1], baseline)
        self._present[:, list(self._thresholds)] = 0      # an event by chance is over when it has happened
        self._since[rows] = np.maximum(self._since[rows], found)
        before = self._before[rows]
        emerged = np.where(found > before, found, 0)
        self._worst[rows] = np.maximum(self._worst[rows], emerged)
        self._log(rows, days[rows], values, baseline, emerged > 0)

    def _log(self, rows: Integers, days: Floats, values: Floats, baseline: Floats, emerged: Bools) -> None:
        """Go on with the episodes of events that last or have `emerged` in this interval."""
        place, event = np.nonzero(emerged | self._episodes.lasting(rows))
        if not place.size:
            return
        patient, course = rows[place], values[place, :, event]
        grades = self._cutoffs.only(event).grade(course.T, course.T, baseline[place, event]).T
        on, known = grades > self._before[patient, event][:, None], np.isfinite(course)
        self._episodes.add(patient, event, days[place], grades, on, known)
        first = np.where(on.any(axis=1), days[place, on.argmax(axis=1)], np.inf)
        self._onset[patient, event] = np.minimum(self._onset[patient, event], first)

    def _occurred(self, column: int, rows: Integers, hazard: Floats) -> Floats:
        """Return 1 where an event has happened since the last stop, shape (k, m)."""
        count = (hazard[:, :, None] >= self._thresholds[column][rows, None, :]).sum(axis=2)
        before = self._counted[column][rows]
        self._counted[column][rows] = np.maximum(before, count.max(axis=1))
        return np.asarray(np.where(np.isnan(hazard), np.nan, count > before[:, None]))

    def worst_since_last(self, event: str, where: Bools) -> tuple[Integers, Integers]:
        """Return the worst grade since the last assessment and the present one, shape (n,); begin anew in `where`."""
        column = self.events.index(event)
        worst = self._since[:, column].copy()
        self._since[where, column] = 0
        return worst, self._present[:, column]

    def died_of(self, event: str, days: Floats) -> None:
        """Note deaths of an event on `days`, shape (n,), infinite where there was none."""
        if event in self.events:
            column, who, fatal = self.events.index(event), np.isfinite(days), library.analysis_limits().death_grade
            self._worst[who, column] = fatal
            self._onset[who, column] = np.minimum(self._onset[who, column], days[who])
            self._episodes.fatal(column, days, fatal)

    def severity(self) -> Mapping[str, Severity]:
        """Return what has been seen of each event."""
        return {event: Severity(self._worst[:, j], self._onset[:, j]) for j, event in enumerate(self.events)}

    def episodes(self) -> Mapping[str, Episodes]:
        """Return the episodes of each event, each from its first day above the grade before treatment."""
        return {event: self._episodes.of(j) for j, event in enumerate(self.events)}


def _symbol(grading: Grading) -> str:
    return HAZARDS.get(grading.measure, grading.measure)


def _thresholds(cohort: Cohort, event: str) -> Floats:
    """Return the cumulative hazards at which an event happens in each patient, ascending, shape (n, CROSSINGS)."""
    drawn = random.uniforms(cohort.seed, cohort.patients, event.replace("_", " "), CROSSINGS)
    return np.cumsum(-np.log(drawn), axis=1)


def _limits(gradings: Sequence[Grading], kind: str, none: float) -> Floats:
    by_event = [getattr(each, kind) for each in gradings]
    return np.array([[limits[level].value if level in limits else none for limits in by_event] for level in LEVELS],
                    dtype=float)
