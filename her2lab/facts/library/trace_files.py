"""The names and switches by which numbers are traced and outcomes explained, from ``facts/trace``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from her2lab.facts.library.folders import files, named
from her2lab.facts.reading import read_record
from her2lab.facts.tracing import SwitchFile, TraceNames


def trace_names() -> TraceNames:
    """Return other names of numbers and the sizes of a trace.

    Raises
    ------
    InputError
        If there is no such file, or it has a mistake.
    """
    return _names(named("file", "names", files("trace")))


def switches() -> SwitchFile:
    """Return what is switched off to find what drove an outcome.

    Raises
    ------
    InputError
        If there is no such file, or it has a mistake.
    """
    return _switches(named("file", "switches", files("trace")))


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def _names(path: Path) -> TraceNames:
    return read_record(path, TraceNames)


@cache
def _switches(path: Path) -> SwitchFile:
    return read_record(path, SwitchFile)
