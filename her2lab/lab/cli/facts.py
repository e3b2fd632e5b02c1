"""``her2lab facts``: check facts and trial files before anything is run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from her2lab.errors import InputError, Problems
from her2lab.facts.records import Drug, ModuleFacts, Population, Trial
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
    problems = (library.validate_files(files, others, as_used) if files
                else library.validate_all(others, as_used))
    if as_json:
        show_json({"problems": [_as_record(problem) for problem in problems]})
    elif not problems:
        show(f"{len(files)} file(s) in order" if files else "all facts are in order")
    for problem in () if as_json else problems:
        print(f"her2lab: error: {problem}", file=sys.stderr)
    if problems:
        raise typer.Exit(InputError.exit_status)


def as_used(record: BaseModel) -> None:
    """Check a record by what a run asks of it: a trial, a population, a drug, the numbers of a module.

    Raises
    ------
    InputError
        With what a run would refuse.
    """
    from her2lab import biology, population, trial

    match record:
        case Trial():
            problems = Problems()
            with problems:
                trial.check(record)
            if "tumour" in record.assessments:
                with problems:
                    trial.check_conduct(record)
            problems.end()
        case Population():
            population.draw(record, 2, 1)
        case Drug():
            population.check_drug(record)
        case ModuleFacts():
            biology.check_numbers(record)


def _as_record(problem: InputError) -> dict[str, str | int | None]:
    return {
        "file": None if problem.file is None else str(problem.file),
        "line": problem.line,
        "field": problem.field,
        "value": None if problem.value is None else str(problem.value),
        "message": problem.message,
        "expected": problem.expected,
    }
