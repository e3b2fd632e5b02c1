"""``her2lab review``: the claims of the review as experiments."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from her2lab.lab.cli.before_run import check_folder
from her2lab.lab.cli.screen import AsJson, progress, show, show_json
from her2lab.lab.cli.values import Jobs, read_seed, whole

if TYPE_CHECKING:
    from her2lab.review.claim import Verdict

FIGURE_DAYS = 3.0  # of treatment in Figure 1: by then most of the network has come to rest again

app = typer.Typer(help="The review's statements as experiments.", rich_markup_mode=None)


class Kind(StrEnum):
    """What claims are on: mechanisms of cells; three kinds that are virtual trials; facts; how the review was made."""

    mechanism = "mechanism"
    safety = "safety"
    clinical = "clinical"
    selection = "selection"
    reference = "reference"
    method = "method"


@app.command("check")
def check(
    claim: Annotated[list[str] | None, typer.Argument(metavar="[CLAIM]...", help="Default: all of them.")] = None,
    kind: Annotated[
        list[Kind] | None, typer.Option(help="Only statements of this kind; may be given more than once.")
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(metavar="N", parser=whole("--patients", 2, 10**6),
                     help="Patients of each arm, for a quick look.  [default: as the statements say]"),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="S", parser=read_seed, help="Of the virtual trials.")
    ] = 1,
    jobs: Jobs = None,
    without: Annotated[
        bool, typer.Option("--without", help="Switch the mechanism behind each statement off, as facts/claims says.")
    ] = False,
    as_json: AsJson = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write review.json and the page review.html there.")
    ] = None,
    line: Annotated[str, typer.Option(metavar="LINE", help="Cell line of Figure 1 on the page.")] = "SKBR3",
    drug: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=DOSE", help="Drugs of Figure 1.  [default: lapatinib=1uM]", show_default=False),
    ] = None,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write the tables of the pages in docs/ on these statements.")
    ] = False,
) -> None:
    """Run statements of the review and say which hold; a verdict is never stored.

    Statements on mechanisms are tried in the dish, all others in virtual trials. A figure that was stated holds if it
    lies in the 90 % interval of what came out.

    Example: her2lab review check --out results/review
    """
    from her2lab.presentation import claims
    from her2lab.review import checks

    page = None if out is None else _Page(check_folder(out), line, drug or ["lapatinib=1uM"])
    wanted = checks.asked_for(claim or [], kind or list(Kind), without=without)
    with progress("trials") as advance:
        found = checks.verdicts(wanted, seed=seed, jobs=jobs or os.cpu_count() or 1, patients=patients,
                                progress=advance, without=without)
    if as_json:
        show_json([claims.data(verdict) for verdict in found])
    elif as_markdown:
        print("\n".join(claims.markdown(found)))
    else:
        show(*claims.terminal(found, without=without))
    if page is not None:
        page.write(found, seed, patients, without)
        print(f"her2lab: {page.folder / 'review.html'}", file=sys.stderr)


class _Page:
    """The page of the review, and what its Figure 1 shows: asked for before anything is run."""

    def __init__(self, folder: Path, line: str, drugs: list[str]) -> None:
        from her2lab.lab.cli import cell_options

        self.folder, self.words = folder, ", ".join(drug.replace("=", " ") for drug in drugs)
        self.treatment = cell_options.treatment(drugs, [], [])
        self.line = cell_options.line_name(line)

    def write(self, found: Sequence[Verdict], seed: int, patients: int | None, without: bool) -> None:
        """Draw Figure 1 and write both files."""
        from her2lab import storage
        from her2lab.presentation import review

        figure = review.figure_1(self.line, self.treatment, self.words, FIGURE_DAYS)
        document = review.document(found, figure, seed=seed, patients=patients, without=without)
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        storage.write_folder(self.folder, {"review.html": review.render(document, found).encode(),
                                           "review.json": text.encode()},
                          "--out")
