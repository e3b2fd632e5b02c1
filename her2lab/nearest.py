"""The nearest allowed name, for messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from her2lab.errors import InputError

NEAR = 0.6  # likeness from which on a name may be what was meant


def nearest(name: object, known: Iterable[str], most: int = 1, from_likeness: float = NEAR) -> list[str]:
    """Return the known names that are nearest to `name`, the nearest first: at most `most`, none that is too unlike.

    Parameters
    ----------
    name, known
        What was written, and what could have been.
    most
        How many names to return at most.
    from_likeness
        Least :func:`likeness`; 0 returns the nearest whatever it is.
    """
    return difflib.get_close_matches(str(name), list(known), n=most, cutoff=from_likeness)


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 (no letter in common) to 1 (the same)."""
    return difflib.SequenceMatcher(None, one, other).ratio()


def did_you_mean(name: object, allowed: Iterable[str]) -> str:
    """Return ``; did you mean X?`` for the allowed name nearest to `name`, or nothing if none is near."""
    found = nearest(str(name).lower(), allowed)
    return f"; did you mean {found[0]}?" if found else ""


def one_of(allowed: Iterable[str]) -> str:
    """Return ``one of a, b, c``."""
    return "one of " + ", ".join(allowed)


def unknown(kind: str, name: object, known: Iterable[str], also: Iterable[str] = ()) -> InputError:
    """Return the error for a name that is not `known`: the nearest of these and `also`, or all where none is near."""
    known = list(known)
    hint = did_you_mean(name, [*known, *also])
    return InputError(f"unknown {kind}{hint}", field=kind, value=name, expected=None if hint else one_of(known))
