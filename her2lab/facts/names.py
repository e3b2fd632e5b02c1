"""The nearest allowed names, for messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from her2lab.errors import InputError

ALL_SHOWN, FEW_SHOWN = 12, 5  # a longer list of names is not shown whole, but the few nearest of it


def did_you_mean(name: object, allowed: Iterable[str]) -> str:
    """Return ``; did you mean X?`` for the allowed name nearest to `name`, or nothing if none is near."""
    found = difflib.get_close_matches(str(name).lower(), list(allowed), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def one_of(allowed: Iterable[str]) -> str:
    """Return ``one of a, b, c``."""
    return "one of " + ", ".join(allowed)


def nearest_of(name: object, allowed: Iterable[str]) -> str:
    """Return ``one of a, b, c``, or of a long list the names nearest to `name` and how many more there are."""
    known = list(allowed)
    if len(known) <= ALL_SHOWN:
        return one_of(known)
    plain = {each.lower(): each for each in known}
    nearest = [plain[each] for each in difflib.get_close_matches(str(name).lower(), plain, n=FEW_SHOWN, cutoff=0.0)]
    return f"{one_of(nearest)} or {len(known) - len(nearest)} others"


def unknown(kind: str, name: object, known: Iterable[str], also: Iterable[str] = ()) -> InputError:
    """Return the error for a name that is not `known`: the nearest of these and `also`, or a few where none is near."""
    known = list(known)
    hint = did_you_mean(name, [*known, *also])
    expected = None if hint else nearest_of(name, known)
    return InputError(f"unknown {kind}{hint}", field=kind, value=name, expected=expected)
