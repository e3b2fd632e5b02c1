"""``her2lab drug``: what is known of each drug, with its sources, and how high it stands in virtual patients."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from her2lab.errors import InputError
from her2lab.lab.cli.screen import AsJson, progress, show, show_json
from her2lab.lab.cli.values import Jobs

app = typer.Typer(help="The drugs: list them, show one with its sources, check their exposure.", rich_markup_mode=None)


@app.command("list")
def list_drugs(as_json: AsJson = False) -> None:
    """List the drugs.

    Example: her2lab drug list
    """
    from her2lab.facts import library
    from her2lab.presentation import facts_tables

    drugs = list(library.drugs().values())
    if as_json:
        show_json([facts_tables.to_json(drug) for drug in drugs])
    else:
        show(facts_tables.drug_table(drugs))


@app.command("show")
def show_drug(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A drug, as `her2lab drug list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show one drug: every number with its unit and source.

    Example: her2lab drug show trastuzumab
    """
    from her2lab.facts import library
    from her2lab.presentation import facts_tables

    drug = library.drug(identifier)
    if as_json:
        show_json(facts_tables.to_json(drug))
    else:
        show(facts_tables.drug_page(drug))


@app.command("exposure")
def exposure(
    identifiers: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Drugs; all of them if none is named.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Write the page of the documentation.")] = False,
    jobs: Jobs = None,
) -> None:
    """Simulate every published exposure of the drugs and compare.

    Example: her2lab drug exposure trastuzumab tucatinib
    """
    from her2lab.comparison import exposure as evidence
    from her2lab.facts import library
    from her2lab.presentation import exposure

    if as_json and as_markdown:
        raise InputError("cannot stand beside --json", field="--markdown", expected="one of them")
    drugs = [library.drug(name) for name in identifiers] if identifiers else list(library.drugs().values())
    with progress("exposure") as advance:
        rows = evidence.compare(drugs, jobs=jobs or os.cpu_count() or 1, progress=advance)
    if as_json:
        show_json(exposure.as_data(rows))
    elif as_markdown:
        print(exposure.markdown(rows, drugs), end="")
    else:
        show(exposure.screen(rows), "", exposure.summary(rows, drugs))


@app.command("calibrate")
def calibrate(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A file of facts/toxicity, without .yaml.")],
    jobs: Jobs = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Fit, but leave the drugs' files as they are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit what drugs do to organs to rates of trials marked `use: calibration`, and write it into the drugs' files.

    Example: her2lab drug calibrate adverse_events
    """
    from her2lab.fitting import toxicity
    from her2lab.presentation import adverse_events

    with progress(f"calibration of {identifier}") as advance:
        knobs = toxicity.run(identifier, jobs=jobs or os.cpu_count() or 1, write=not dry_run, progress=advance)
    if as_json:
        show_json(adverse_events.fits_as_data(knobs))
    else:
        show(adverse_events.fits(knobs))
