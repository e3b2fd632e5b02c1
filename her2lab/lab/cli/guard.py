"""How a command ends: its exit status, and the one line on stderr when it fails.

====== =======================================================
status meaning
====== =======================================================
0      done
1      the request was sound but the work failed
2      the input cannot be used
130    interrupted by Ctrl-C
====== =======================================================
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from her2lab.errors import Her2labError, InputError

INTERRUPTED = 130


def guarded(run: Callable[[], None], *, debug: bool) -> int:
    """Call `run` and turn whatever it raises into an exit status and at most one line on stderr."""
    _speak_utf8()
    try:
        run()
    except typer.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        return _reader_left()
    except BaseException as error:
        if debug and not isinstance(error, typer.TyperException):
            traceback.print_exc()
        return _tell(error)
    return 0


@contextmanager
def naming_options(options: Mapping[str, str]) -> Iterator[None]:
    """Let an error on an argument of a function name the option of the command: ``--patients``, not ``patients``.

    Parameters
    ----------
    options
        Argument -> option: see :func:`options_of`. Fields of a file keep their names.
    """
    try:
        yield
    except InputError as problem:
        if problem.file is not None or problem.field is None or problem.field not in options:
            raise
        raise InputError(problem.message, field=options[problem.field], value=problem.value,
                         expected=problem.expected) from None


def options_of(command: Any, words: Sequence[str]) -> dict[str, str]:
    """Return the options and arguments of the command that a line asks for, by the name of the function's argument."""
    for word in words:
        inner = getattr(command, "commands", {}).get(word)
        if inner is None:
            break
        command = inner
    return {each.name: each.metavar.strip("[].…") if each.param_type_name == "argument" and each.metavar
            else max(each.opts, key=len) for each in command.params}


def _tell(error: BaseException) -> int:
    """Print the line that belongs to an error and return the exit status that goes with it."""
    match error:
        case KeyboardInterrupt() | typer.Abort():
            return _say(str(error) or "interrupted, nothing was written", INTERRUPTED)
        case Her2labError():
            return _say(f"error: {error}", error.exit_status)
        case typer.TyperException():
            return _say(f"error: {error.format_message()}", error.exit_code)
        case ModuleNotFoundError():
            return _say(f"error: the package {error.name} is not installed; `make trial` installs what is needed", 1)
        case OSError():
            return _say(f"error: {error.strerror or error}: {error.filename or 'while reading or writing'}", 1)
        case MemoryError():
            return _say("error: not enough memory; ask for fewer patients with --patients", 1)
        case Exception():
            kind = type(error).__name__
            return _say(f"error: a fault in her2lab itself ({kind}: {error}); --debug shows where", 1)
        case _:
            raise error


def _say(text: str, status: int) -> int:
    print("her2lab:", " ".join(text.split()), file=sys.stderr)
    return status


def _reader_left() -> int:
    """End quietly when the reader of a pipe (``her2lab drug list | head``) has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _speak_utf8() -> None:
    """A terminal of another locale gets a question mark for a character it lacks, never a crash."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
