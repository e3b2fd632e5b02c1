"""From a trial file to its result: the checks before the run, the patients, the arms one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from her2lab._types import AmountDone
from her2lab.errors import InputError, WorkError
from her2lab.facts import library
from her2lab.facts.records import Drug, Population, Trial
from her2lab.population import Cohort
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.context import TrialContext, trial_context
from her2lab.trial.enrolment import enrol, enrol_one
from her2lab.trial.results.adverse_event_table import adverse_event_table
from her2lab.trial.results.disposition_table import disposition_table
from her2lab.trial.results.exposure_table import exposure_table
from her2lab.trial.results.pharmacokinetics_table import pharmacokinetics_table
from her2lab.trial.results.subject_table import arm_subjects, joined
from her2lab.trial.results.time_series import time_series
from her2lab.trial.results.times_table import times_table
from her2lab.trial.results.trial_result import TrialResult, summarise
from her2lab.trial.results.visit_table import visit_table
from her2lab.trial.statistics import endpoints

MOST_FAILURES = 0.01  # of the patients of an arm; above it the model, not the patient, is at fault


def run_trial(
    trial: Trial, *, patients: int | None = None, seed: int = 1, jobs: int = 1, progress: AmountDone | None = None,
    people: Population | None = None, drugs: Mapping[str, Drug] | None = None,
) -> TrialResult:
    """Run a virtual trial.

    Parameters
    ----------
    trial
        The protocol, as :func:`her2lab.facts.library.trial` reads it.
    patients
        Patients per arm; None for the arm sizes of the file. Every arm has the same virtual patients.
    seed
        Same seed, same result.
    jobs
        Threads; the result is the same for any number.
    progress
        Called with (patient-days done, patient-days in all) after each round, earlier lines included.
    people
        The population to draw from; None for the trial's own.
    drugs
        Drugs by id that take the place of the library's, in earlier lines as well.

    Raises
    ------
    InputError
        If the protocol cannot be run: see :func:`check`.
    WorkError
        If more than one patient in a hundred could not be integrated.
    """
    check(trial, patients)
    setting = trial_context(trial, drugs)
    sizes = {arm.id: patients or arm.n for arm in trial.arms}
    to_come, before = round(sum(sizes.values()) * trial.followup), 0

    def recruiting(done: int, cost: int) -> None:
        nonlocal before
        before = cost
        if progress is not None:
            progress(done, cost + to_come)

    def running(done: int, cost: int) -> None:
        if progress is not None:
            progress(before + done, before + cost)

    cohort = enrol(trial, max(sizes.values()), people or library.population_of(trial), seed, drugs=drugs, jobs=jobs,
                     progress=recruiting)
    return run_arms(setting, cohort, sizes, jobs=jobs, progress=running)


def run_patient(trial: Trial, patient: int, *, seed: int = 1) -> TrialResult:
    """Run one virtual patient, by number, through every arm; the same one as in :func:`run` with this seed.

    Raises
    ------
    InputError
        As :func:`run`; or if this patient's earlier lines do not lead to the trial.
    """
    check(trial)
    cohort = enrol_one(trial, patient, library.population_of(trial), seed)
    return run_arms(trial_context(trial), cohort, {arm.id: 1 for arm in trial.arms})


def check(trial: Trial, patients: int | None = None) -> None:
    """Refuse what cannot be run, before anything is computed.

    Raises
    ------
    InputError
        For a number of patients below one, arms without patients or of the same name, no calendar of scans, an
        unknown rule, and what the present model does not simulate: an endpoint.
    """
    if patients is not None and patients < 1:
        raise InputError("a trial needs patients", field="patients", value=patients, expected="a number of at least 1")
    for name, count in Counter(arm.id for arm in trial.arms).items():
        if count > 1:
            raise InputError("two arms have the same name", field="arms.id", value=name, expected="one name per arm")
    for arm in trial.arms:
        if arm.n < 1:
            raise InputError("an arm needs patients", field=f"arms.{arm.id}.n", value=arm.n, expected="at least 1")
    if "tumour" not in trial.assessments:
        raise InputError("a trial needs a calendar of tumour scans", field="assessments.tumour",
                         expected="the days between two scans")
    endpoints.wanted(trial)
    library.rules_in_force(trial)


def run_arms(
    setting: TrialContext, cohort: Cohort, sizes: dict[str, int], *, jobs: int = 1, progress: AmountDone | None = None,
    until_progression: bool = False,
) -> TrialResult:
    """Run the arms of a prepared trial in a cohort, each with its first `sizes` patients, and sum up.

    With `until_progression` nobody is followed after it, so that survival is censored there.
    """
    trial, outcomes, done = setting.trial, list[ArmOutcome](), 0
    total = round(sum(sizes.values()) * trial.followup)
    for arm in trial.arms:
        share = sizes[arm.id] * trial.followup

        def report(part: float, begun: int = done, share: float = share) -> None:
            if progress is not None:
                progress(begun + round(part * share), total)

        outcomes.append(run_arm(setting, arm, cohort.select(np.arange(sizes[arm.id])), jobs=jobs, progress=report,
                                until_progression=until_progression))
        refuse_failures(arm.id, outcomes[-1].status.tolist())
        done += round(share)
    subjects = [arm_subjects(trial, outcome, setting.gradings) for outcome in outcomes]
    summary = summarise(trial, cohort.seed, setting.model.hash, subjects, setting.gradings,
                        {outcome.arm.id: outcome.rules_not_applied for outcome in outcomes})
    return TrialResult(
        trial=trial, summary=summary, patients=joined(subjects), visits=visit_table(trial.id, outcomes),
        times=times_table(trial, outcomes, subjects), exposure=exposure_table(trial.id, outcomes),
        adverse_events=adverse_event_table(trial, outcomes, setting.rules, setting.gradings, setting.drugs),
        pharmacokinetics=pharmacokinetics_table(trial.id, outcomes),
        disposition=disposition_table(trial.id, outcomes, setting.rules),
        series={outcome.arm.id: time_series(outcome) for outcome in outcomes}, cohort=cohort,
    )


def refuse_failures(arm: str, status: Sequence[str]) -> None:
    """Stop when too many patients of an arm could not be integrated for its statistics to be trusted.

    Raises
    ------
    WorkError
        If more than one patient in a hundred has another status than "ok".
    """
    failed = Counter(each for each in status if each != "ok")
    if failed.total() > MOST_FAILURES * len(status):
        causes = ", ".join(f"{count} {cause}" for cause, count in sorted(failed.items()))
        raise WorkError(f"arm {arm}: {failed.total()} of {len(status)} patients could not be integrated, {causes}")
