"""The virtual trials that statements read: each trial is run once for all of them, arms side by side.

A trial is run only as far as it is read: the arms that are read, and, where nothing is read of what comes after
progression, each patient until progression. Neither changes a digit of what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar

import polars as pl

from her2lab.facts.records import Arm, Drug
from her2lab.facts.trial_claim_checks import Protocol
from her2lab.facts.trial_readouts import Readout
from her2lab.population import Cohort
from her2lab.trial import TrialResult, carry_out, check, prepare
from her2lab.trial.preparing import compiled
from her2lab.trial.recruiting import recruit

Progress = Callable[[int, int], None]
Key = tuple[Path, str, str]  # the file of a statement, the name of a trial in it, the statement whose mechanism is off
Name = TypeVar("Name", bound=Hashable)
Found = TypeVar("Found")

AFTER_PROGRESSION = ("os", "cns_pfs")          # endpoints for which those who have progressed are followed
READ_AFTERWARDS = ("concentration", "cost")    # and readings
FATAL_AFTERWARDS = "ild"                       # an event that may end the life of who has progressed


@dataclass(frozen=True)
class Run:
    """One trial as it is run: its protocol with the arms that are read, what is read, and drugs that are changed."""

    protocol: Protocol
    reads: tuple[Readout, ...]
    drugs: Mapping[str, Drug]

    @property
    def days(self) -> int:
        """Patient-days of one arm, at most."""
        return round(self.protocol.patients * self.protocol.trial.followup)

    @property
    def people(self) -> str:
        """What says whom the trial recruits, apart from how many."""
        trial = self.protocol.trial.model_dump(include={"population", "baseline", "eligibility", "prior"})
        drugs = {name: drug.model_dump() for name, drug in self.drugs.items()}
        return repr((trial, self.protocol.people.model_dump(), drugs))

    @property
    def until_progression(self) -> bool:
        """Whether nothing is read of what comes after progression."""
        names = [read.hazard or read.endpoint or "" for read in self.reads]
        return not (any(name.startswith(AFTER_PROGRESSION) for name in names)
                    or any(read.kind in READ_AFTERWARDS or FATAL_AFTERWARDS in (read.events or [])
                           for read in self.reads))


def run_all(runs: Mapping[Key, Run], *, seed: int = 1, jobs: int = 1,
            progress: Progress | None = None) -> dict[Key, TrialResult]:
    """Run trials and return their results, without courses and visits that no statement reads.

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
        If a protocol cannot be run.
    WorkError
        If too many patients of an arm could not be integrated.
    """
    for each in runs.values():
        check(each.protocol.trial)
    if runs:
        compiled()  # once, before the workers ask for it
    longest = sorted(runs, key=lambda key: -runs[key].days)
    arms = [(key, arm) for key in longest for arm in runs[key].protocol.trial.arms]
    crew = _Crew(jobs, sum(runs[key].days for key, _ in arms), progress)
    alike: dict[str, list[Key]] = {}
    for key in longest:
        alike.setdefault(runs[key].people, []).append(key)
    threads = max(1, jobs // max(len(alike), 1))
    recruited = crew.do({name: partial(_recruited, {key: runs[key] for key in keys}, seed, threads)
                         for name, keys in alike.items()})
    cohorts = {key: cohort for found in recruited.values() for key, cohort in found.items()}
    threads = max(1, jobs // max(len(arms), 1))
    parts = crew.do({(key, arm.id): partial(_conducted, runs[key], arm, cohorts[key], threads, crew.report)
                     for key, arm in arms})
    return {key: _joined(each, [parts[key, arm.id] for arm in each.protocol.trial.arms]) for key, each in runs.items()}


class _StoppedError(Exception):
    """Another worker has failed, or the user has interrupted."""


class _Crew:
    """Workers that leave off when one of them fails or the user interrupts, and count together what they have done."""

    def __init__(self, jobs: int, total: int, progress: Progress | None) -> None:
        self.jobs, self.total, self.progress = jobs, total, progress
        self.done, self.stopped, self.lock = 0, Event(), Lock()

    def report(self, days: int) -> None:
        """Count patient-days, in a worker."""
        if self.stopped.is_set():
            raise _StoppedError
        with self.lock:
            self.done += days
            if self.progress is not None:
                self.progress(self.done, self.total)

    def do(self, tasks: Mapping[Name, Callable[[], Found]]) -> dict[Name, Found]:
        """Do tasks, the first first, and return what came out of each."""
        with ThreadPoolExecutor(self.jobs) as pool:
            named = {pool.submit(work): name for name, work in tasks.items()}
            try:
                return {named[future]: future.result() for future in as_completed(named)}
            except BaseException:
                self.stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _recruited(runs: Mapping[Key, Run], seed: int, threads: int) -> dict[Key, Cohort]:
    """Recruit trials that draw from the same people; those of one size get the same patients, recruited once.

    The largest first: the earlier lines of its candidates are kept on disk for the others.
    """
    by_size: dict[int, Cohort] = {}
    for size in sorted({run.protocol.patients for run in runs.values()}, reverse=True):
        run = next(each for each in runs.values() if each.protocol.patients == size)
        by_size[size] = recruit(run.protocol.trial, size, run.protocol.people, seed, drugs=run.drugs, jobs=threads)
    return {key: by_size[run.protocol.patients] for key, run in runs.items()}


def _conducted(run: Run, arm: Arm, cohort: Cohort, threads: int, report: Callable[[int], None]) -> TrialResult:
    """Return the result of one arm, less what nobody reads: courses and visits are large."""
    reported = 0

    def progress(done: int, _total: int) -> None:
        nonlocal reported
        report(done - reported)
        reported = done

    trial = run.protocol.trial.model_copy(update={"arms": [arm]})
    result = carry_out(prepare(trial, run.drugs), cohort, {arm.id: run.protocol.patients}, jobs=threads,
                       progress=progress, until_progression=run.until_progression)
    report(run.days - reported)
    kinds = {read.kind for read in run.reads}
    return replace(result, series=result.series if "concentration" in kinds else {},
                   visits=result.visits if kinds & {"change", "decision"} else result.visits.clear())


def _joined(run: Run, parts: list[TrialResult]) -> TrialResult:
    """Return the arms of a trial as one result."""
    return replace(parts[0], trial=run.protocol.trial,
                   patients=pl.concat([part.patients for part in parts], how="diagonal_relaxed"),
                   visits=pl.concat([part.visits for part in parts], how="diagonal_relaxed"),
                   series={arm: course for part in parts for arm, course in part.series.items()})
