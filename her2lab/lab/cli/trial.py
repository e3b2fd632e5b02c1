"""``her2lab trial``: list, show and run virtual trials, and draw the picture of one."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from her2lab.api.arguments import MOST_PATIENTS
from her2lab.errors import InputError, WorkError
from her2lab.facts.vocabulary import BIOMARKERS
from her2lab.lab.cli.before_run import check_folder
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, naming, progress, show, show_json, warn
from her2lab.lab.cli.values import Changed, Jobs, read_seed, settings, whole

if TYPE_CHECKING:
    from her2lab.api.result import Result

app = typer.Typer(help="The trials: list, show, run.", rich_markup_mode=None)
Identifier = Annotated[
    str, typer.Argument(metavar="ID_OR_FILE", help="A trial, as `her2lab trial list` names it, or a file.")
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="BIOMARKER",
        help="Benefit at each level of a marker, with interaction and forest plot; may be repeated. One of "
        + ", ".join(BIOMARKERS) + ".",
        show_default=False,
    ),
]


@app.command("list")
def list_trials(as_json: AsJson = False) -> None:
    """List the trials.

    Example: her2lab trial list
    """
    from her2lab.facts import library
    from her2lab.presentation import facts_tables

    trials = library.trials()
    if as_json:
        show_json([facts_tables.to_json(trial) for trial in trials])
    else:
        show(facts_tables.trial_table(trials))


@app.command("show")
def show_trial(identifier: Identifier, as_json: AsJson = False) -> None:
    """Show one trial: patients, arms, doses, assessments and what was published.

    Example: her2lab trial show cleopatra
    """
    from her2lab.facts import library
    from her2lab.presentation import facts_tables

    trial = library.trial(identifier)
    rules = library.rules_by_switch(trial)
    warn(library.doubts(trial))
    if as_json:
        show_json({**facts_tables.to_json(trial), "rules_by_switch": rules,
                   "library_changes": library.changes_of(trial)})
    else:
        show(facts_tables.trial_page(trial, library.earlier_lines(trial), rules))


@app.command("run")
def run(
    identifier: Identifier,
    patients: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=whole("--patients", 1, MOST_PATIENTS),
            help="Virtual patients per arm; default: as published.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="S", parser=read_seed, help="Same seed, same result.")
    ] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the result.  [default: results/<trial>]")
    ] = None,
    jobs: Jobs = None,
    by: By = None,
    independent: Annotated[
        bool, typer.Option("--independent", help="Every arm has virtual patients of its own, as in a real trial.")
    ] = False,
    changed: Changed = None,
    csv: Annotated[bool, typer.Option("--csv", help="Write each table as CSV as well.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Run even if it is very large.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a trial in virtual patients and set the outcome beside the published one.

    Writes into DIR what her2lab.run_trial(…).write(DIR) writes: result.json, the tables patients, visits, times,
    adverse_events, exposure, pharmacokinetics and disposition (.parquet) with what their columns mean (columns.json),
    report.html, the trial as it was run, and facts of your own that it read.

    Example: her2lab trial run cleopatra --patients 200 --by pik3ca_mutated --set "pertuzumab.clearance=0.5 L/day"
    """
    from her2lab.api.library import load_trial, with_parameters
    from her2lab.api.run import run_trial
    from her2lab.facts import library

    trial = with_parameters(load_trial(identifier), settings("--set", changed or []))
    if independent:
        trial = trial.replace(virtual_patients="independent")
    folder = check_folder(out or Path("results") / trial.id)
    warn(library.doubts(trial))
    with naming(identifier):
        result = run_trial(trial, patients=patients, seed=seed, jobs=jobs, progress=True, by=by or (), allow_large=yes)
    result.write(folder, csv=csv)
    if as_json:
        show_json(result.summary)
        return
    show(result)
    print(f"seed {seed}; to reproduce: {_command(result, folder)}")  # a line to copy is not broken into two
    show(RESEARCH_USE, f"report: {folder / 'report.html'}")


def _command(result: Result, folder: Path) -> str:
    """Return what to type where this command was typed: in the result's folder lie its trial and facts of one's own."""
    if f"{result.trial.id}.yaml" not in result.reproduce and not result.own_facts:
        return result.reproduce
    home = "HER2LAB_HOME=. " if "HER2LAB_HOME" in os.environ else ""
    return f"cd {shlex.quote(str(folder))} && {home}{result.reproduce}"


@app.command("check")
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `her2lab trial run` has written.")],
    as_json: AsJson = False,
) -> None:
    """Check that the tables of a finished run agree with each other and with result.json; exit status 1 if not.

    Prints one line for each disagreement.

    Example: her2lab trial check results/cleopatra
    """
    from her2lab.api.run import read_result

    found = read_result(folder).check()
    if as_json:
        show_json(found)
    else:
        print("\n".join(found or ["all tables agree"]))
    if found:
        raise typer.Exit(WorkError.exit_status)


@app.command("biomarkers")
def by_biomarker(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `her2lab trial run` has written.")],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Cut a finished run by biomarkers: benefit at each level, and whether it differs between levels.

    Writes nothing; without --by it takes every marker.

    Example: her2lab trial biomarkers results/cleopatra --by pik3ca_mutated
    """
    from her2lab.presentation.trial_terminal import by_biomarker as tables
    from her2lab.trial.results import biomarkers, result_folder

    summary = result_folder.summary(folder)
    found = biomarkers.added(summary, result_folder.patients(folder), result_folder.visits(folder),
                             by or list(BIOMARKERS))
    if as_json:
        show_json(found["biomarkers"])
    else:
        show(*tables(found), RESEARCH_USE)


@app.command("picture")
def picture(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `her2lab trial run` has written.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The picture to write (.png).")],
) -> None:
    """Draw simulated beside published progression-free survival, from the files of a finished run.

    Example: her2lab trial picture results/cleopatra --out docs/pictures/cleopatra.png
    """
    from her2lab.presentation.figures.still import draw

    draw(folder, out)
    show(f"picture: {out}")


@app.command("table")
def table(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `her2lab trial run` has written.")],
    as_json: AsJson = False,
) -> None:
    """Print simulated beside published of a finished run, as a Markdown table.

    Example: her2lab trial table results/cleopatra
    """
    from her2lab.presentation import markdown
    from her2lab.presentation.comparison import rows
    from her2lab.trial.results import result_folder

    summary = result_folder.summary(folder)
    if as_json:
        show_json(summary)
    else:
        print(markdown.table(rows(summary)))


@app.command("pages")
def pages(
    results: Annotated[
        Path, typer.Option("--from", metavar="DIR", help="A folder of result folders, one for each trial.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the pages and pictures.")],
) -> None:
    """Write one page for each setting: published and simulated curves and values of its trials, from stored results.

    Example: her2lab trial pages --from out/trials --out docs/generated/settings
    """
    from her2lab.presentation.setting_pages import write

    names = write(results, check_folder(out))
    show(f"{len(names)} files in {out}")


@app.command("safety")
def safety(
    identifiers: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID…", help="Trials; all with published rates if none is named.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Write the page of the documentation.")] = False,
    jobs: Jobs = None,
) -> None:
    """Set simulated adverse events beside the published rates, with intervals; calibration and validation apart.

    Example: her2lab trial safety destiny_breast03 aphinity
    """
    from her2lab.comparison import adverse_events as evidence
    from her2lab.facts import library
    from her2lab.presentation import adverse_events

    if as_json and as_markdown:
        raise InputError("cannot stand beside --json", field="--markdown", expected="one of them")
    trials = [library.trial(name) for name in identifiers] if identifiers else library.trials()
    with progress("adverse events") as advance:
        rows = evidence.compare(trials, jobs=jobs or os.cpu_count() or 1, progress=advance)
    if not rows:
        raise InputError("has no published rate that the model holds", field="ID", value=", ".join(identifiers or []),
                         expected="a trial with published adverse events")
    if as_json:
        show_json(adverse_events.as_data(rows))
    elif as_markdown:
        print(adverse_events.markdown(rows))
    else:
        show(*adverse_events.screen(rows), "", adverse_events.summary(rows), RESEARCH_USE)
