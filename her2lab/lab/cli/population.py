"""``her2lab population``: who the virtual patients are."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from her2lab.errors import InputError
from her2lab.lab.cli.before_run import check_folder
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, progress, show, show_json
from her2lab.lab.cli.values import Jobs, whole

STEPS = 1000  # of the progress bar

app = typer.Typer(help="The populations: list, show, calibrate, weigh; the spread between trials.",
                  rich_markup_mode=None)


@app.command("list")
def list_populations(as_json: AsJson = False) -> None:
    """List the populations.

    Example: her2lab population list
    """
    from her2lab.facts import library
    from her2lab.presentation import facts_tables, populations

    found = library.populations()
    if as_json:
        show_json([facts_tables.to_json(population) for population in found])
        return
    show(populations.table(found))


@app.command("show")
def show_population(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="As `her2lab population list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show one population: how each property of a patient is drawn, and from which source.

    Example: her2lab population show breast_metastatic_1l
    """
    from her2lab.facts import library
    from her2lab.presentation import facts_tables, populations

    population = library.population(identifier)
    if as_json:
        show_json(facts_tables.to_json(population))
    else:
        show(*populations.page(population))


@app.command("calibrate")
def calibrate(
    identifier: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A file of facts/calibrations, without .yaml.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All calibrations, in the order of their stages.")] = False,
    evaluations: Annotated[
        int | None,
        typer.Option(metavar="N", parser=whole("--evaluations", 0, 10**6), help="Steps of the search; 0: none."),
    ] = None,
    jobs: Jobs = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Fit, but leave the files as they are.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write the tables of docs/generated/calibration_numbers.md.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fit free numbers of populations and drugs to trials marked `use: calibration`, and write them into their files.

    Example: her2lab population calibrate --all
    """
    from her2lab.fitting import calibration
    from her2lab.presentation import fits as words

    if everything == (identifier is not None):
        raise InputError("one calibration or all of them", field="ID", value=identifier, expected="an ID, or --all")
    fits = []
    for name in calibration.stages() if identifier is None else [identifier]:
        with progress(f"calibration of {name}") as advance:
            fits.append(calibration.run(name, evaluations=evaluations, jobs=jobs or os.cpu_count() or 1,
                                        write=not dry_run, progress=lambda part: advance(round(STEPS * part), STEPS)))
        if as_markdown:
            print(words.fit_page(fits[-1].summary))
        elif not as_json:
            show(*words.screen(fits[-1].summary))
    if as_json:
        show_json([fit.summary for fit in fits] if everything else fits[0].summary)


@app.command("spread")
def spread(
    folder: Annotated[
        Path, typer.Option("--from", metavar="DIR", help="Holds trials/ID/result.json of any number of trials.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Estimate, but leave the file as it is.")] = False,
    as_json: AsJson = False,
) -> None:
    """Estimate by how much trials differ beyond chance, from finished runs of trials marked `use: calibration`.

    Writes the values into facts/between_trials.yaml, where the prediction intervals read them.

    Example: her2lab population spread --from validation
    """
    from her2lab.fitting import between_trials
    from her2lab.presentation import fits as words

    found = between_trials.run(folder, write=not dry_run)
    if as_json:
        show_json([asdict(each) for each in found])
    else:
        show(words.spreads(found))


@app.command("weigh")
def weigh(
    population: Annotated[str, typer.Argument(metavar="POPULATION", help="As `her2lab population list` names it.")],
    source: Annotated[Path, typer.Option("--from", metavar="DIR", help="A folder written by `her2lab validate`.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the weights.  [default: weights in the other folder]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find how patients would have to be weighted to meet the calibration trials, and whether that helps other trials.

    A diagnosis: no prediction is made with the weights. Writes POPULATION.json and POPULATION.parquet.

    Example: her2lab population weigh breast_metastatic_1l --from results/validation
    """
    from her2lab import weights
    from her2lab.presentation import weights as words

    found = weights.run(population, source, None if out is None else check_folder(out))
    if as_json:
        show_json(found)
    else:
        show(*words.screen(found), RESEARCH_USE)
