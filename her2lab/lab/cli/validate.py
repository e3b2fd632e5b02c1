"""``her2lab validate``: run the trial library and write the credibility report."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from her2lab.errors import InputError, WorkError
from her2lab.lab.cli.folder import check_folder
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, progress, show, show_json
from her2lab.lab.cli.values import whole

if TYPE_CHECKING:
    from her2lab.comparison.run_store import RunStore
    from her2lab.credibility.library_runs import Ended
    from her2lab.facts.records import Trial

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
        int, typer.Option(metavar="S", parser=whole("--seed", 0, 2**63 - 1), help="Same seed, same result.")
    ] = 1,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="J", parser=whole("--jobs", 1, 1024), help="Workers.  [default: one per core]"),
    ] = None,
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
    summary = _report(store, chosen)
    if as_json:
        show_json(summary)
    else:
        show(_targets(summary), "", _sentence(summary), RESEARCH_USE, f"report: {out / 'credibility.html'}")
    if failures:
        raise WorkError(f"{len(failures)} trial(s) could not be run: {', '.join(failures)}")


def _run(named: list[str], store: RunStore, seed: int, patients: int | None,
         jobs: int) -> tuple[list[str], dict[str, str]]:
    """Run the trials that are not there yet; return those that the report rests on, and the failures."""
    from her2lab.comparison.run_store import Stamp
    from her2lab.credibility.library_runs import run_library
    from her2lab.facts import library

    trials: dict[str, Trial] = {name: library.trial(name) for name in named or library.files("trials")}
    stamp = Stamp.now(next(iter(trials.values())), seed, patients)
    stale = sum(run.stamp != stamp for run in store.runs.values())
    if stale:
        _note(f"{stale} stored run(s) are of another model, facts, seed or size and do not count")
    with progress("trials") as advance:
        failures = run_library(trials, store, stamp, jobs=jobs, progress=advance, ended=_say_ended)
    return [name for name, run in store.runs.items() if run.stamp == stamp], failures


def _say_ended(ended: Ended) -> None:
    place = f"{ended.place} of {ended.of}: {ended.trial}"
    if ended.failure is not None:
        _note(f"{place} failed: {ended.failure}")
    elif ended.seconds is None:
        _note(f"{place} was there")
    else:
        _note(f"{place} run in {ended.seconds:.0f} s")


def _note(text: str) -> None:
    print(f"her2lab: {text}", file=sys.stderr)


def _analyse(out: Path, jobs: int) -> None:
    from her2lab.credibility.assessment import SENSITIVITY
    from her2lab.credibility.sensitivity import analyse
    from her2lab.facts import library

    out.mkdir(parents=True, exist_ok=True)
    with progress("sensitivity") as advance:
        analyse(library.credibility_plan().sensitivity, out / SENSITIVITY, jobs=jobs, progress=advance)


def _report(store: RunStore, chosen: list[str]) -> dict[str, Any]:
    """Write both files of the report and return what the JSON holds."""
    import json

    from her2lab import storage
    from her2lab.credibility.assessment import assess
    from her2lab.credibility.interval_update import renew
    from her2lab.facts import library
    from her2lab.presentation import credibility

    for name in chosen:
        if store.runs[name].failure is None:
            store.renew(name, partial(renew, library.trial(store.runs[name].given)))
    summary = credibility.document(assess(store, chosen))
    text = json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    storage.write(store.folder / "credibility.html", credibility.render(summary).encode())
    storage.write(store.folder / "credibility.json", text.encode())
    return summary


def _targets(summary: dict[str, Any]) -> Table:
    table = Table("validation trials", "wanted", "reached", "", box=None, header_style="bold")
    for row in summary["targets"]:
        shown = "–" if row["reached"] is None else f"{row['reached']:.3g}"
        verdict = {True: "met", False: "not met", None: "nothing to judge"}[row["met"]]
        table.add_row(row["target"], row["wanted"], shown, verdict)
    return table


def _sentence(summary: dict[str, Any]) -> str:
    """Say on how many figures this rests, and that those of calibration trials are kept apart."""
    ours, theirs = (summary["scores"][use]["all"] for use in ("validation", "calibration"))
    missing = len(summary["trials"]["missing"])
    return (
        f"{ours['inside']} of {ours['n']} published figures of validation trials are inside; of calibration trials, "
        f"which may be fitted, {theirs['inside']} of {theirs['n']}. {summary['trials']['run']} trials were run"
        + (f", {missing} of the library were not." if missing else ".")
    )
