"""Other names: what a drug or a trial is called beside its id, whatever the case, with or without dashes and spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from her2lab.errors import InputError
from her2lab.nearest import unknown

Item = TypeVar("Item")


def plain(name: str) -> str:
    """Return a name without case, spaces and dashes, so that T-DM1 and tdm1 are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def id_of(kind: str, name: str, known: Mapping[str, Item], names_of: Callable[[Item], Iterable[str]],
          also: Iterable[str] = ()) -> str:
    """Return the id that a name stands for.

    Parameters
    ----------
    kind
        What is asked for, for messages.
    name
        An id, or another name.
    known
        Records by id; they are looked into only where no id is like the name.
    names_of
        The other names of a record.
    also
        Names of other things that may be meant, for messages.

    Raises
    ------
    InputError
        If nothing is called so (the nearest name is given), or several are.
    """
    if name in known:
        return name
    asked = plain(name)
    alike = [each for each in known if plain(each) == asked] or [
        each for each, names in _names(known, names_of) if asked and asked in map(plain, names)]
    if len(alike) > 1:
        raise InputError(f"several are called so, each a {kind}", field=kind, value=name, expected=" or ".join(alike))
    if not alike:
        others = (other for _, names in _names(known, names_of) for other in names)
        raise unknown(kind, name, known, also=[*also, *others])
    return alike[0]


def _names(known: Mapping[str, Item], names_of: Callable[[Item], Iterable[str]]) -> Iterator[tuple[str, list[str]]]:
    for each in known:
        try:
            yield each, list(names_of(known[each]))
        except InputError:
            continue  # a file with a mistake keeps nobody from the others; it is refused when it is asked for
