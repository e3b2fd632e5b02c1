"""``her2lab validate``: run the trial library and write the credibility report."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from her2lab.errors import InputError, WorkError
from her2lab.lab.cli.before_run import check_folder
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, progress, show, show_json
from her2lab.lab.cli.values import Jobs, read_seed, whole

if TYPE_CHECKING:
    from her2lab.comparison.run_store import RunStore

OUT = Path("results") / "validation"


def validate(
    trials: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TRIAL]...", help="Trials, by name or file; the whole library if none."),
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(metavar="N", parser=whole("--patients", 1, 10**6), help="Per arm; default: as published."),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="S", parser=read_seed, help="Same seed, same result.")
    ] = 1,
    jobs: Jobs = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of runs and report.")] = OUT,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Run the sensitivity analysis instead of trials, and report.")
    ] = False,
    report_only: Annotated[
        bool, typer.Option("--report-only", help="Write the report anew from the runs in DIR.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the trials of the library and write how far the predictions can be trusted, calibration and validation apart.

    Each finished trial is kept in DIR/trials; an interrupted run goes on where it stopped, what was run with another
    model, facts, seed or size is run anew. Writes credibility.html and credibility.json into DIR.

    Example: her2lab validate --jobs 2
    """
    from her2lab.comparison.run_store import RunStore
    from her2lab.presentation.credibility import report, terminal

    if report_only and (sensitivity or trials):
        raise InputError("runs nothing", field="--report-only", expected="no trials and no --sensitivity beside it")
    store, workers = RunStore(check_folder(out)), jobs or os.cpu_count() or 1
    failures: dict[str, str] = {}
    chosen = list(store.runs)
    try:
        if sensitivity:
            _analyse(out, workers)
        elif not report_only:
            chosen, failures = _run(trials or [], store, seed, patients, workers)
    except KeyboardInterrupt as stop:
        raise type(stop)(f"interrupted; what is finished is kept in {out}, the same command goes on") from None
    summary = report.write_report(store, chosen)
    if as_json:
        show_json(summary)
    else:
        show(terminal.targets(summary), "", terminal.sentence(summary), RESEARCH_USE, f"report: {out / report.PAGE}")
    if failures:
        raise WorkError(f"{len(failures)} trial(s) could not be run: {', '.join(failures)}")


def _run(named: list[str], store: RunStore, seed: int, patients: int | None,
         jobs: int) -> tuple[list[str], dict[str, str]]:
    """Run the trials that are not there yet; return those that the report rests on, and the failures."""
    from her2lab.comparison.run_store import Stamp
    from her2lab.credibility.library_runs import run_library
    from her2lab.facts import library
    from her2lab.presentation.credibility import terminal

    trials = {name: library.trial(name) for name in named or library.files("trials")}
    stamp = Stamp.now(next(iter(trials.values())), seed, patients)
    stale = sum(run.stamp != stamp for run in store.runs.values())
    if stale:
        _note(f"{stale} stored run(s) are of another model, facts, seed or size and do not count")
    with progress("trials") as advance:
        failures = run_library(trials, store, stamp, jobs=jobs, progress=advance,
                               ended=lambda trial: _note(terminal.ended(trial)))
    return [name for name, run in store.runs.items() if run.stamp == stamp], failures


def _note(text: str) -> None:
    print(f"her2lab: {text}", file=sys.stderr)


def _analyse(out: Path, jobs: int) -> None:
    from her2lab.credibility.assessment import SENSITIVITY
    from her2lab.credibility.sensitivity import analyse
    from her2lab.facts import library

    out.mkdir(parents=True, exist_ok=True)
    with progress("sensitivity") as advance:
        analyse(library.credibility_plan().sensitivity, out / SENSITIVITY, jobs=jobs, progress=advance)
