"""Checks of what functions are given, refused in the words of a Python caller."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from her2lab.errors import ArgumentError, InputError
from her2lab.nearest import unknown

LARGEST_SEED = 2**63 - 1
MOST_PATIENTS, MOST_JOBS, LARGEST_PATIENT = 10**7, 1024, 2**62


@contextmanager
def argument(name: str) -> Iterator[None]:
    """Let an error within name this argument."""
    try:
        yield
    except InputError as problem:
        raise ArgumentError(problem.message, field=name, value=problem.value, expected=problem.expected) from None


def whole(name: str, value: object, least: int, most: int) -> int:
    """Return an argument that is a whole number from `least` to `most`.

    Raises
    ------
    ArgumentError
        If it is anything else.
    """
    number = value.__index__() if hasattr(value, "__index__") and not isinstance(value, bool) else None
    if number is None or not least <= number <= most:
        raise ArgumentError("not usable", field=name, value=value, expected=f"a whole number from {least} to {most}")
    return int(number)


def patients(value: int | None) -> int | None:
    """Return a number of patients per arm; None stands for the published sizes."""
    return None if value is None else whole("patients", value, 1, MOST_PATIENTS)


def seed(value: int) -> int:
    """Return the seed of a study."""
    return whole("seed", value, 0, LARGEST_SEED)


def jobs(value: int | None) -> int:
    """Return a number of workers; None stands for one per core."""
    return os.cpu_count() or 1 if value is None else whole("jobs", value, 1, MOST_JOBS)


def one_of(field: str, kind: str, value: str, known: Iterable[str]) -> str:
    """Return an argument that is one of the `known` names, or refuse it with the nearest of them."""
    known = list(known)
    with argument(field):
        if value not in known:
            raise unknown(kind, value, known)
    return value
