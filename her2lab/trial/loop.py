"""The trial as a loop over stops: integrate, look, decide, integrate on.

Each patient has a clock of its own that stops only where this patient has something to do: a dose, a scan, a blood
sample, an LVEF measurement, a second look at a held drug, a follow-up visit. A round of the loop carries every active
patient to its own next stop in one call of the engine, so that nobody's result depends on anybody else's calendar.

What comes first at a stop: measurements are taken before the dose of the same day; progression ends treatment before
the rules speak; the rules speak before the doses of the day are given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from her2lab.engine import Batch, Inputs, Status
from her2lab.facts.records import Arm, Drug
from her2lab.population import Cohort, random
from her2lab.trial import slots
from her2lab.trial.dosing import Dosing
from her2lab.trial.measuring import Instruments
from her2lab.trial.prescribing import plans
from her2lab.trial.recist import Code
from her2lab.trial.rules import RuleBook
from her2lab.trial.scans import Scans
from her2lab.trial.setting import Conduct, Setting
from her2lab.trial.surgery import Operation
from her2lab.trial.trace import Trace
from her2lab.trial.visits import MEASURES, Visits

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Progress = Callable[[float], None]  # called with the part of the arm's patient-days that is done, 0 to 1

BRAIN = "brain_diameters"
DEATH, NEW_LESION = "cumulative_death_hazard", "cumulative_new_lesion_hazard"
LATER_LINE = "later_line"
CLONE = re.compile(r"(clone_\d+)_(cells|fate_dormant)")  # cells that divide, and those that rest
ONE_CELL = 1e-9  # in 1e9 cells
ROUNDING = 1e-9
VISIT_OF = {"lvef": "lvef", "neutrophils": "blood", "platelets": "blood"}  # measure -> its calendar in the protocol


def conduct(setting: Setting, arm: Arm, cohort: Cohort, *, jobs: int = 1, progress: Progress | None = None) -> Conduct:
    """Run one arm of a trial in a cohort and return what happened.

    Parameters
    ----------
    setting
        Model, drugs, rules and criteria.
    arm, cohort
        The arm and its virtual patients.
    jobs
        Threads of the engine; the result is the same for any number.
    progress
        Called after every round.

    Raises
    ------
    InputError
        If the regimen cannot be simulated with this model.
    """
    run = _Run(setting, arm, cohort, jobs)
    while run.active.any():
        run.round()
        if progress is not None:
            progress(run.part_done())
    return run.conduct()


class _Run:
    """The state of one arm while it runs; arrays are (n,) unless said otherwise."""

    def __init__(self, setting: Setting, arm: Arm, cohort: Cohort, jobs: int) -> None:
        self.setting, self.arm, self.cohort, self.jobs = setting, arm, cohort, jobs
        trial, n = setting.trial, len(cohort.patients)
        self.horizon, self.calendar = trial.followup, trial.assessments
        drugs = {name: setting.drugs[name] for name in dict.fromkeys(line.drug for line in arm.regimen)}
        self.slot = slots.assign(drugs, setting.slots, arm.id)
        self.dosing = Dosing(plans(arm, drugs, self.slot, setting.inputs, cohort, self.horizon), n)
        known = set(setting.model.states) | set(setting.model.observables)
        self.measures = ("sum_of_diameters", *(name for name in (BRAIN, *VISIT_OF) if name in known))
        self.has_brain = BRAIN in known
        self.operation = None if trial.surgery is None else Operation(trial.surgery, cohort)
        applicable = [rule for rule in setting.rules if rule.measure in self.measures]
        recheck = {measure: self._interval(measure) or self.calendar["tumour"] for measure in VISIT_OF}
        self.rules = RuleBook(applicable, self.dosing, n, recheck)
        self.unread = [rule.id for rule in setting.rules if rule not in applicable and set(rule.drugs) & set(drugs)]
        self.batch = self._admit(drugs)
        self.clones = _clones(setting.model.states)
        self.vanished = np.zeros((len(self.clones), n), dtype=bool)
        concentrations = [slots.concentration(slot) for slot in self.slot.values()]
        self.trace = Trace([*self.measures, *concentrations, NEW_LESION, DEATH], n, self.horizon)
        self.instruments = Instruments(cohort.seed, cohort.patients, self.horizon, setting.errors)
        self.visits = Visits()
        self.now, self.active = np.zeros(n), np.ones(n, dtype=bool)
        self.death, self.last_seen = np.full(n, np.inf), np.full(n, self.horizon)
        self.lethal, self.seeding = (
            -np.log(random.uniforms(cohort.seed, cohort.patients, purpose)[:, 0]) for purpose in ("death", "new lesion")
        )
        self._day_zero()

    def _admit(self, drugs: dict[str, Drug]) -> Batch:
        """Start the patients with their own parameters and those of the arm's drugs."""
        parameters = dict(self.cohort.parameters)
        for name, slot in self.slot.items():
            parameters |= self.setting.bring(drugs[name], slot, self.cohort)
        return self.setting.model.start(len(self.cohort.patients), parameters)

    def _day_zero(self) -> None:
        """Measure everything before treatment, and give the first doses; the rules have nothing to say yet."""
        everybody = np.ones(len(self.now), dtype=bool)
        true = self.batch.values(self.trace.names)
        self.trace.keep(np.zeros((len(self.now), 1)), true[:, None, :], self.now)
        self.hazard = true[:, self.trace.names.index(DEATH)]
        self.baseline = {name: self._read(name, true, everybody) for name in self.measures}
        every = self.calendar["tumour"]
        self.scans = Scans(self.baseline["sum_of_diameters"], every, self.horizon, self.setting.recist)
        self.brain = Scans(self.baseline[BRAIN], every, self.horizon, self.setting.recist) if self.has_brain else None
        self._log(self.baseline, np.full(len(self.now), Code.NONE, dtype=np.int8))
        self._bury_clones()
        self.dosing.give(self.dosing.next_days() <= self.now + ROUNDING, self.now)

    # -- one round -------------------------------------------------------------------------------------------

    def round(self) -> None:
        """Carry every active patient to its next stop, look at it and decide."""
        until = np.where(self.active, self._next_stops(), self.now)
        true = self._advance(until)
        self._bury_clones()
        self._operate()
        on_study = self.active & np.isinf(self.scans.progression)
        response = self._scan(on_study, true)
        self._treat(on_study & (response != Code.PD), true, response)
        ended = self.active & (self.now >= self.horizon - ROUNDING)
        self.active &= ~ended

    def part_done(self) -> float:
        """Return the part of the patient-days that is done, 0 to 1."""
        return float(np.where(self.active, self.now, self.horizon).mean() / self.horizon)

    def _next_stops(self) -> Floats:
        """Return the day of each patient's next stop."""
        stops = [np.full(len(self.now), self.horizon), _next_on(self.now, self.calendar["tumour"])]
        on_study = np.isinf(self.scans.progression)
        treatment = [_next_on(self.now, days) for visit, days in self.calendar.items() if visit != "tumour"]
        treatment += [self.rules.next_check(measure) for measure in VISIT_OF]
        treatment += list(self.dosing.next_days())
        if self.operation is not None:
            treatment.append(np.full(len(self.now), self.operation.day))
        stops += [np.where(on_study & (days > self.now + ROUNDING), days, np.inf) for days in treatment]
        return np.asarray(np.min(stops, axis=0))

    def _advance(self, until: Floats) -> Floats:
        """Integrate to `until`; count deaths and failures; return the true values there, shape (n, k)."""
        rows = self.dosing.inputs(self.now, until, self.active)
        columns = [np.concatenate(column) for column in zip(*[(r[0], r[1], r[3], r[4]) for r in rows], strict=True)]
        targets = [row[2] for row in rows for _ in row[0]]
        inputs = Inputs.from_arrays(len(self.now), columns[0], columns[1], targets, *columns[2:]) if rows else None
        days = self.trace.due(self.now, until)
        record = self.batch.advance(until, inputs=inputs, record=days, outputs=self.trace.names,
                                      active=self.active, threads=self.jobs)
        true = self.batch.values(self.trace.names)
        failed = self.active & (self.batch.status != Status.OK)
        self.last_seen[failed] = self.now[failed]
        self.active &= ~failed
        values = np.asarray(record)
        self._bury(until, days, values[:, :, self.trace.names.index(DEATH)], true[:, self.trace.names.index(DEATH)])
        self.trace.keep(np.where((self.active | np.isfinite(self.death))[:, None], days, np.nan), values,
                        np.minimum(until, self.death))
        self.now = until
        return true

    def _bury(self, until: Floats, days: Floats, hazards: Floats, hazard: Floats) -> None:
        """Find who died since the last stop, and when: where the cumulative hazard crossed the patient's threshold."""
        for row in np.flatnonzero(self.active & (hazard >= self.lethal)):
            known = np.isfinite(days[row])
            times = np.concatenate([[self.now[row]], days[row, known], [until[row]]])
            levels = np.concatenate([[self.hazard[row]], hazards[row, known], [hazard[row]]])
            self.death[row] = self.last_seen[row] = np.interp(self.lethal[row], levels, times)
            self.active[row] = False
        self.hazard = hazard

    def _bury_clones(self) -> None:
        """Less than one cell is none, dormant or not, and does not grow back from numerical dust."""
        for index, states in enumerate(self.clones):
            cells = self.batch.values(states)
            dust = self.active[:, None] & (cells < ONE_CELL) & (cells != 0)
            for column in np.flatnonzero(dust.any(axis=0)):
                self.batch.set(states[column], 0.0, where=dust[:, column])
            self.vanished[index] |= dust.any(axis=1) & (dust | (cells == 0)).all(axis=1)

    def _operate(self) -> None:
        """Operate on those whose day it is and who have not progressed; what regrows later is a relapse."""
        if self.operation is None:
            return
        who = self.active & np.isinf(self.scans.progression) & (np.abs(self.now - self.operation.day) < ROUNDING)
        if who.any():
            self.operation.operate(self.batch, who, self.clones)
            self.scans.start_anew(who)

    # -- look and decide -------------------------------------------------------------------------------------

    def _scan(self, on_study: Bools, true: Floats) -> NDArray[np.int8]:
        """Scan those whose day it is; who has progressed leaves treatment for the later lines."""
        due = on_study & _is_on(self.now, self.calendar["tumour"])
        self.seen = self._read("sum_of_diameters", true, due)
        new_lesion = true[:, self.trace.names.index(NEW_LESION)] >= self.seeding
        response = self.scans.look(due, self.now, self.seen, new_lesion)
        if self.brain is not None:
            brain = self.brain.look(due, self.now, self._read(BRAIN, true, due), np.zeros_like(new_lesion))
            response = self.scans.overrule(due, self.now, brain)
        progressed = response == Code.PD
        self.dosing.stop(np.broadcast_to(progressed, self.dosing.stopped.shape))
        if progressed.any():
            self.batch.set(LATER_LINE, 1.0, where=progressed)
        return response

    def _treat(self, treated: Bools, true: Floats, response: NDArray[np.int8]) -> None:
        """Measure heart and blood where due, apply the rules, and give or put off the doses of the day."""
        values = {"sum_of_diameters": self.seen}
        dose_due = treated & (self.dosing.next_days() <= self.now + ROUNDING)
        for measure in (name for name in self.measures if name in VISIT_OF):
            due = treated & self._is_due(measure, dose_due)
            values[measure] = self._read(measure, true, due)
            self.rules.apply(measure, self.now, values[measure], self.baseline[measure], due)
        self._log(values, response)
        dose_due &= ~self.dosing.stopped & (self.now < self.horizon - ROUNDING)
        wait = self.rules.held_until() - self.now
        held = dose_due & (wait > ROUNDING)
        self.dosing.postpone(held, wait)
        self.dosing.give(dose_due & ~held, self.now)

    def _is_due(self, measure: str, dose_due: Bools) -> Bools:
        """Return who has `measure` taken: on the calendar, at a second look, and blood before a dose it decides on."""
        interval = self._interval(measure)
        due = self.rules.next_check(measure) <= self.now + ROUNDING
        if interval is not None:
            due |= _is_on(self.now, interval)
        if VISIT_OF[measure] == "blood":
            due |= dose_due[self.rules.concerned(measure)].any(axis=0)
        return np.asarray(due)

    def _interval(self, measure: str) -> float | None:
        """Return the days between two calendar visits that take `measure`, None if the protocol has none."""
        return next((days for visit, days in self.calendar.items() if visit == VISIT_OF[measure]), None)

    def _read(self, measure: str, true: Floats, where: Bools) -> Floats:
        """Return measured values, NaN where nothing was measured."""
        values = self.instruments.read(measure, true[:, self.trace.names.index(measure)], self.now)
        return np.where(where, values, np.nan)

    def _log(self, values: dict[str, Floats], response: NDArray[np.int8]) -> None:
        nothing = np.full(len(self.now), np.nan)
        self.visits.add(self.now, {name: values.get(name, nothing) for name in MEASURES}, response)

    def conduct(self) -> Conduct:
        """Return what happened, after the last round."""
        words = {int(status): status.name.lower() for status in Status}
        return Conduct(
            arm=self.arm, cohort=self.cohort, status=np.array([words[int(code)] for code in self.batch.status]),
            death=self.death, last_seen=self.last_seen, scans=self.scans, brain=self.brain,
            operation=self.operation, visits=self.visits, dosing=self.dosing,
            decisions=self.rules.log, trace=self.trace,
            concentrations={drug: slots.concentration(slot) for drug, slot in self.slot.items()},
            vanished=self.vanished.sum(axis=0), unread=self.unread,
        )


def _clones(states: Sequence[str]) -> list[list[str]]:
    """Return the states that hold the cells of each clone."""
    found: dict[str, list[str]] = {}
    for name in states:
        if match := CLONE.fullmatch(name):
            found.setdefault(match.group(1), []).append(name)
    return list(found.values())


def _next_on(now: Floats, interval: float) -> Floats:
    """Return the next day of a calendar after `now`."""
    return np.asarray((np.floor(now / interval + ROUNDING) + 1) * interval)


def _is_on(now: Floats, interval: float) -> Bools:
    """Return whose day is on a calendar, day 0 left out."""
    return np.asarray((np.abs(now / interval - np.round(now / interval)) < ROUNDING) & (now > 0))
