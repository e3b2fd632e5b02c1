"""The trial as a loop over stops: integrate, look, decide, integrate on.

Each patient has a clock of its own that stops only where this patient has something to do: a dose, a scan, a blood
sample, an LVEF measurement, a second look at a held drug, a follow-up visit. A round of the loop carries every active
patient to its own next stop in one call of the engine, so that nobody's result depends on anybody else's calendar.

What comes first at a stop: measurements are taken before the dose of the same day; progression ends treatment before
the rules speak; the rules speak before the doses of the day are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Bools, Floats
from her2lab.biology import patient_interface as patient
from her2lab.engine import Batch, Inputs, Status
from her2lab.facts.management import Rule
from her2lab.facts.records import Administration, Arm, Drug
from her2lab.population import Cohort, random
from her2lab.trial.conduct import slots
from her2lab.trial.conduct.adverse_event_grading import AdverseEventGrading
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.assessments import ROUNDING, Assessments, Findings, columns, is_on, measured, next_on
from her2lab.trial.conduct.context import TrialContext
from her2lab.trial.conduct.dosing import Dosing
from her2lab.trial.conduct.measurement_error import MeasurementError
from her2lab.trial.conduct.prescription import plan, plans
from her2lab.trial.conduct.recist import Code
from her2lab.trial.conduct.regimen import courses
from her2lab.trial.conduct.rules import RuleBook
from her2lab.trial.conduct.scans import Scans
from her2lab.trial.conduct.surgery import Operation
from her2lab.trial.conduct.time_courses import TimeCourses
from her2lab.trial.conduct.visits import Visits

Progress = Callable[[float], None]  # called with the part of the arm's patient-days that is done, 0 to 1

BRAIN, DEATH, NEW_LESION = patient.BRAIN_DIAMETERS, patient.DEATH_HAZARD, patient.NEW_LESION_HAZARD
TOXIC_DEATH, LUNGS = patient.TOXIC_DEATH_HAZARD, patient.LUNG_INJURY  # who dies of a drug dies of lung injury
FATAL = {DEATH: "death", TOXIC_DEATH: "toxic death"}         # hazard -> purpose of its random numbers
ONE_CELL = 1e-9  # in 1e9 cells
TRACED = (BRAIN, "lvef", "neutrophils")           # kept in time beside the sum of diameters


def run_arm(setting: TrialContext, arm: Arm, cohort: Cohort, *, jobs: int = 1, progress: Progress | None = None,
            until_progression: bool = False) -> ArmOutcome:
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
    until_progression
        Whether patients are followed no further than to progression; what happened until then is the same.

    Raises
    ------
    InputError
        If the regimen cannot be simulated with this model.
    """
    run = _ArmRun(setting, arm, cohort, jobs, until_progression=until_progression)
    while run.active.any():
        run.round()
        if progress is not None:
            progress(run.part_done())
    return run.conduct()


@dataclass(frozen=True)
class LineOutcome:
    """How a line of therapy left its patients: who progressed and is alive, and who died, shape (n,).

    `states` has the shape (n, names): values at the scan that showed progression; of no meaning for the others.
    """

    progressed: Bools
    died: Bools
    states: Floats


def treat_until_progression(setting: TrialContext, arm: Arm, cohort: Cohort, read: Sequence[str], *,
                            progress: Progress | None = None) -> LineOutcome:
    """Run one arm in a cohort, each patient until progression, death or the end of follow-up.

    Parameters
    ----------
    setting, arm, cohort, progress
        As :func:`conduct`.
    read
        States of the model to read at progression.

    Raises
    ------
    InputError
        As :func:`conduct`.
    """
    run = _ArmRun(setting, arm, cohort, 1, until_progression=True)
    while run.active.any():
        run.round()
        if progress is not None:
            progress(run.part_done())
    progressed = np.isfinite(run.scans.progression) & np.isinf(run.death) & (run.batch.status == Status.OK)
    return LineOutcome(progressed, np.isfinite(run.death), run.batch.values(read))


class _ArmRun:
    """The state of one arm while it runs; arrays are (n,) unless said otherwise.

    With `until_progression` a patient stays as it was at the scan that showed progression.
    """

    def __init__(self, setting: TrialContext, arm: Arm, cohort: Cohort, jobs: int, *,
                 until_progression: bool = False) -> None:
        self.setting, self.arm, self.cohort, self.jobs = setting, arm, cohort, jobs
        self.until_progression = until_progression
        self.seed = random.seed_for(cohort.seed, setting.occasion)
        trial, n = setting.trial, len(cohort.patients)
        self.horizon, self.calendar = trial.followup, trial.assessments
        drugs = {name: setting.drugs[name] for name in dict.fromkeys(line.drug for line in arm.regimen)}
        self.slot = slots.assign(drugs, setting.slots, arm.id)
        self.places = dict(self.slot)                       # with the supportive drugs that rules may give
        known = set(setting.model.states) | set(setting.model.observables)
        self.watch = AdverseEventGrading(setting.gradings, known, cohort)
        self.has_brain = BRAIN in known
        kinds = (patient.TUMOUR_DIAMETERS, *([BRAIN] if self.has_brain else []), *measured(known))
        self.instruments = MeasurementError(self.seed, cohort.patients, self.horizon, setting.errors, kinds)
        calendar = {str(visit): days for visit, days in self.calendar.items()}
        self.looks = Assessments(measured(known), self.watch, calendar, self.instruments)
        self.operation = None if trial.surgery is None else Operation(trial.surgery, cohort)
        self._lay_down_rules(drugs)
        self.batch = self._admit()
        self.clones = _clones(setting.model.states)
        self.vanished = np.zeros((len(self.clones), n), dtype=bool)
        concentrations = [patient.concentration(slot) for slot in self.slot.values()]
        traced = [patient.TUMOUR_DIAMETERS, *(name for name in TRACED if name in known)]
        self.trace = TimeCourses([*traced, *concentrations, NEW_LESION, DEATH], n, self.horizon)
        read = [*kinds, *self.watch.symbols, *(name for name in FATAL if name in known)]
        self.outputs = list(dict.fromkeys([*self.trace.names, *read]))
        self.watched = [self.outputs.index(symbol) for symbol in self.watch.symbols]
        asked = [name for name in self.watch.events if name in self.rules.measures()]
        self.visits = Visits([*kinds, *(f"grade_{name}" for name in asked)])
        self.now, self.active = np.zeros(n), np.ones(n, dtype=bool)
        self.death, self.last_seen = np.full(n, np.inf), np.full(n, self.horizon)
        self.toxic = np.full(n, np.inf)
        self.lethal = {name: self._threshold(purpose) for name, purpose in FATAL.items() if name in known}
        self.seeding = self._threshold("new lesion")
        self._day_zero(kinds)

    def _threshold(self, purpose: str) -> Floats:
        """Return the cumulative hazard at which something happens in each patient, exponential of mean 1."""
        return np.asarray(-np.log(random.uniforms(self.seed, self.cohort.patients, purpose)[:, 0]))

    def _lay_down_rules(self, drugs: dict[str, Drug]) -> None:
        """Plan the doses and apply the rules to them; a rule that cannot be read here is named in `unread`."""
        setting, inputs = self.setting, self.setting.inputs
        concerned = [rule for rule in setting.rules if set(rule.drugs) & set(drugs)]
        readable = [rule for rule in concerned if self.looks.can_read(rule) and self._find_slot(rule)]
        self.unread = [rule.id for rule in concerned if rule not in readable]
        planned = plans(self.arm, drugs, self.slot, inputs, self.cohort, self.horizon)
        given = {rule.id: rule.give for rule in readable if rule.give is not None}
        lines: list[Administration] = []                     # what several rules give alike is one plan
        for line in given.values():
            if line not in lines:
                lines.append(line)
        gives = {rule: len(planned) + lines.index(line) for rule, line in given.items()}
        planned += [plan(course, setting.drugs[course.drug], self.places[course.drug], inputs, self.cohort,
                         self.horizon, self.arm.id, waits=True)
                    for line in lines for course in courses([line], self.horizon)]
        self.dosing = Dosing(planned, len(self.cohort.patients), self.horizon)
        recheck = {str(rule.measure): self.looks.recheck(rule.measure) for rule in readable}
        self.rules = RuleBook(readable, self.dosing, len(self.cohort.patients), recheck, gives)

    def _find_slot(self, rule: Rule) -> bool:
        """Return whether what a rule gives has a slot of the model, its own or a free one."""
        if rule.give is None:
            return True
        drug = self.setting.drugs.get(rule.give.drug)
        slot = None if drug is None else slots.free(drug, self.setting.slots, self.places)
        if drug is None or slot is None:
            return False
        self.places[drug.id] = slot
        return True

    def _admit(self) -> Batch:
        """Start the patients with their own parameters and those of the arm's drugs."""
        parameters = dict(self.cohort.parameters)
        for name, slot in self.places.items():
            parameters |= self.setting.bring(self.setting.drugs[name], slot, self.cohort)
        return self.setting.model.start(len(self.cohort.patients), parameters)

    def _day_zero(self, kinds: Sequence[str]) -> None:
        """Measure everything before treatment, and give the first doses; the rules have nothing to say yet."""
        everybody = np.ones(len(self.now), dtype=bool)
        self.true = true = self.batch.values(self.outputs)
        self.trace.keep(np.zeros((len(self.now), 1)), true[:, None, :len(self.trace.names)], self.now)
        self.watch.start(true[:, self.watched])
        self.hazard = {name: true[:, self.outputs.index(name)] for name in self.lethal}
        self.baseline = {name: self._read(name, true, everybody) for name in kinds}
        self.looks.start(self.baseline)
        every = self.calendar["tumour"]
        self.scans = Scans(self.baseline[patient.TUMOUR_DIAMETERS], every, self.horizon, self.setting.recist)
        self.brain = Scans(self.baseline[BRAIN], every, self.horizon, self.setting.recist) if self.has_brain else None
        self.visits.add(self.now, self.baseline, np.full(len(self.now), Code.NONE, dtype=np.int8))
        self._bury_clones()
        self.dosing.give(self.dosing.next_days() <= self.now + ROUNDING, self.now)

    # -- one round -------------------------------------------------------------------------------------------

    def round(self) -> None:
        """Carry every active patient to its next stop, look at it and decide."""
        until = np.where(self.active, self._next_stops(), self.now)
        true = self._advance(until)
        self._bury_clones()
        operated = self._operate()
        on_study = self.active & np.isinf(self.scans.progression)
        response = self._scan(on_study & ~operated, true)
        self._treat(on_study & (response != Code.PD), true, response)
        ended = self.active & (self.now >= self.horizon - ROUNDING)
        if self.until_progression:
            progressed = self.active & np.isfinite(self.scans.progression)
            self.last_seen[progressed] = self.now[progressed]
            ended |= progressed
        self.active &= ~ended

    def part_done(self) -> float:
        """Return the part of the patient-days that is done, 0 to 1."""
        return float(np.where(self.active, self.now, self.horizon).mean() / self.horizon)

    def _next_stops(self) -> Floats:
        """Return the day of each patient's next stop."""
        stops = [np.full(len(self.now), self.horizon), next_on(self.now, self.calendar["tumour"])]
        on_study = np.isinf(self.scans.progression)
        treatment = [*self.looks.next_visits(self.now), self.rules.next_check(), *self.dosing.next_days()]
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
        values = np.asarray(self.batch.advance(until, inputs=inputs, record=days, outputs=self.outputs,
                                               active=self.active, threads=self.jobs))
        true = self.true.copy()     # nothing changes in those who stay where they are
        true[self.active] = self.batch.values(self.outputs, self.active)
        self.true = true
        failed = self.active & (self.batch.status != Status.OK)
        self.last_seen[failed] = self.now[failed]
        self.active &= ~failed
        treated = self.active & np.isinf(self.scans.progression)
        self._bury(until, days, values, true)
        alive_until = np.minimum(until, self.death)
        self.trace.keep(np.where((self.active | np.isfinite(self.death))[:, None], days, np.nan),
                        values[:, :, :len(self.trace.names)], alive_until)
        self._watch(treated, alive_until, days, until, values, true)
        self.now = until
        return true

    def _bury(self, until: Floats, days: Floats, values: Floats, true: Floats) -> None:
        """Find who died since the last stop, and when: where a cumulative hazard crossed the patient's threshold."""
        at_risk = self.active.copy()
        for name, threshold in self.lethal.items():
            place = self.outputs.index(name)
            hazard = true[:, place]
            for row in np.flatnonzero(at_risk & (hazard >= threshold)):
                known = np.isfinite(days[row])
                times = np.concatenate([[self.now[row]], days[row, known], [until[row]]])
                levels = np.concatenate([[self.hazard[name][row]], values[row, known, place], [hazard[row]]])
                day = np.interp(threshold[row], levels, times)
                if day < self.death[row]:
                    self.death[row] = self.last_seen[row] = day
                    self.toxic[row] = day if name == TOXIC_DEATH else np.inf
                self.active[row] = False
            self.hazard[name] = hazard

    def _watch(self, treated: Bools, alive_until: Floats, days: Floats, until: Floats, values: Floats,
               true: Floats) -> None:
        """Grade what happened on treatment since the last stop."""
        moments = np.concatenate([days, until[:, None]], axis=1)
        moments = np.where(moments <= alive_until[:, None], moments, np.nan)
        seen = np.concatenate([values[:, :, self.watched], true[:, None, self.watched]], axis=1)
        self.watch.note(moments, seen, treated)

    def _bury_clones(self) -> None:
        """Less than one cell is none, dormant or not, and does not grow back from numerical dust."""
        for index, states in enumerate(self.clones):
            cells = self.batch.values(states)
            dust = self.active[:, None] & (cells < ONE_CELL) & (cells != 0)
            for column in np.flatnonzero(dust.any(axis=0)):
                self.batch.set(states[column], 0.0, where=dust[:, column])
            self.vanished[index] |= dust.any(axis=1) & (dust | (cells == 0)).all(axis=1)

    def _operate(self) -> Bools:
        """Operate on those whose day it is and who have not progressed, and return them; what regrows is a relapse.

        They are not scanned on that day: what was measured before the operation would look like a relapse after it.
        """
        if self.operation is None:
            return np.zeros(len(self.now), dtype=bool)
        who = self.active & np.isinf(self.scans.progression) & (np.abs(self.now - self.operation.day) < ROUNDING)
        if who.any():
            self.operation.operate(self.batch, who, self.clones)
            self.scans.start_anew(who)
        return np.asarray(who)

    # -- look and decide -------------------------------------------------------------------------------------

    def _scan(self, on_study: Bools, true: Floats) -> NDArray[np.int8]:
        """Scan those whose day it is; who has progressed leaves treatment for the later lines."""
        due = on_study & is_on(self.now, self.calendar["tumour"])
        self.seen = self._read(patient.TUMOUR_DIAMETERS, true, due)
        new_lesion = true[:, self.outputs.index(NEW_LESION)] >= self.seeding
        response = self.scans.look(due, self.now, self.seen, new_lesion)
        if self.brain is not None:
            brain = self.brain.look(due, self.now, self._read(BRAIN, true, due), np.zeros_like(new_lesion))
            response = self.scans.overrule(due, self.now, brain)
        progressed = response == Code.PD
        self.dosing.stop(np.broadcast_to(progressed, self.dosing.stopped.shape))
        if progressed.any():
            self.batch.set(patient.LATER_LINE, 1.0, where=progressed)
        return response

    def _treat(self, treated: Bools, true: Floats, response: NDArray[np.int8]) -> None:
        """Look where it is due, apply the rules, and give or put off the doses of the day."""
        dose_due = self._dose_due(treated)
        measures = {name: true[:, self.outputs.index(name)] for name in self.looks.measures}
        scanned = np.isfinite(self.seen)
        seen = self.looks.look(self.now, measures, treated, dose_due, scanned, self.rules)
        self._log(seen, response)
        self.rules.apply_late(self.now, self._dose_due(treated), "stop")
        dose_due = self._dose_due(treated)      # the rules may have stopped a drug, or begun to give another
        wait = self.rules.held_until() - self.now
        held = dose_due & (wait > ROUNDING)
        self.dosing.postpone(held, wait)
        self.rules.apply_late(self.now, dose_due & ~held, "reload")
        self.dosing.give(dose_due & ~held, self.now)

    def _dose_due(self, treated: Bools) -> Bools:
        """Return which doses are due today, shape (plans, n)."""
        return treated & (self.dosing.next_days() <= self.now + ROUNDING) & (self.now < self.horizon - ROUNDING)

    def _read(self, measure: str, true: Floats, where: Bools) -> Floats:
        """Return measured values, NaN where nothing was measured."""
        values = self.instruments.read(measure, true[:, self.outputs.index(measure)], self.now)
        return np.where(where, values, np.nan)

    def _log(self, seen: dict[str, Findings], response: NDArray[np.int8]) -> None:
        values = {patient.TUMOUR_DIAMETERS: self.seen} | columns(seen, self.looks.measures)
        self.visits.add(self.now, values, response)

    def conduct(self) -> ArmOutcome:
        """Return what happened, after the last round."""
        self.watch.died_of(LUNGS, self.toxic)
        words = {int(status): status.name.lower() for status in Status}
        return ArmOutcome(
            arm=self.arm, cohort=self.cohort, status=np.array([words[int(code)] for code in self.batch.status]),
            death=self.death, last_seen=self.last_seen, scans=self.scans, brain=self.brain,
            operation=self.operation, visits=self.visits, dosing=self.dosing,
            decisions=self.rules.log, trace=self.trace,
            concentrations={drug: patient.concentration(slot) for drug, slot in self.slot.items()},
            vanished=self.vanished.sum(axis=0), unread=self.unread,
            severity=self.watch.severity(), stopped_by=self.rules.stopped_by(),
        )


def _clones(states: Sequence[str]) -> list[list[str]]:
    """Return the states that hold the cells of each clone."""
    found: dict[str, list[str]] = {}
    for name in states:
        if match := patient.CLONE_STATE.fullmatch(name):
            found.setdefault(match.group(1), []).append(name)
    return list(found.values())
