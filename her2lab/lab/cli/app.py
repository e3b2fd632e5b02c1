"""The application: the groups of commands and the options that belong to all of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from her2lab import __version__
from her2lab.errors import InputError
from her2lab.lab.cli import (
    cache,
    cell,
    drug,
    facts,
    model,
    new_trial,
    paired,
    patient,
    population,
    review,
    rules,
    sweep,
    trace,
    trial,
    validate,
)
from her2lab.lab.cli.guard import guarded, naming_options

app = typer.Typer(
    name="her2lab",
    help="A laboratory on a laptop for HER2-targeted therapy: virtual patients, and virtual trials beside "
    "the published ones. Research use only, never advice on the treatment of a person.\n\n"
    "Example: her2lab trial run cleopatra",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 110},
)
trial.app.command("new")(new_trial.new)
trial.app.command("paired")(paired.paired)
trial.app.command("sweep")(sweep.sweep)
_GROUPS = (
    ("trial", trial),
    ("drug", drug),
    ("patient", patient),
    ("cell", cell),
    ("review", review),
    ("population", population),
    ("model", model),
    ("rules", rules),
    ("facts", facts),
)
for _name, _group in _GROUPS:
    app.add_typer(_group.app, name=_name)
app.command("validate")(validate.validate)
app.command("trace")(trace.trace)
app.command("cache")(cache.cache)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"her2lab {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options of the program itself; both have done their work before a command starts."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status.

    ``--debug`` is taken out here, so that it may stand anywhere in the line.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"] or ["--help"]
    command = typer.main.get_command(app)

    def run() -> None:
        with command.make_context("her2lab", words) as context:
            try:
                command.invoke(context)
            except InputError as error:
                raise naming_options(error, command, words) from error.__cause__

    return guarded(run, debug=debug)
