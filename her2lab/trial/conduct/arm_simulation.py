"""One arm as a loop over stops: integrate, assess, decide, integrate on.

Each patient has a clock of its own that stops only where this patient has something to do: a dose, a scan, a blood
sample, an LVEF measurement, a second assessment of a held drug, a follow-up visit. A round of the loop carries every
active patient to its own next stop in one call of the engine, so that nobody's result depends on anybody else's
calendar.

What comes first at a stop: measurements are taken before the dose of the same day; progression ends treatment before
the rules are applied; the rules are applied before the doses of the day are given.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Bools, Floats
from her2lab.biology import patient_interface as patient
from her2lab.engine import Inputs, Status
from her2lab.facts.measures import Assessment
from her2lab.facts.records import Arm
from her2lab.population import Cohort, random
from her2lab.trial.conduct.adverse_event_grading import AdverseEventGrading
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.assessments import Assessments, columns, measured
from her2lab.trial.conduct.clones import Clones
from her2lab.trial.conduct.context import TrialContext
from her2lab.trial.conduct.dosing import Dosing
from her2lab.trial.conduct.hazards import Deaths, threshold
from her2lab.trial.conduct.measurement_error import MeasurementError
from her2lab.trial.conduct.pharmacokinetics import Pharmacokinetics, merged
from her2lab.trial.conduct.recist import Code
from her2lab.trial.conduct.scans import Scans
from her2lab.trial.conduct.surgery import Operation
from her2lab.trial.conduct.time_courses import TimeCourses
from her2lab.trial.conduct.treatment_plan import plan_treatment
from her2lab.trial.conduct.visit_calendar import ROUNDING, VisitCalendar
from her2lab.trial.conduct.visits import Visits

# kept in time beside the sum of diameters
RECORDED = (patient.BRAIN_DIAMETERS, patient.LVEF, patient.NEUTROPHILS)


SCAN: Assessment = "tumour"          # the assessment by which response and progression are seen


class ArmSimulation:
    """The state of one arm while it runs; arrays are (n,) unless said otherwise.

    With `until_progression` a patient stays as it was at the scan that showed progression, and no pharmacokinetics are
    gathered.

    Attributes
    ----------
    active
        Who is followed on.
    batch
        The patients in the engine.
    scans, deaths
        Tumour scans and deaths so far.
    """

    def __init__(self, context: TrialContext, arm: Arm, cohort: Cohort, jobs: int, *,
                 until_progression: bool = False) -> None:
        self._context, self._arm, self._cohort, self._jobs = context, arm, cohort, jobs
        self._until_progression = until_progression
        self._horizon = context.trial.followup
        n, seed = len(cohort.patients), random.seed_for(cohort.seed, context.occasion)
        self._now, self.active = np.zeros(n), np.ones(n, dtype=bool)
        self._last_seen = np.full(n, self._horizon)
        self._set_up_assessments(seed)
        self._treatment = plan_treatment(context, arm, cohort, self._assessments)
        self._dosing, self._rules = self._treatment.dosing, self._treatment.rules
        self._operation = None if context.trial.surgery is None else Operation(context.trial.surgery, cohort)
        self._clones = Clones(context.model.states, n)
        background = context.model.defaults.get(patient.BACKGROUND_MORTALITY, 0.0)
        self.deaths = Deaths(seed, cohort, self._known, cohort.parameters.get(patient.BACKGROUND_MORTALITY,
                                                                              np.full(n, background)))
        self._seeding = threshold(seed, cohort, "new lesion")
        self._set_up_records()
        self._start()

    def _set_up_assessments(self, seed: int) -> None:
        context, cohort = self._context, self._cohort
        self._known = set(context.model.states) | set(context.model.observables)
        self._grading = AdverseEventGrading(context.gradings, self._known, cohort)
        self._has_brain = patient.BRAIN_DIAMETERS in self._known
        brain = [patient.BRAIN_DIAMETERS] if self._has_brain else []
        self._measured = (patient.TUMOUR_DIAMETERS, *brain, *measured(self._known))
        self._errors = MeasurementError(seed, cohort.patients, self._horizon, context.errors, self._measured)
        calendar = {str(visit): days for visit, days in context.trial.assessments.items()}
        self._calendar = VisitCalendar(calendar, self._horizon, context.trial.visits, seed, cohort.patients)
        self._assessments = Assessments(measured(self._known), self._grading, self._calendar, self._errors)

    def _set_up_records(self) -> None:
        """Say what is read of the model at every stop, and what is kept in time."""
        slots, n = self._treatment.regimen_slots, len(self._now)
        concentrations = [patient.concentration(slot) for slot in slots.values()]
        recorded = [patient.TUMOUR_DIAMETERS, *(name for name in RECORDED if name in self._known)]
        self._time_courses = TimeCourses([*recorded, *concentrations, patient.NEW_LESION_HAZARD,
                                          patient.DEATH_HAZARD], n, self._horizon)
        read = [*self._measured, *self._grading.symbols, *self.deaths.hazards]
        self._outputs = list(dict.fromkeys([*self._time_courses.names, *read]))
        self._graded = [self._outputs.index(symbol) for symbol in self._grading.symbols]
        asked = [name for name in self._grading.events if name in self._rules.measures()]
        self._concentrations = {f"concentration_{drug}": patient.concentration(slot) for drug, slot in slots.items()}
        self._visits = Visits([*self._measured, *(f"grade_{name}" for name in asked)], self._concentrations)
        followed = [] if self._until_progression else [plan for plan in self._dosing.plans if not plan.waits]
        self._drug_levels = [self._outputs.index(patient.concentration(slots[plan.drug])) for plan in followed]
        self._pharmacokinetics = Pharmacokinetics(followed, n)

    def _start(self) -> None:
        """Measure everything before treatment, and give the first doses; the rules have nothing to decide yet."""
        context, parameters = self._context, dict(self._cohort.parameters)
        for name, slot in self._treatment.slots.items():
            parameters |= context.drug_parameters(context.drugs[name], slot, self._cohort)
        self.batch = context.model.start(len(self._now), parameters)
        everybody = np.ones(len(self._now), dtype=bool)
        self._true = true = self.batch.values(self._outputs)
        self._time_courses.keep(np.zeros((len(self._now), 1)), true[:, None, :len(self._time_courses.names)], self._now)
        self._grading.start(true[:, self._graded])
        self.deaths.start({name: self._of(name, true) for name in self.deaths.hazards})
        baseline = {name: self._measure(name, true, everybody) for name in self._measured}
        self._assessments.start(baseline)
        between, held = context.trial.assessments[SCAN], self._calendar.held(SCAN)
        self.scans, *brain = (Scans(baseline[name], between, self._horizon, context.recist, held)
                              for name in (patient.TUMOUR_DIAMETERS, patient.BRAIN_DIAMETERS)[:1 + self._has_brain])
        self._brain_scans = next(iter(brain), None)
        self._visits.add(self._now, baseline, np.full(len(self._now), Code.NONE, dtype=np.int8), self._levels(true))
        self._clones.remove_fractions_of_a_cell(self.batch, self.active)
        self._give(self._dosing.next_days() <= self._now + ROUNDING, true)

    # -- one round -------------------------------------------------------------------------------------------

    def advance_round(self) -> None:
        """Carry every active patient to its next stop, assess it and decide."""
        until = np.where(self.active, self._next_stops(), self._now)
        true = self._advance(until)
        self._clones.remove_fractions_of_a_cell(self.batch, self.active)
        operated = self._operate()
        on_study = self.active & np.isinf(self.scans.progression)
        response = self._scan(on_study & ~operated, true)
        self._treat(on_study & (response != Code.PD), true, response)
        ended = self.active & (self._now >= self._horizon - ROUNDING)
        if self._until_progression:
            progressed = self.active & np.isfinite(self.scans.progression)
            self._last_seen[progressed] = self._now[progressed]
            ended |= progressed
        self.active &= ~ended

    def part_done(self) -> float:
        """Return the part of the patient-days that is done, 0 to 1."""
        return float(np.where(self.active, self._now, self._horizon).mean() / self._horizon)

    def _next_stops(self) -> Floats:
        """Return the day of each patient's next stop."""
        stops = [np.full(len(self._now), self._horizon), self._calendar.next_day(SCAN, self._now)]
        on_study = np.isinf(self.scans.progression)
        treatment = [*self._assessments.next_visits(self._now), self._rules.next_check(), *self._dosing.next_days()]
        if self._operation is not None:
            treatment.append(np.full(len(self._now), self._operation.day))
        stops += [np.where(on_study & (days > self._now + ROUNDING), days, np.inf) for days in treatment]
        return np.asarray(np.min(stops, axis=0))

    def _advance(self, until: Floats) -> Floats:
        """Integrate to `until`; count deaths and failures; return the true values there, shape (n, k)."""
        days = self._time_courses.due(self._now, until)
        moments, places = merged(days, self._pharmacokinetics.due(self._now, until))
        inputs = _inputs(self._dosing, self._now, until, self.active)
        read = np.asarray(self.batch.advance(until, inputs=inputs, record=moments, outputs=self._outputs,
                                             active=self.active, threads=self._jobs))
        values = np.take_along_axis(read, places[:, :, None], axis=1)
        true = self._true.copy()     # nothing changes in those who stay where they are
        true[self.active] = self.batch.values(self._outputs, self.active)
        self._true = true
        failed = self.active & (self.batch.status != Status.OK)
        self._last_seen[failed] = self._now[failed]
        self.active &= ~failed
        treated = self.active & np.isinf(self.scans.progression)
        self._record_deaths(until, days, values, true)
        alive_until = np.minimum(until, self.deaths.day)
        self._time_courses.keep(np.where((self.active | np.isfinite(self.deaths.day))[:, None], days, np.nan),
                                values[:, :, :len(self._time_courses.names)], alive_until)
        self._grade(treated, alive_until, days, until, values, true)
        self._pharmacokinetics.follow(np.where(moments <= alive_until[:, None], moments, np.nan),
                                      read[:, :, self._drug_levels])
        self._now = until
        return true

    def _record_deaths(self, until: Floats, days: Floats, values: Floats, true: Floats) -> None:
        recorded = {name: values[:, :, self._outputs.index(name)] for name in self.deaths.hazards}
        reached = {name: self._of(name, true) for name in self.deaths.hazards}
        died = self.deaths.record(self.active, self._now, until, days, recorded, reached)
        self._last_seen[died] = self.deaths.day[died]
        self.active &= ~died

    def _grade(self, treated: Bools, alive_until: Floats, days: Floats, until: Floats, values: Floats,
               true: Floats) -> None:
        """Grade what happened on treatment since the last stop."""
        moments = np.concatenate([days, until[:, None]], axis=1)
        moments = np.where(moments <= alive_until[:, None], moments, np.nan)
        seen = np.concatenate([values[:, :, self._graded], true[:, None, self._graded]], axis=1)
        self._grading.record(moments, seen, treated)

    def _operate(self) -> Bools:
        """Operate on those whose day it is and who have not progressed, and return them; what regrows is a relapse.

        They are not scanned on that day: what was measured before the operation would look like a relapse after it.
        """
        if self._operation is None:
            return np.zeros(len(self._now), dtype=bool)
        who = self.active & np.isinf(self.scans.progression) & (np.abs(self._now - self._operation.day) < ROUNDING)
        if who.any():
            self._operation.operate(self.batch, who, self._clones.states)
            self.scans.start_anew(who, self._operation.day)
        return np.asarray(who)

    # -- assess and decide -----------------------------------------------------------------------------------

    def _scan(self, on_study: Bools, true: Floats) -> NDArray[np.int8]:
        """Scan those whose day it is; who has progressed leaves treatment for the later lines."""
        due = on_study & self._calendar.is_on(SCAN, self._now)
        self._diameters = self._measure(patient.TUMOUR_DIAMETERS, true, due)
        self._scanned = {patient.TUMOUR_DIAMETERS: self._diameters}
        new_lesion = self._of(patient.NEW_LESION_HAZARD, true) >= self._seeding
        response = self.scans.look(due, self._now, self._diameters, new_lesion)
        if self._brain_scans is not None:
            self._scanned[patient.BRAIN_DIAMETERS] = diameters = self._measure(patient.BRAIN_DIAMETERS, true, due)
            brain = self._brain_scans.look(due, self._now, diameters, np.zeros_like(new_lesion))
            response = self.scans.overrule(due, self._now, brain)
        progressed = response == Code.PD
        self._dosing.stop(np.broadcast_to(progressed, self._dosing.stopped.shape))
        if progressed.any():
            self.batch.set(patient.LATER_LINE, 1.0, where=progressed)
        return response

    def _treat(self, treated: Bools, true: Floats, response: NDArray[np.int8]) -> None:
        """Assess where it is due, apply the rules, and give or put off the doses of the day."""
        dosing, rules = self._dosing, self._rules
        values = {name: self._of(name, true) for name in self._assessments.measures}
        found = self._assessments.assess(self._now, values, treated, self._dose_due(treated),
                                         np.isfinite(self._diameters), rules)
        logged = self._scanned | columns(found, self._assessments.measures)
        self._visits.add(self._now, logged, response, self._levels(true))
        rules.apply_late(self._now, self._dose_due(treated), "stop")
        dose_due = self._dose_due(treated)      # the rules may have stopped a drug, or begun to give another
        wait = rules.held_until() - self._now
        held = dose_due & (wait > ROUNDING)
        dosing.postpone(held, wait)
        rules.apply_late(self._now, dose_due & ~held, "reload")
        self._give(dose_due & ~held, true)

    def _give(self, due: Bools, true: Floats) -> None:
        """Give the doses that are `due`, shape (plans, n); the true values are those before them."""
        self._dosing.give(due, self._now)
        self._pharmacokinetics.dose(due, self._now, true[:, self._drug_levels].T)

    def _levels(self, true: Floats) -> dict[str, Floats]:
        """Return the true concentrations by column of the table of visits."""
        return {column: self._of(symbol, true) for column, symbol in self._concentrations.items()}

    def _dose_due(self, treated: Bools) -> Bools:
        """Return which doses are due today, shape (plans, n)."""
        return treated & (self._dosing.next_days() <= self._now + ROUNDING) & (self._now < self._horizon - ROUNDING)

    def _of(self, symbol: str, true: Floats) -> Floats:
        """Return the true values of a symbol, shape (n,), of those of all outputs, shape (n, k)."""
        return np.asarray(true[:, self._outputs.index(symbol)])

    def _measure(self, kind: str, true: Floats, where: Bools) -> Floats:
        """Return measured values, NaN where nothing was measured."""
        return np.where(where, self._errors.read(kind, self._of(kind, true), self._now), np.nan)

    def outcome(self) -> ArmOutcome:
        """Return what happened, after the last round."""
        # who dies of a drug dies of lung injury
        self._grading.died_of(patient.LUNG_INJURY, self.deaths.toxic_day)
        words = {int(status): status.name.lower() for status in Status}
        slots = self._treatment.regimen_slots
        return ArmOutcome(
            arm=self._arm, cohort=self._cohort, censoring=self._context.trial.censoring,
            status=np.array([words[int(code)] for code in self.batch.status]),
            death=self.deaths.day, cause_of_death=self.deaths.cause, last_seen=self._last_seen,
            scans=self.scans, brain=self._brain_scans,
            operation=self._operation, visits=self._visits, dosing=self._dosing, decisions=self._rules.log,
            time_courses=self._time_courses,
            concentrations={drug: patient.concentration(slot) for drug, slot in slots.items()},
            extinct_clones=self._clones.extinct(), removed_cells=self._clones.removed,
            rules_not_applied=self._treatment.rules_not_applied,
            severity=self._grading.severity(), episodes=self._grading.episodes(),
            stopped_by=self._rules.stopped_by(), stopped_on=self._rules.stopped_on(),
            calendar=self._calendar, intervals=self._pharmacokinetics.intervals(),
        )


def _inputs(dosing: Dosing, now: Floats, until: Floats, active: Bools) -> Inputs | None:
    """Return what enters between two stops, None if nothing does."""
    rows = dosing.inputs(now, until, active)
    if not rows:
        return None
    patients, times, amounts, durations = (np.concatenate([row[k] for row in rows]) for k in (0, 1, 3, 4))
    targets = [row[2] for row in rows for _ in row[0]]
    return Inputs.from_arrays(len(now), patients, times, targets, amounts, durations)
