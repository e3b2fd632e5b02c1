"""What commands put on the screen: answers on stdout, progress and notes on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

from her2lab.api.progress import progress_bar as progress
from her2lab.errors import InputError
from her2lab.presentation.words import RESEARCH_USE

__all__ = ["RESEARCH_USE", "AsJson", "naming", "progress", "show", "show_json", "warn"]

PIPE_WIDTH = 160  # columns of a table that is not written to a terminal

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout, for machines.")]


def show(*parts: RenderableType) -> None:
    """Print tables and text for people on stdout."""
    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    for part in parts:
        console.print(part)


def warn(sentences: Iterable[str]) -> None:
    """Print what to look at again on stderr, a line each."""
    for sentence in sentences:
        print(f"her2lab: warning: {sentence}", file=sys.stderr)


def show_json(value: Any) -> None:
    """Print one JSON document on stdout; a value that JSON cannot hold is a fault, not a ``NaN``."""
    print(json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False))


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Let an error that names no file name the one that the user gave."""
    try:
        yield
    except InputError as problem:
        raise problem.within(file) from None
