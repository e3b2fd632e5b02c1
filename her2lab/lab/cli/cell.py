"""``her2lab cell``: a cell line in culture under drugs, ligands, knock-downs and washouts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from her2lab.errors import InputError
from her2lab.lab.cli.before_run import check_folder
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, show, show_json
from her2lab.lab.cli.values import receptors, whole

if TYPE_CHECKING:
    from her2lab.presentation.cell_culture.request import Request

app = typer.Typer(help="Cell lines in culture: list what there is, run an experiment.", rich_markup_mode=None)

TIMES, DOSES = 25, 13  # points of a course and of a dose-response, unless asked otherwise
READ = "pakt,perk,net_growth"


def _per_cell(number: int) -> Any:
    """Return the option for the receptors of one kind."""
    return typer.Option(metavar="N", parser=receptors(f"--her{number}"), help=f"HER{number} per cell, without --line.")


@app.command("list")
def list_cells(as_json: AsJson = False) -> None:
    """List lines, features, drugs, tool compounds, ligands, genes and readouts, each with its source.

    Example: her2lab cell list
    """
    from her2lab.presentation.cell_culture import listing

    found = listing.everything()
    if as_json:
        show_json(found)
    else:
        show(*listing.tables(found))


@app.command("run")
def run(
    line: Annotated[str | None, typer.Option(metavar="LINE", help="A line, as `her2lab cell list` names it.")] = None,
    her1: Annotated[float | None, _per_cell(1)] = None,
    her2: Annotated[float | None, _per_cell(2)] = None,
    her3: Annotated[float | None, _per_cell(3)] = None,
    her4: Annotated[float | None, _per_cell(4)] = None,
    drug: Annotated[
        list[str] | None, typer.Option(metavar="NAME=CONC", help="A drug or tool compound in the medium; repeatable.")
    ] = None,
    ligand: Annotated[
        list[str] | None, typer.Option(metavar="NAME=CONC", help="A ligand in the medium; repeatable.")
    ] = None,
    knockdown: Annotated[
        list[str] | None,
        typer.Option(metavar="GENE=SHARE", help="Share of a gene's product taken away 3 days before; repeatable."),
    ] = None,
    feature: Annotated[
        list[str] | None, typer.Option(metavar="FEATURE", help="What sets the cells apart; repeatable.")
    ] = None,
    washout: Annotated[
        str | None, typer.Option(metavar="TIME", help="When drugs and ligands are washed out.")
    ] = None,
    time: Annotated[str, typer.Option(metavar="TIME", help="How long, in min, h or d.")] = "24h",
    points: Annotated[
        int | None,
        typer.Option(metavar="N", parser=whole("--points", 2, 10**5),
                     help=f"Times, or concentrations of a dose-response.  [default: {TIMES}, or {DOSES}]"),
    ] = None,
    read: Annotated[
        list[str] | None,
        typer.Option(metavar="NAMES", help=f"Readouts, with commas between.  [default: {READ}]"),
    ] = None,
    dose_response: Annotated[
        str | None,
        typer.Option("--dose-response", metavar="NAME=LOW:HIGH",
                     help="Vary the concentration of one compound and read the end."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the table, the plot and result.json.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Treat cells in culture and read their signalling, growth and death, beside the same cells untreated.

    Concentrations in pM, nM, uM or mM. Fold changes are at the end, against the same cells without the treatment.

    Example: her2lab cell run --line SKBR3 --drug lapatinib=1uM --washout 2h --time 24h --read pakt,perk,net_growth

    Example: her2lab cell run --her2 1.5e6 --dose-response lapatinib=1nM:10uM --time 3d --read pher2,viability
    """
    from her2lab.lab.cli import cell_options as options
    from her2lab.presentation.cell_culture.request import Request

    features = options.features(feature or [])
    cells = options.culture(line, {"her1": her1, "her2": her2, "her3": her3, "her4": her4}, features)
    given = options.treatment(drug or [], ligand or [], knockdown or [])
    doses = None if dose_response is None else options.doses(dose_response, given)
    end = options.duration(time)
    count = points or (TIMES if doses is None else DOSES)
    names = options.readouts(read or [READ])
    asked = Request(cells, features, given, options.washout(washout, end), end, names, count, doses)
    _perform(asked, None if out is None else check_folder(out), as_json)


def _perform(request: Request, folder: Path | None, as_json: bool) -> None:
    from her2lab.facts.amounts import time_text
    from her2lab.presentation.cell_culture.outcome import FILES, perform, write

    outcome = perform(request)
    if folder is not None:
        write(folder, outcome)
    if as_json:
        show_json(outcome.data)
        return
    head = f"{request.cells}, {request.words}, {time_text(request.end)}"
    show(escape(head), "", outcome.table, "", *map(escape, outcome.notes), RESEARCH_USE)
    if folder is not None:
        show(escape(f"written: {', '.join(str(folder / name) for name in FILES)}"))


@app.command("findings")
def findings(
    fact: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Default: all of them.")] = None,
    as_json: AsJson = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write the table of docs/generated/cell_findings.md.")
    ] = False,
) -> None:
    """Put published findings on cells to the model and say which hold.

    Example: her2lab cell findings p043
    """
    from her2lab.comparison.cell_findings import findings as run_findings
    from her2lab.facts import library
    from her2lab.presentation import cell_findings

    known = library.perturbations()
    for name in fact or []:
        if name not in known:
            raise InputError("unknown finding", field="ID", value=name, expected="one of her2lab cell findings")
    found = run_findings([known[name] for name in fact or known])
    columns = ("id", "grade", "finding", "published", "came out", "holds", "why not")
    held = sum(finding.holds for finding in found)
    if as_json:
        show_json({"held": held, "findings": [cell_findings.finding_data(finding) for finding in found]})
    elif as_markdown:
        rows = [columns, ("---",) * len(columns), *cell_findings.finding_rows(found)]
        print("\n".join("| " + " | ".join(row) + " |" for row in rows))
    else:
        table = Table(*columns, box=None, header_style="bold")
        for row in cell_findings.finding_rows(found):
            table.add_row(*(Text(cell) for cell in row))
        show(table, f"{held} of {len(found)} findings that the model can express hold.")
