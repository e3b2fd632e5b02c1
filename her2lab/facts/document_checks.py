"""What every file of facts must meet: its name, the sources that it names, and its units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from her2lab.facts.quantity import Source
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.units import unit
from her2lab.nearest import did_you_mean

_BARE_UNITS = ("percentage point", "ULN", "grade", "event")  # shown, never converted


def check_name(document: Document, name: str, *, built_in_only: bool = False) -> None:
    """Require that a file bears the name of what it holds (a trial file of the user's own may have any name)."""
    if document.file is None:
        return
    if name != document.file.stem and (not built_in_only or document.file.parent.name == "trials"):
        field = "id" if "id" in document.data else "module"
        raise document.error((field,), "is not the name of the file", value=name, expected=document.file.stem)


def check_sources(document: Document, sources: Mapping[str, Source | Any]) -> None:
    """Require that every source named in the file is listed in its ``sources``, and that every unit is known."""
    for where, name in _named_sources(document.data, ()):
        if name not in sources:
            raise document.error(
                where,
                f"unknown source{did_you_mean(name, sources)}",
                value=name,
                expected="a key of this file's sources",
            )
    for where, text in _units(document.data, ()):
        if text not in _BARE_UNITS:
            document.parsed(where, unit, text)


def _named_sources(data: Any, where: Where) -> Iterator[tuple[Where, str]]:
    """Find every ``source: key`` below the top; ``published.source`` of a trial is free text and not looked at here."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "source" and isinstance(value, str):
                yield (*where, key), value
            elif where or key != "sources":
                yield from _named_sources(value, (*where, key))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _named_sources(value, (*where, n))


def _units(data: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "unit" and isinstance(value, str):
                yield (*where, key), value
            else:
                yield from _units(value, (*where, key))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _units(value, (*where, n))
