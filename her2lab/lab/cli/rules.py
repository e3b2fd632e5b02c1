"""``her2lab rules``: what labels and guidelines say to do and to watch, as the library holds it."""

from __future__ import annotations

from typing import Annotated

import typer

from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, show, show_json

app = typer.Typer(help="The rules of dose modification, management and monitoring: list, show.", rich_markup_mode=None)


@app.command("list")
def list_rules(
    drug: Annotated[
        str | None, typer.Option("--drug", metavar="DRUG", help="Only rules that name this drug.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every rule of the library: what it watches, beyond which threshold, what is done, and its source.

    Which of them hold in a trial says `her2lab trial show`. Research use only, never advice for a real patient.

    Example: her2lab rules list --drug trastuzumab_emtansine
    """
    from her2lab.presentation import rules

    rows = rules.listed_rules(drug)
    if as_json:
        show_json([rules.data(row) for row in rows])
    else:
        show(rules.table(rows) if rows else "No rule names this drug.", "", f"{len(rows)} rules. {RESEARCH_USE}")


@app.command("show")
def show_rule(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A rule, as `her2lab rules list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show one rule with its source and what was taken where the text says less or more.

    Example: her2lab rules show tdm1_platelets_below_25
    """
    from her2lab.presentation import rules

    row = rules.listed_rule(identifier)
    if as_json:
        show_json(rules.data(row))
    else:
        show(rules.page(row))
