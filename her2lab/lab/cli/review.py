"""``her2lab review``: the review's statements as experiments."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from her2lab.errors import InputError
from her2lab.lab.cli.screen import AsJson, show, show_json

app = typer.Typer(help="The review's statements as experiments.", rich_markup_mode=None)


@app.command("check")
def check(
    claim: Annotated[list[str] | None, typer.Argument(metavar="[CLAIM]...", help="Default: all of them.")] = None,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Write the table of docs/mechanisms.md.")] = False,
) -> None:
    """Run statements of the review in the dish and say which hold; a verdict is never stored.

    Statements on mechanisms are there so far.

    Example: her2lab review check C09
    """
    from her2lab.evidence.mechanisms import verdicts
    from her2lab.facts import library
    from her2lab.lab.cells import statements

    known = library.claims()
    for name in claim or []:
        if name not in known:
            raise InputError("is no statement that can be run yet", field="CLAIM", value=name,
                             expected=" or ".join(known))
    found = verdicts([known[name] for name in claim or known])
    if as_json:
        show_json([statements.data(verdict) for verdict in found])
    elif as_markdown:
        print("\n".join(statements.markdown(found)))
    else:
        for verdict in found:
            word = "holds" if verdict.holds else "fails"
            show(Text(f"{verdict.claim.id} {word}: {verdict.claim.states}", style="bold"))
            if verdict.claim.primary:
                show(Text(f"primary sources: {verdict.claim.primary}"))
            table = Table("experiment", "read", "value", "reference", "ratio", "stated", "", box=None)
            for row in statements.rows(verdict):
                table.add_row(*(Text(cell) for cell in row))
            show(table)
