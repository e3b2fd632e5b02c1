"""``her2lab drug``: what is known of each drug, with its sources."""

from __future__ import annotations

from typing import Annotated

import typer

from her2lab.lab.cli.screen import AsJson, show, show_json

app = typer.Typer(help="The drugs: list them, show one with its sources.", rich_markup_mode=None)


@app.command("list")
def list_drugs(as_json: AsJson = False) -> None:
    """List the drugs.

    Example: her2lab drug list
    """
    from her2lab.facts import display, library

    drugs = list(library.drugs().values())
    if as_json:
        show_json([display.to_json(drug) for drug in drugs])
    else:
        show(display.drug_table(drugs))


@app.command("show")
def show_drug(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A drug, as `her2lab drug list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show one drug: every number with its unit and source.

    Example: her2lab drug show trastuzumab
    """
    from her2lab.facts import display, library

    drug = library.drug(identifier)
    if as_json:
        show_json(display.to_json(drug))
    else:
        show(display.drug_page(drug))
