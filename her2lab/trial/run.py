"""From a trial file to its result: the checks before the run, the patients, and the arms.

Patients are independent of each other, so that the arms are run in parts: the memory that a simulation needs does not
grow with their number, and several workers have parts of their own. Nothing depends on how an arm is divided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from her2lab._types import AmountDone, Integers
from her2lab.errors import WorkError
from her2lab.facts import library
from her2lab.facts.records import Arm, Drug, Population, Trial
from her2lab.population import Cohort
from her2lab.task_pool import TaskPool
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.context import TrialContext, trial_context
from her2lab.trial.enrolment import enrol, enrol_one
from her2lab.trial.feasibility import check, check_conduct
from her2lab.trial.results import subject_table
from her2lab.trial.results.arm_tables import ArmTables, arm_tables, joined
from her2lab.trial.results.trial_result import TrialResult, summarise

FEWEST_AT_ONCE, MOST_AT_ONCE = 64, 512  # patients of a part: fewer waste time between steps, more take memory
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
        Patients per arm; None for the arm sizes of the file. Every arm has the same virtual patients, or its own where
        the trial says so (`virtual_patients`).
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
        If the protocol cannot be run: see :mod:`her2lab.trial.feasibility`.
    WorkError
        If more than one patient in a hundred could not be integrated.
    """
    check(trial, patients)
    check_conduct(trial, people, drugs)
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

    wanted = max(first + sizes[arm] for arm, first in _first_rows(trial, sizes).items())
    cohort = enrol(trial, wanted, people or library.population_of(trial), seed, drugs=drugs, jobs=jobs,
                     progress=recruiting)
    return run_arms(setting, cohort, sizes, jobs=jobs, progress=running)


def run_patient(trial: Trial, patient: int, *, seed: int = 1) -> TrialResult:
    """Run one virtual patient, by number, through every arm; the same one as in :func:`run` with this seed.

    Arms are compared in one patient, so that they are twins whatever the trial says of its virtual patients.

    Raises
    ------
    InputError
        As :func:`run`; or if this patient's earlier lines do not lead to the trial.
    """
    check(trial)
    check_conduct(trial)
    cohort = enrol_one(trial, patient, library.population_of(trial), seed)
    twins = trial.model_copy(update={"virtual_patients": "twins"})
    return run_arms(trial_context(twins), cohort, {arm.id: 1 for arm in trial.arms})


def run_arms(
    setting: TrialContext, cohort: Cohort, sizes: dict[str, int], *, jobs: int = 1, progress: AmountDone | None = None,
    until_progression: bool = False,
) -> TrialResult:
    """Run the arms of a prepared trial in a cohort and sum up.

    Each arm has the first `sizes` patients; where the trial asks for independent arms, the next `sizes` patients.
    With `until_progression` nobody is followed after it, so that survival is censored there.
    """
    trial = setting.trial
    parts = _run_parts(setting, cohort, sizes, jobs, progress, until_progression)
    arms = {arm.id: joined(list(parts[arm.id].values())) for arm in trial.arms}
    for name, found in arms.items():
        refuse_failures(name, found.subjects.table["status"].to_list())
    subjects = [found.subjects for found in arms.values()]
    summary = summarise(trial, cohort.seed, setting.model.hash, subjects, setting.gradings,
                        {name: found.rules_not_applied for name, found in arms.items()})
    last = ["response", "decisions"]        # after the measures, of which arms with other drugs have others
    visits = pl.concat([found.visits for found in arms.values()], how="diagonal")
    return TrialResult(
        trial=trial, summary=summary, patients=subject_table.joined(subjects),
        visits=visits.select(pl.exclude(last), *last), times=pl.concat([found.times for found in arms.values()]),
        exposure=pl.concat([found.exposure for found in arms.values()]),
        adverse_events=pl.concat([found.adverse_events for found in arms.values()]),
        pharmacokinetics=pl.concat([found.pharmacokinetics for found in arms.values()]),
        disposition=pl.concat([found.disposition for found in arms.values()]),
        series={name: found.series for name, found in arms.items() if found.series is not None}, cohort=cohort,
    )


def _run_parts(setting: TrialContext, cohort: Cohort, sizes: Mapping[str, int], jobs: int, progress: AmountDone | None,
               until_progression: bool) -> dict[str, dict[int, ArmTables]]:
    """Return what came of the patients by arm and number of the first patient of a part, both in order."""
    followup = setting.trial.followup
    begins = _first_rows(setting.trial, sizes)
    shares = {(arm.id, int(rows[0])): (arm, rows) for arm in setting.trial.arms
              for rows in _shares(sizes[arm.id], sum(sizes.values()), jobs)}
    pool = TaskPool(jobs, sum(round(len(rows) * followup) for _, rows in shares.values()), progress)

    def task(arm: Arm, rows: Integers) -> Callable[[], ArmTables]:
        def work() -> ArmTables:
            outcome = run_arm(setting, arm, cohort.select(rows + begins[arm.id]), until_progression=until_progression,
                              progress=pool.share(round(len(rows) * followup)))
            return arm_tables(setting, outcome, int(rows[0]))

        return work

    found = pool.do({place: task(arm, rows) for place, (arm, rows) in shares.items()})
    return {arm.id: {first: found[name, first] for name, first in shares if name == arm.id}
            for arm in setting.trial.arms}


def _first_rows(trial: Trial, sizes: Mapping[str, int]) -> dict[str, int]:
    """Return the row of the cohort with which the patients of each arm begin: 0 where the arms are twins."""
    if trial.virtual_patients == "twins":
        return dict.fromkeys(sizes, 0)
    ends = np.cumsum([sizes[arm.id] for arm in trial.arms]).tolist()
    return {arm.id: end - sizes[arm.id] for arm, end in zip(trial.arms, ends, strict=True)}


def _shares(n: int, everybody: int, jobs: int) -> list[Integers]:
    """Return the rows of the `n` patients of an arm in parts: two for each worker, neither small nor large."""
    size = min(max(everybody / (2 * jobs), FEWEST_AT_ONCE), MOST_AT_ONCE)
    return np.array_split(np.arange(n), max(round(n / size), 1))


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
