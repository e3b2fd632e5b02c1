"""What one arm of a trial has yielded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Bools, Floats, Integers
from her2lab.facts.records import Arm, Censoring
from her2lab.population import Cohort
from her2lab.trial.conduct.adverse_event_grading import Severity
from her2lab.trial.conduct.censoring import time_without
from her2lab.trial.conduct.dosing import Dosing
from her2lab.trial.conduct.episodes import Episodes
from her2lab.trial.conduct.pharmacokinetics import DoseIntervals
from her2lab.trial.conduct.rules import Decision
from her2lab.trial.conduct.scans import Scans
from her2lab.trial.conduct.surgery import Operation
from her2lab.trial.conduct.time_courses import TimeCourses
from her2lab.trial.conduct.visit_calendar import VisitCalendar
from her2lab.trial.conduct.visits import Visits


@dataclass(frozen=True)
class ArmOutcome:
    """What happened in one arm; arrays have the shape (n,), days count from day 0.

    Attributes
    ----------
    arm, cohort
        The arm and its patients.
    censoring
        By whose rules a time without progression is censored.
    status
        "ok", or the engine's word for why the integration of a patient failed.
    death
        Day of death, infinite if alive when follow-up ended.
    cause_of_death
        Of what: cancer, lung injury, other, or "" (:class:`her2lab.trial.conduct.hazards.Deaths`).
    last_seen
        Day up to which a patient was followed: death, failure or end of follow-up.
    scans, visits, dosing, decisions, time_courses
        Tumour scans, measurements, doses, rule decisions, record in time.
    brain
        Scans of brain metastases, None if the model has none.
    operation
        What was found at surgery, None if the protocol has none.
    concentrations
        Drug -> the symbol of its plasma concentration in the time courses.
    extinct_clones
        How many clones of each patient fell below one cell.
    removed_cells
        States of clones that were set to zero because they held less than one cell: (row of the patient, day, state).
    rules_not_applied
        Rules that could not be applied, because the model does not hold what they measure or has no place for what
        they give.
    severity
        Worst grade of each adverse event that is graded between visits, and its first day.
    episodes
        Event -> its episodes, of events that are graded between visits.
    stopped_by
        Drug -> the rule that stopped it in each patient, "" where none did, shape (n,).
    stopped_on
        Drug -> the day of that, infinite where no rule did, shape (n,).
    calendar
        The days of visits, as planned and as held.
    intervals
        What each dose did to the concentration of its drug; empty if patients were followed to progression alone.
    """

    arm: Arm
    cohort: Cohort
    censoring: Censoring
    status: NDArray[np.str_]
    death: Floats
    cause_of_death: NDArray[np.str_]
    last_seen: Floats
    scans: Scans
    brain: Scans | None
    operation: Operation | None
    visits: Visits
    dosing: Dosing
    decisions: list[Decision]
    time_courses: TimeCourses
    concentrations: Mapping[str, str]
    extinct_clones: Integers
    removed_cells: Sequence[tuple[int, float, str]]
    rules_not_applied: list[str]
    severity: Mapping[str, Severity]
    episodes: Mapping[str, Episodes]
    stopped_by: Mapping[str, NDArray[np.str_]]
    stopped_on: Mapping[str, Floats]
    calendar: VisitCalendar
    intervals: DoseIntervals

    @property
    def ok(self) -> Bools:
        """Whose integration did not fail; only they count in the statistics."""
        return np.asarray(self.status == "ok")

    @property
    def pfs(self) -> tuple[Floats, Bools]:
        """Days to the first progression on a scan or to death, and whether that was seen.

        Else, and in those whose integration failed, censored: see :mod:`her2lab.trial.conduct.censoring`.
        """
        return self._time_without(np.minimum(self.scans.progression, self.death), self.scans)

    @property
    def cns_pfs(self) -> tuple[Floats, Bools]:
        """Days to the first progression in the brain or to death, and whether that was seen; else as `pfs`."""
        scans = self.scans if self.brain is None else self.brain
        progression = np.full(len(self.death), np.inf) if self.brain is None else scans.progression
        return self._time_without(np.minimum(progression, self.death), scans)

    def _time_without(self, event: Floats, scans: Scans) -> tuple[Floats, Bools]:
        return time_without(np.where(self.ok, event, np.inf), scans, self.last_seen, self.censoring)

    @property
    def os(self) -> tuple[Floats, Bools]:
        """Days to death, and whether it was seen; else censored where the patient was last seen."""
        seen = np.isfinite(self.death) & self.ok
        return np.where(seen, self.death, self.last_seen), seen
