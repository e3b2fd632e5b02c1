"""How a command ends: its exit status, and the one line on stderr when it fails.

====== =======================================================
status meaning
====== =======================================================
0      done
1      the request was sound but the work failed
2      the input cannot be used
130    interrupted by Ctrl-C
143    ended by SIGTERM, as Ctrl-C does
====== =======================================================
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

import typer

from her2lab.errors import Her2labError, InputError
from her2lab.printable import escaped

INTERRUPTED, TERMINATED = 130, 143


class TerminatedError(KeyboardInterrupt):
    """SIGTERM; everything that leaves off at Ctrl-C leaves off at it."""


def guarded(run: Callable[[], None], *, debug: bool) -> int:
    """Call `run` and turn whatever it raises into an exit status and at most one line on stderr."""
    _speak_utf8()
    try:
        with _terminable(), warnings.catch_warnings():
            warnings.showwarning = _one_line
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
def _terminable() -> Iterator[None]:
    """Let SIGTERM interrupt what runs within; only the main thread can be told of signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise TerminatedError

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def naming_options(error: InputError, program: Any, words: Sequence[str]) -> InputError:
    """Return the error with the option or argument of the command line in place of the one of Python that it names.

    A field of a file keeps its name.

    Parameters
    ----------
    error
        Raised by a command.
    program
        The program, a group of commands.
    words
        The command line.
    """
    command = program
    for word in words:
        command = getattr(command, "commands", {}).get(word, command)
    shown = {each.name: _shown(each) for each in command.params}
    if error.file is not None or error.field not in shown:
        return error
    return InputError(error.message, field=shown[error.field], value=error.value, expected=error.expected)


def _shown(parameter: Any) -> str:
    """Return the name of a parameter of a command as its help has it."""
    options = [word for word in parameter.opts if word.startswith("--")]
    return str(options[0]) if options else str(parameter.metavar or parameter.name).strip("[].…")


def _tell(error: BaseException) -> int:
    """Print the line that belongs to an error and return the exit status that goes with it."""
    match error:
        case TerminatedError():
            return _say(str(error) or "ended by SIGTERM, nothing was written", TERMINATED)
        case KeyboardInterrupt() | typer.Abort():
            return _say(str(error) or "interrupted, nothing was written", INTERRUPTED)
        case Her2labError():
            return _say(f"error: {error}", error.exit_status)
        case typer.TyperException():
            return _say(f"error: {error.format_message()}{_commands(error)}", error.exit_code)
        case ModuleNotFoundError():
            return _say(f"error: the package {error.name} is not installed; `make trial` installs what is needed", 1)
        case OSError() if error.errno == errno.ENAMETOOLONG:
            return _say(f"error: {str(error.filename)[:60]}…: the name of the file is too long", InputError.exit_status)
        case OSError():
            return _say(f"error: {error.strerror or error}: {error.filename or 'while reading or writing'}", 1)
        case MemoryError():
            return _say("error: not enough memory; ask for fewer patients with --patients", 1)
        case Exception():
            kind = type(error).__name__
            return _say(f"error: a fault in her2lab itself ({kind}: {error}); --debug shows where", 1)
        case _:
            raise error


def _commands(error: typer.TyperException) -> str:
    """Return which commands there are, where none was named or none is near the one that was."""
    command = getattr(getattr(error, "ctx", None), "command", None)
    known = getattr(command, "commands", None)
    if known is None or "Did you mean" in error.format_message() or "No such option" in error.format_message():
        return ""
    return f" Expected one of {', '.join(known)}."


def _one_line(message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None,
              line: str | None = None) -> None:
    """Show a warning of Python, of this program or of a package, without the line of code that it came from."""
    _say(f"warning: {message}", 0)


def _say(text: str, status: int) -> int:
    print("her2lab:", escaped(" ".join(text.split())), file=sys.stderr)
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
