"""What each biology module declares: its symbols, their units and meaning, and its instances of other modules.

The Antimony files follow one convention, so that every symbol carries its unit:

    const clearance = 1;      // [L/day]   linear clearance

declares a constant (with ``= value`` where an empty drug slot or an input needs a neutral default) or, with ``var``,
a symbol that changes in time. Two words may open the meaning: ``shared:`` says that the symbol is the assembly's of the
same name, handed down to whoever uses it; ``optional:`` that a drug need not bring it; ``over slots:`` that an assembly
adds up what drugs do (:mod:`her2lab.biology.summing`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from her2lab.errors import InputError
from her2lab.resources import search_path

DECLARATION = re.compile(r"^\s*(const|var)\s+(\w+)\s*(?:=\s*([^;]+?))?\s*;\s*//\s*\[([^\]]+)\]\s*(.*)$")
HEADER = re.compile(r"^\s*(?:module|model)\s+\*?(\w+)\s*\(([^)]*)\)")
INSTANCE = re.compile(r"^\s*(\w+)\s*:\s*(\w+)\s*\(([^)]*)\)\s*;")
INPUTS = ("infusion", "injection", "intake")  # what a dosing schedule sets: into plasma, a depot, the gut


@dataclass(frozen=True)
class Symbol:
    """One declared symbol of a module; `default` is the text of its neutral value, if it has one."""

    name: str
    unit: str
    meaning: str
    constant: bool
    default: str | None
    shared: bool
    optional: bool


@dataclass(frozen=True)
class Instance:
    """One use of a module in another, with the symbols passed as its arguments."""

    name: str
    module: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """One ``.ant`` file: a part of the body, or an assembly that holds instances of others."""

    name: str
    path: Path
    text: str
    arguments: tuple[str, ...]
    symbols: dict[str, Symbol]
    instances: tuple[Instance, ...]
    assigned: frozenset[str]

    @property
    def own_constants(self) -> list[Symbol]:
        """Constants that are neither arguments nor the assembly's."""
        return [symbol for symbol in self.symbols.values()
                if symbol.constant and not symbol.shared and symbol.name not in self.arguments]

    @property
    def inputs(self) -> list[str]:
        """Inputs that a dosing schedule sets."""
        return [name for name in INPUTS if name in self.symbols]


def modules() -> dict[str, Module]:
    """Return every module of ``biology/``, the user's own files before the built-in ones."""
    found: dict[str, Module] = {}
    for folder in search_path("biology"):
        for path in sorted(folder.glob("*.ant")):
            found.setdefault(path.stem, read(path))
    return found


def read(path: Path) -> Module:
    """Read one module.

    Raises
    ------
    InputError
        If the file holds no module.
    """
    return parse(path, path.read_text(encoding="utf-8"))


def parse(path: Path, text: str) -> Module:
    """Read the text of one module, whose file is `path`.

    Raises
    ------
    InputError
        If the text holds no module.
    """
    head = HEADER.search(next((line for line in text.splitlines() if HEADER.match(line)), ""))
    if head is None:
        raise InputError("no module in this file", file=path, expected=f"module {path.stem}(...)")
    symbols, instances, assigned = {}, [], set()
    for line in text.splitlines():
        if match := DECLARATION.match(line):
            symbols[match.group(2)] = _symbol(*match.groups())
        elif match := INSTANCE.match(line):
            name, module, arguments = match.groups()
            instances.append(Instance(name, module, _names(arguments)))
        else:
            assigned.update(re.findall(r"(\w+)\s*:?=(?!=)", line.split("//")[0]))
    return Module(path.stem, path, text, _names(head.group(2)), symbols, tuple(instances), frozenset(assigned))


def _symbol(kind: str, name: str, default: str | None, unit: str, meaning: str) -> Symbol:
    shared = meaning.startswith("shared:")
    meaning = meaning.removeprefix("shared:").strip()
    optional = meaning.startswith("optional:")
    return Symbol(name, unit.strip(), meaning.removeprefix("optional:").strip(), kind == "const", default, shared,
                  optional)


def _names(arguments: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in arguments.split(",") if part.strip())
