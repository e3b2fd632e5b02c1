"""The virtual trials that claims read: each trial is run once for all of them, arms side by side.

A trial is run only as far as it is read: the arms that are read, and, where nothing is read of what comes after
progression, each patient until progression. Who is the same patient in several trials is run once
(:mod:`her2lab.review.shared_runs`). Nothing of this changes a digit of what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import polars as pl

from her2lab.facts import library
from her2lab.facts.records import Arm, Drug
from her2lab.population import Cohort
from her2lab.review.records.readout import Readout
from her2lab.review.shared_runs import Share, patient_digests, shares
from her2lab.review.trial_designs import TrialDesign
from her2lab.task_pool import Progress, TaskPool
from her2lab.trial import TrialResult, check, trial_context
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.context import compiled_patient
from her2lab.trial.enrolment import enrol
from her2lab.trial.results.subject_table import subject_ids, subject_table
from her2lab.trial.results.time_series import ArmTimeSeries, time_series
from her2lab.trial.results.trial_result import TrialSummary
from her2lab.trial.results.visit_table import visit_table
from her2lab.trial.run import refuse_failures

Key = tuple[Path | None, str, str]  # file of a claim, name of a trial in it, claim whose mechanism is off
Place = tuple[Key, str]           # an arm of a trial

AFTER_PROGRESSION = ("os", "cns_pfs")          # endpoints for which those who have progressed are followed
READ_AFTERWARDS = ("concentration", "cost")    # and readings
READ_AT_VISITS = ("change", "decision")
READ_IN_TIME = ("concentration",)
FATAL_AFTERWARDS = "ild"                       # an event that may end the life of who has progressed


@dataclass(frozen=True)
class TrialRun:
    """One trial as it is run: its design with the arms that are read, what is read, and drugs that are changed."""

    design: TrialDesign
    reads: tuple[Readout, ...]
    drugs: Mapping[str, Drug]

    @property
    def people(self) -> str:
        """What says whom the trial enrols, apart from how many."""
        trial = self.design.trial.model_dump(include={"population", "baseline", "eligibility", "prior"})
        drugs = {name: drug.model_dump() for name, drug in self.drugs.items()}
        return repr((trial, self.design.people.model_dump(), drugs))

    def treatment(self, arm: Arm, key: Key) -> str:
        """What says what is done to the patients of an arm, and what is kept of it; series belong to one trial."""
        trial = self.design.trial.model_dump(exclude={"baseline", "eligibility", "arms"})
        drugs = {name: drug.model_dump() for name, drug in self.drugs.items()}
        kept = (self.until_progression, self.has_visits, key if self.has_time_series else None)
        return repr((trial, arm.model_dump(), drugs, kept))

    @property
    def has_visits(self) -> bool:
        """Whether something is read of single visits."""
        return any(read.kind in READ_AT_VISITS for read in self.reads)

    @property
    def has_time_series(self) -> bool:
        """Whether something is read of the course in time."""
        return any(read.kind in READ_IN_TIME for read in self.reads)

    @property
    def until_progression(self) -> bool:
        """Whether nothing is read of what comes after progression."""
        names = [read.hazard or read.endpoint or "" for read in self.reads]
        return not (any(name.startswith(AFTER_PROGRESSION) for name in names)
                    or any(read.kind in READ_AFTERWARDS or FATAL_AFTERWARDS in (read.events or [])
                           for read in self.reads))


def run_all(runs: Mapping[Key, TrialRun], *, seed: int = 1, jobs: int = 1,
            progress: Progress | None = None) -> dict[Key, TrialResult]:
    """Run trials and return their results, without series and visits that no claim reads.

    Parameters
    ----------
    runs
        What is to be run.
    seed
        Of the study; the results are the same for any number of workers.
    jobs
        Workers: arms are run side by side, the longest first, an arm in as many threads as workers are left.
    progress
        Called with (patient-days done, in all).

    Raises
    ------
    InputError
        If a design cannot be run.
    WorkError
        If too many patients of an arm could not be integrated.
    """
    for each in runs.values():
        check(each.design.trial)
    if runs:
        compiled_patient()  # once, before the workers ask for it
    longest = sorted(runs, key=lambda key: -runs[key].design.patients * runs[key].design.trial.followup)
    cohorts = _cohorts({key: runs[key] for key in longest}, seed, jobs)
    known = {key: patient_digests(cohort) for key, cohort in cohorts.items()}
    arms: dict[Place, Arm] = {(key, arm.id): arm for key in longest for arm in runs[key].design.trial.arms}
    shared = shares({(key, name): (runs[key].treatment(arm, key), known[key]) for (key, name), arm in arms.items()})
    to_run = {place: cohorts[place[0]].select(share.own) for place, share in shared.items() if len(share.own)}
    days = {place: _days(runs[place[0]], cohort) for place, cohort in to_run.items()}
    pool = TaskPool(jobs, sum(days.values()), progress)
    threads = max(1, jobs // max(len(to_run), 1))
    parts = pool.do({place: partial(_conducted, runs[place[0]], arms[place], cohort, threads, pool.share(days[place]))
                     for place, cohort in to_run.items()})
    return {key: _joined(run, cohorts[key], {place: shared[place] for place in arms if place[0] == key}, parts)
            for key, run in runs.items()}


def _days(run: TrialRun, cohort: Cohort) -> int:
    """Return the patient-days of a cohort in a trial, at most."""
    return round(len(cohort.patients) * run.design.trial.followup)


def _cohorts(runs: Mapping[Key, TrialRun], seed: int, jobs: int) -> dict[Key, Cohort]:
    """Enrol the patients of trials, once where they draw from the same people.

    Those whose patients have earlier lines to go through one after the other, by all workers; the others side by side.
    """
    alike: dict[str, dict[Key, TrialRun]] = {}
    for key, run in runs.items():
        alike.setdefault(run.people, {})[key] = run
    with_lines = [those for those in alike.values() if _have_lines(those)]
    others = [those for those in alike.values() if not _have_lines(those)]
    at_once = TaskPool(jobs).do({n: partial(_enrolled, those, seed, 1) for n, those in enumerate(others)})
    enrolled = [*at_once.values(), *(_enrolled(those, seed, jobs) for those in with_lines)]
    return {key: cohort for found in enrolled for key, cohort in found.items()}


def _have_lines(alike: Mapping[Key, TrialRun]) -> bool:
    run = next(iter(alike.values()))
    return bool(library.earlier_lines(run.design.trial, run.design.people))


def _enrolled(runs: Mapping[Key, TrialRun], seed: int, threads: int) -> dict[Key, Cohort]:
    """Enrol the patients of trials that draw from the same people; those of one size are the same, once.

    The largest first: the earlier lines of its candidates are kept on disk for the others.
    """
    by_size: dict[int, Cohort] = {}
    for size in sorted({run.design.patients for run in runs.values()}, reverse=True):
        run = next(each for each in runs.values() if each.design.patients == size)
        by_size[size] = enrol(run.design.trial, size, run.design.people, seed, drugs=run.drugs, jobs=threads)
    return {key: by_size[run.design.patients] for key, run in runs.items()}


@dataclass(frozen=True)
class _Part:
    """What came of the patients that one arm runs itself; visits and series only where somebody reads them."""

    patients: pl.DataFrame
    visits: pl.DataFrame
    series: Mapping[str, ArmTimeSeries]


def _conducted(run: TrialRun, arm: Arm, cohort: Cohort, threads: int, progress: Callable[[float], None]) -> _Part:
    """Return what came of patients in an arm."""
    trial = run.design.trial
    context = trial_context(trial, run.drugs)
    done = run_arm(context, arm, cohort, jobs=threads, progress=progress, until_progression=run.until_progression)
    progress(1.0)
    return _Part(subject_table(trial, [done], context.gradings),
                 visit_table(trial.id, done) if run.has_visits else pl.DataFrame({"patient": []}, {"patient": str}),
                 {arm.id: time_series(done)} if run.has_time_series else {})


def _joined(run: TrialRun, cohort: Cohort, arms: Mapping[Place, Share[Place]],
            parts: Mapping[Place, _Part]) -> TrialResult:
    """Return what came of the arms of a trial, without a summary.

    Raises
    ------
    WorkError
        If too many patients of an arm could not be integrated.
    """
    names, patients, visits = np.array(subject_ids(cohort)), [], []
    for place, share in arms.items():
        sources = [(parts[other], pl.col("patient").is_in(names[rows].tolist()))
                   for other, rows in [(place, share.own), *share.others.items()] if len(rows)]
        table = pl.concat([part.patients.filter(taken) for part, taken in sources], how="diagonal_relaxed")
        patients.append(pl.DataFrame({"patient": names}).join(table, on="patient", maintain_order="left"))
        visits += [part.visits.filter(taken) for part, taken in sources]
        refuse_failures(place[1], patients[-1]["status"].to_list())
    series = {arm: times for place in arms if place in parts for arm, times in parts[place].series.items()}
    return TrialResult(trial=run.design.trial, summary=cast(TrialSummary, {}),
                       patients=pl.concat(patients, how="diagonal_relaxed"),
                       visits=pl.concat(visits, how="diagonal_relaxed"), series=series, cohort=cohort)
