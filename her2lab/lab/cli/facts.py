"""``her2lab facts``: check facts and trial files before anything is run."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from her2lab.errors import InputError
from her2lab.facts.records import Drug
from her2lab.lab.cli.screen import AsJson, show, show_json

app = typer.Typer(help="The files of facts: check.", rich_markup_mode=None)


@app.callback()
def group() -> None:
    """The files of facts: check."""


@app.command("check")
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Files to check; all built-in facts if none."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check all facts, or the given files; one line for each problem, exit status 2 if there is any.

    Example: her2lab facts check my_trial.yaml
    """
    from her2lab.facts import library
    from her2lab.review.files import CLAIM_FILES

    others = [CLAIM_FILES]
    problems = library.validate_files(files, others) if files else library.validate_all(others)
    if not files and not problems:
        problems = _misfits(library.drugs().values())
    if as_json:
        show_json({"problems": [_as_record(problem) for problem in problems]})
    elif not problems:
        show(f"{len(files)} file(s) in order" if files else "all facts are in order")
    for problem in () if as_json else problems:
        print(f"her2lab: error: {problem}", file=sys.stderr)
    if problems:
        raise typer.Exit(InputError.exit_status)


def _misfits(drugs: Iterable[Drug]) -> list[InputError]:
    """Return the drugs that do not bring what their slot of the patient model needs."""
    from her2lab.population import check_drug

    problems = []
    for drug in drugs:
        try:
            check_drug(drug)
        except InputError as problem:
            problems.append(problem)
    return problems


def _as_record(problem: InputError) -> dict[str, str | int | None]:
    return {
        "file": None if problem.file is None else str(problem.file),
        "line": problem.line,
        "field": problem.field,
        "value": None if problem.value is None else str(problem.value),
        "message": problem.message,
        "expected": problem.expected,
    }
