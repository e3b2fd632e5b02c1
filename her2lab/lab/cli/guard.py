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
from collections.abc import Callable

import typer

from her2lab.errors import Her2labError

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
