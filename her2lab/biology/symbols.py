"""What each biology module declares: its symbols, their units and meaning, and its instances in an assembly.

The Antimony files follow one convention, so that every symbol carries its unit:

    const clearance = 1;      // [L/day]   linear clearance

declares a constant (with ``= value`` where an empty drug slot or an input needs a neutral default) or, with ``var``,
a symbol that changes in time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from her2lab.errors import InputError
from her2lab.science import search_path

_DECLARATION = re.compile(r"^\s*(const|var)\s+(\w+)\s*(=\s*[^;]+)?;\s*//\s*\[([^\]]+)\]\s*(.*)$")
_MODULE = re.compile(r"^\s*(?:module|model)\s+\*?(\w+)\s*\(([^)]*)\)")
_INSTANCE = re.compile(r"^\s*(\w+)\s*:\s*(\w+)\s*\(([^)]*)\)\s*;")


@dataclass(frozen=True)
class Symbol:
    """One declared symbol of a module."""

    name: str
    unit: str
    meaning: str
    constant: bool
    has_default: bool


@dataclass(frozen=True)
class Instance:
    """One use of a module in an assembly, with the symbols passed as its arguments."""

    name: str
    module: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """One ``.ant`` file: a module of the body, or an assembly that holds instances of others."""

    name: str
    path: Path
    text: str
    arguments: tuple[str, ...]
    symbols: dict[str, Symbol]
    instances: tuple[Instance, ...]
    assigned: frozenset[str]


def modules() -> dict[str, Module]:
    """Return every module of ``biology/``, the user's own files before the built-in ones."""
    found: dict[str, Module] = {}
    for folder in search_path("biology"):
        for path in sorted(folder.glob("*.ant")):
            found.setdefault(path.stem, _read(path))
    return found


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    head = _MODULE.search(next((line for line in text.splitlines() if _MODULE.match(line)), ""))
    if head is None:
        raise InputError("no module in this file", file=path, expected=f"module {path.stem}(...)")
    symbols, instances, assigned = {}, [], set()
    for line in text.splitlines():
        if match := _DECLARATION.match(line):
            kind, name, default, unit, meaning = match.groups()
            symbols[name] = Symbol(name, unit.strip(), meaning.strip(), kind == "const", default is not None)
        elif match := _INSTANCE.match(line):
            name, module, arguments = match.groups()
            instances.append(Instance(name, module, _names(arguments)))
        else:
            assigned.update(re.findall(r"(\w+)\s*:?=(?!=)", line.split("//")[0]))
    return Module(path.stem, path, text, _names(head.group(2)), symbols, tuple(instances), frozenset(assigned))


def _names(arguments: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in arguments.split(",") if part.strip())
