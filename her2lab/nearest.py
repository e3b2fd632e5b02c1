"""The nearest allowed names, for messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from her2lab.errors import InputError

ALL_SHOWN, FEW_SHOWN = 12, 5  # a longer list of names is not shown whole, but the few nearest of it
NEAR = 0.6                    # likeness, 0 to 1, from which on a name was perhaps meant


def nearest(name: object, allowed: Iterable[str], most: int = FEW_SHOWN, likeness: float = NEAR) -> list[str]:
    """Return at most so many of the allowed names that are at least so much like `name`, the nearest first.

    Upper and lower case do not matter. A `likeness` of 0 keeps all.
    """
    plain = {each.lower(): each for each in allowed}
    return [plain[each] for each in difflib.get_close_matches(str(name).lower(), plain, n=most, cutoff=likeness)]


def did_you_mean(name: object, allowed: Iterable[str]) -> str:
    """Return ``; did you mean X?`` for the allowed name nearest to `name`, or nothing if none is near."""
    return "".join(f"; did you mean {found}?" for found in nearest(name, allowed, most=1))


def one_of(allowed: Iterable[str]) -> str:
    """Return ``one of a, b, c``."""
    return "one of " + ", ".join(allowed)


def nearest_of(name: object, allowed: Iterable[str]) -> str:
    """Return ``one of a, b, c``, or of a long list the names nearest to `name` and how many more there are."""
    known = list(allowed)
    if len(known) <= ALL_SHOWN:
        return one_of(known)
    few = nearest(name, known, likeness=0.0)
    return f"{one_of(few)} or {len(known) - len(few)} others"


def unknown(kind: str, name: object, known: Iterable[str], also: Iterable[str] = ()) -> InputError:
    """Return the error for a name that is not `known`: the nearest of these and `also`, or a few where none is near."""
    known = list(known)
    hint = did_you_mean(name, [*known, *also])
    expected = None if hint else nearest_of(name, known)
    return InputError(f"unknown {kind}{hint}", field=kind, value=name, expected=expected)
