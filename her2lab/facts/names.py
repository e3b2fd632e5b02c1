"""The nearest allowed name, for messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from her2lab.errors import InputError


def did_you_mean(name: object, allowed: Iterable[str]) -> str:
    """Return ``; did you mean X?`` for the allowed name nearest to `name`, or nothing if none is near."""
    found = difflib.get_close_matches(str(name).lower(), list(allowed), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def one_of(allowed: Iterable[str]) -> str:
    """Return ``one of a, b, c``."""
    return "one of " + ", ".join(allowed)


def unknown(kind: str, name: object, known: Iterable[str], also: Iterable[str] = ()) -> InputError:
    """Return the error for a name that is not `known`: the nearest of these and `also`, or all where none is near."""
    known = list(known)
    hint = did_you_mean(name, [*known, *also])
    return InputError(f"unknown {kind}{hint}", field=kind, value=name, expected=None if hint else one_of(known))
