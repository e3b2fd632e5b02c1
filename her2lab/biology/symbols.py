"""What each biology module declares: its symbols, their units and meaning, and its instances of other modules.

The files are Antimony with a few words more (docs/reference/assembly_syntax.md). Every symbol carries its unit:

    const clearance = 1;      // [L/day]   linear clearance

declares a constant (with ``= value`` where an empty drug slot or an input needs a neutral default), ``var`` a symbol
that changes in time. ``shared`` before it says that the symbol is the assembly's of the same name, handed down to
whoever uses it (:mod:`her2lab.biology.wiring`); ``optional`` that a drug need not bring it. Any other line is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from her2lab.biology.statements import AntimonyStatement, statements
from her2lab.biology.templates import written_out
from her2lab.errors import InputError
from her2lab.resources import search_path

HEADER = re.compile(r"^(module|model)\s+(\*?)(\w+)\s*\(([\w\s,]*)\)$")
DECLARATION = re.compile(r"^(shared\s+)?(optional\s+)?(const|var)\s+(\w+)\s*(?:=\s*([^;=]+?)\s*)?;$")
INSTANCE = re.compile(r"^(\w+)\s*:\s*(\w+)\s*\(([\w\s,]*)\)\s*;$")
EQUATIONS = re.compile(r"^(?:\w+\s*(?:'\s*=|:?=)[^;:=']+;\s*)+$")
SUM_OVER_SLOTS = re.compile(r"^sum over slots\s+(\w+)\s*=\s*([^;=]+);$")
_COMMENT = re.compile(r"^\[([^\]]+)\]\s*(.*)$")
_ASSIGNED = re.compile(r"(\w+)\s*'?\s*:?=")
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
    """One ``.ant`` file: a part of the body, or an assembly that holds instances of others.

    `statements` are those of the file with blocks written out, `assigned` the symbols that an equation gives a value.
    """

    name: str
    path: Path
    statements: tuple[AntimonyStatement, ...]
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
    """Return every module of ``biology/``, the user's own files before the built-in ones.

    Raises
    ------
    InputError
        As :func:`parse`.
    """
    found: dict[str, Module] = {}
    for folder in search_path("biology"):
        for path in sorted(folder.glob("*.ant")):
            if path.stem not in found:
                found[path.stem] = parse(path, path.read_text(encoding="utf-8"))
    return found


def parse(path: Path, text: str) -> Module:
    """Read the text of one module, whose file is `path`.

    Raises
    ------
    InputError
        If the text holds no module, or a line that is not of the syntax; with the number of the line.
    """
    return module_of(path, written_out(path, statements(path, text)))


def module_of(path: Path, lines: Sequence[AntimonyStatement]) -> Module:
    """Return the module whose statements these are, without blocks.

    Raises
    ------
    InputError
        As :func:`parse`.
    """
    code = [each for each in lines if each.code]
    head = HEADER.match(code[0].code) if code else None
    if head is None:
        raise InputError("no module in this file", file=path, expected=f"module {path.stem}(...)")
    if code[-1].code != "end":
        raise InputError("the module does not close", file=path, line=code[-1].line, expected="end as the last line")
    symbols: dict[str, Symbol] = {}
    instances: list[Instance] = []
    assigned: set[str] = set()
    for each in code[1:-1]:
        if match := DECLARATION.match(each.code):
            symbol = _symbol(path, each, match)
            if symbol.name in symbols:
                raise InputError("declared twice", file=path, line=each.line, field=symbol.name)
            symbols[symbol.name] = symbol
        elif match := INSTANCE.match(each.code):
            instances.append(Instance(match.group(1), match.group(2), names(match.group(3))))
        elif EQUATIONS.match(each.code):
            assigned.update(_ASSIGNED.findall(each.code))
        elif not SUM_OVER_SLOTS.match(each.code):
            raise InputError("not a line of the syntax", file=path, line=each.line, value=each.code,
                             expected="a declaration, an instance, an equation or a sum over slots")
    return Module(path.stem, path, tuple(lines), names(head.group(4)), symbols, tuple(instances), frozenset(assigned))


def unit_and_meaning(path: Path, statement: AntimonyStatement) -> tuple[str, str]:
    """Return what the comment behind a declaration says.

    Raises
    ------
    InputError
        If it does not open with a unit in brackets.
    """
    if (match := _COMMENT.match(statement.comment)) is None:
        raise InputError("a symbol without its unit", file=path, line=statement.line, value=statement.code,
                         expected="// [unit] meaning behind it or on the next line")
    return match.group(1).strip(), match.group(2).strip()


def names(arguments: str) -> tuple[str, ...]:
    """Return the names of a list with commas."""
    return tuple(part.strip() for part in arguments.split(",") if part.strip())


def _symbol(path: Path, statement: AntimonyStatement, match: re.Match[str]) -> Symbol:
    shared, optional, kind, name, default = match.groups()
    unit, meaning = unit_and_meaning(path, statement)
    if kind == "var" and (optional or default):
        raise InputError("only a constant is optional or has a neutral value", file=path, line=statement.line,
                         value=statement.code)
    return Symbol(name, unit, meaning, kind == "const", default, shared is not None, optional is not None)
