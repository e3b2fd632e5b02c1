"""Write the generated pages of the reference: `python -m her2lab.lab.reference docs/reference/generated`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import her2lab
from her2lab.lab.cli.app import app
from her2lab.presentation import reference
from her2lab.presentation.markdown import pipe_table


def pages() -> dict[str, str]:
    """Return file name -> text of each page."""
    return {
        "api.md": reference.api(her2lab),
        "commands.md": commands(),
        "data_dictionary.md": reference.data_dictionary(),
    }


def commands() -> str:
    """Return the page of the commands with their arguments and options."""
    parts = ["# Commands", reference.NOTICE, reference.REVIEW]
    for path, command in _commands(typer.main.get_command(app), ("her2lab",)):
        parts += [f"## {' '.join(path)}", _text(command.help)]
        if rows := list(_rows(path[-1], command)):
            parts.append(pipe_table(("argument or option", "meaning"), rows))
    return "\n\n".join(parts) + "\n"


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


def _text(words: str) -> str:
    """Return a command's help with its examples as code."""
    paragraphs = [" ".join(each.split()) for each in words.split("\n\n")]
    return "\n\n".join(f"```\n{each.removeprefix('Example: ')}\n```" if each.startswith("Example: ") else each
                       for each in paragraphs)


def _rows(name: str, command: Any) -> Iterator[tuple[str, str]]:
    """Return what each argument and option is called and what it means, with its default."""
    context = command.make_context(name, [], resilient_parsing=True)
    for parameter in command.params:
        if record := parameter.get_help_record(context):
            yield f"`{record[0]}`", " ".join(record[1].split()).replace("|", "\\|")


def main(folder: str) -> None:
    """Write the pages into a folder."""
    for name, text in pages().items():
        (Path(folder) / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
