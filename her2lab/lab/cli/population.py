"""``her2lab population``: who the virtual patients are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from her2lab.errors import InputError
from her2lab.facts.records import Distribution, Population
from her2lab.lab.cli.screen import AsJson, progress, show, show_json
from her2lab.lab.cli.values import whole
from her2lab.lab.cli.weigh import weigh
from her2lab.presentation.fits import FITTED, TARGETS, fit_page, fitted_cells, target_cells

if TYPE_CHECKING:
    from her2lab.fitting.between_trials import Spread

STEPS = 1000  # of the progress bar

app = typer.Typer(help="The populations: list, show, calibrate, weigh; the spread between trials.",
                  rich_markup_mode=None)
app.command("weigh")(weigh)


@app.command("list")
def list_populations(as_json: AsJson = False) -> None:
    """List the populations.

    Example: her2lab population list
    """
    from her2lab.facts import library
    from her2lab.presentation import facts_tables

    populations = library.populations()
    if as_json:
        show_json([facts_tables.to_json(population) for population in populations])
        return
    table = Table("population", "who", "covariates", "varying parameters", box=None, header_style="bold")
    for each in populations:
        table.add_row(each.id, each.title, str(len(each.covariates)), str(len(each.parameters)))
    show(table)


@app.command("show")
def show_population(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="As `her2lab population list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show one population: how each property of a patient is drawn, and from which source.

    Example: her2lab population show breast_metastatic_1l
    """
    from her2lab.facts import library
    from her2lab.presentation import facts_tables

    population = library.population(identifier)
    if as_json:
        show_json(facts_tables.to_json(population))
    else:
        show(f"[bold]{population.id}[/bold]  {population.title}", _page(population), *_history(population))


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
    jobs: Annotated[
        int | None, typer.Option(metavar="J", parser=whole("--jobs", 1, 1024), help="Workers.  [default: one per core]")
    ] = None,
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

    if everything == (identifier is not None):
        raise InputError("one calibration or all of them", field="ID", value=identifier, expected="an ID, or --all")
    fits = []
    for name in calibration.stages() if identifier is None else [identifier]:
        with progress(f"calibration of {name}") as advance:
            fits.append(calibration.run(name, evaluations=evaluations, jobs=jobs or os.cpu_count() or 1,
                                        write=not dry_run, progress=lambda part: advance(round(STEPS * part), STEPS)))
        if as_markdown:
            print(fit_page(fits[-1].summary))
        elif not as_json:
            _show_fit(fits[-1].summary)
    if as_json:
        show_json([fit.summary for fit in fits] if everything else fits[0].summary)


def _show_fit(summary: dict[str, Any]) -> None:
    misfit = summary["misfit"]
    show(f"[bold]{summary['calibration']}[/bold]", _table(FITTED, fitted_cells(summary)), "",
         _table(TARGETS, target_cells(summary)))
    show(f"\nmisfit {misfit['before']:.4g} before, {misfit['after']:.4g} after\n")


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

    found = between_trials.run(folder, write=not dry_run)
    if as_json:
        show_json([asdict(each) for each in found])
    else:
        show(_spreads(found))


def _spreads(found: list[Spread]) -> Table:
    table = Table("kind of endpoint", "pairs", "before", "estimated", "now", box=None, header_style="bold")
    for each in found:
        estimated = "too few" if each.estimated is None else f"{each.estimated:.3g}"
        table.add_row(each.key, str(each.pairs), f"{each.before:g}", estimated, f"{each.value:g}")
    return table


def _table(headings: Sequence[str], rows: list[list[str]]) -> Table:
    table = Table(*headings, box=None, header_style="bold")
    for row in rows:
        table.add_row(*row)
    return table


def _history(population: Population) -> list[str]:
    """The lines before entry, one each, with who had them and why it is taken to be so."""
    lines = []
    for step in population.history:
        who = ", ".join(f"{word} {name}" for word, name in (("when", step.when), ("unless", step.unless)) if name)
        origin = step.source or f"assumption: {step.assumption or 'not stated'}"
        lines.append(f"  {step.regimen}{f' ({who})' if who else ''}: {origin}")
    before = [f"  during these lines: {name} {value:g}" for name, value in population.before_entry.items()]
    return ["earlier lines, simulated before entry until progression", *lines, *before] if lines else []


def _page(population: Population) -> Table:
    table = Table("property", "drawn from", "unit", "source or assumption", box=None, header_style="bold")
    for group in (population.covariates, population.parameters):
        for name, distribution in group.items():
            origin = distribution.source or f"assumption: {distribution.assumption or 'not stated'}"
            table.add_row(name, _law(distribution), distribution.unit, origin)
        table.add_section()
    return table


def _law(distribution: Distribution) -> str:
    """One distribution in words: its kind and the numbers that it was given."""
    names = ("median", "cv_percent", "mean", "sd", "probability", "value", "low", "high", "by", "formula")
    given = {name: getattr(distribution, name) for name in names}
    parts = [
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in given.items()
        if value is not None
    ]
    return ", ".join([distribution.kind, *parts])
