"""Run a virtual trial, and read back what a run has written."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from her2lab import resources
from her2lab import trial as room
from her2lab._types import Singles
from her2lab.api import arguments
from her2lab.api.kept_facts import own_facts, with_facts
from her2lab.api.library import AnyTrial, load_trial, with_parameters
from her2lab.api.progress import progress_bar
from her2lab.api.result import Result, trial_file
from her2lab.comparison import published_curves
from her2lab.comparison.curve_distance import with_distances
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import BIOMARKERS
from her2lab.population import Cohort
from her2lab.provenance.used_facts import used_facts
from her2lab.trial import TrialResult
from her2lab.trial.results import biomarkers, result_folder
from her2lab.trial.results.time_series import ArmTimeSeries
from her2lab.trial.results.trial_result import TABLES
from her2lab.trial.workload import refuse_if_large


def run_trial(
    trial: AnyTrial, *, patients: int | None = None, seed: int = 1, jobs: int | None = None, progress: bool = False,
    by: Sequence[str] = (), allow_large: bool = False, parameters: Mapping[str, object] | None = None,
) -> Result:
    """Run a virtual trial and set its outcome beside the published one.

    Parameters
    ----------
    trial
        A trial, or what :func:`her2lab.load_trial` takes: an id, a path or a mapping.
    patients
        Virtual patients per arm; as published if None. Every arm has the same virtual patients, or its own where the
        trial says so (`virtual_patients`).
    seed
        Same seed, same result to the bit, whatever `jobs`.
    jobs
        Workers; one per core if None.
    progress
        Show a bar on stderr.
    by
        Biomarkers by which outcomes are cut (``result.json``, report).
    allow_large
        Run even if it would need more than 4 GB of memory or 100 million visits of patients, as estimated.
    parameters
        Parameters of drugs to change: ``{"trastuzumab.clearance": "0.2 L/day"}``; a number alone has the unit of the
        drug's file. They become part of the trial (`changed_parameters`), of its result and of the hash of its facts.

    Returns
    -------
    Result
        Tables, plots and files, the same as ``her2lab trial run`` gives.

    Raises
    ------
    InputError
        If an argument cannot be used, the trial cannot be run, or is very large.
    WorkError
        If more than one patient in a hundred could not be integrated.

    Examples
    --------
    >>> her2lab.run_trial("cleopatra", patients=2, seed=7)
    <Result of cleopatra: 4 virtual patients, seed 7>
    """
    record, count = with_parameters(load_trial(trial), parameters or {}), arguments.patients(patients)
    start, workers, markers = arguments.seed(seed), arguments.jobs(jobs), list(dict.fromkeys(by))
    for marker in markers:
        arguments.one_of("by", "biomarker", marker, BIOMARKERS)
    if not allow_large:
        refuse_if_large(record, count)
    published_curves.check(record)
    with progress_bar(record.id, shown=progress) as advance:
        found = room.run_trial(record, patients=count, seed=start, jobs=workers, progress=advance)
    facts = used_facts(record)
    found = with_facts(biomarkers.with_biomarkers(with_distances(found), markers), facts)
    return Result(found, reproduce(record, count, start, markers), kept=facts.kept)


def reproduce(trial: Trial, patients: int | None, seed: int, by: Sequence[str] = ()) -> str:
    """Return the command that gives a result again, in the folder of the result.

    A trial that is built in is named by its id, any other by the file that lies beside the result.
    """
    with resources.home(None):
        known = trial.id in library.files("trials") and library.trial(trial.id) == trial
    name = trial.id if known else trial_file(trial)
    size = "" if patients is None else f" --patients {patients}"
    return f"her2lab trial run {name}{size} --seed {seed}" + "".join(f" --by {marker}" for marker in by)


def read_result(folder: str | os.PathLike[str]) -> Result:
    """Read back what a finished run has written.

    Courses in time are not kept in the folder, so that plots of tumours, organs and concentrations are missing.

    Parameters
    ----------
    folder
        What :meth:`Result.write` or ``her2lab trial run`` has written.

    Returns
    -------
    Result

    Raises
    ------
    InputError
        If there is no finished run.

    Examples
    --------
    >>> again = her2lab.read_result(result.write(folder / "cleopatra"))
    >>> again.times.equals(result.times), "pfs" in again.plots, "tumour" in again.plots
    (True, True, False)
    """
    place = Path(folder)
    summary = result_folder.summary(place)
    path = place / f"{summary.get('trial')}.yaml"
    if not path.is_file():
        raise InputError("holds no trial", file=place, expected=f"{path.name}, the trial as it was run")
    with resources.home(place if own_facts(summary) else None):
        trial = load_trial(path)
    tables = {name: result_folder.table(place, name) for name in TABLES}
    sizes = {arm["id"]: arm["n"] for arm in summary["arms"]}
    nobody = Cohort(summary["seed"], np.zeros(0, dtype=np.int64), pl.DataFrame(), {})
    found = TrialResult(trial=trial, summary=summary, series={arm: _no_courses(n) for arm, n in sizes.items()},
                        cohort=nobody, **tables)
    markers = list(dict.fromkeys(each["biomarker"] for each in summary.get("biomarkers", ())))
    asked = {arm.id: arm.n for arm in trial.arms} != sizes
    command = reproduce(trial, max(sizes.values()) if asked else None, summary["seed"], markers)
    return Result(found, command, folder=place)


def _no_courses(n: int) -> ArmTimeSeries:
    nothing: Singles = np.zeros((n, 0), dtype=np.float32)
    return ArmTimeSeries(np.zeros(0), nothing, nothing, nothing, {})


def run_patient(trial: AnyTrial, patient: int, *, seed: int = 1,
                parameters: Mapping[str, object] | None = None) -> TrialResult:
    """Run one virtual patient of a trial, by number from 0, through every arm; `parameters` as in :func:`run_trial`.

    Raises
    ------
    InputError
        If an argument cannot be used, or the patient does not come to the trial.
    """
    number = arguments.whole("patient", patient, 0, arguments.LARGEST_PATIENT)
    return room.run_patient(with_parameters(load_trial(trial), parameters or {}), number, seed=arguments.seed(seed))
