"""A strict reader of YAML 1.2: plain data with line numbers, and nothing that a trial file does not need.

The scanner is that of ruamel.yaml; the values are made here, by the closed grammar of the YAML 1.2 core schema, so
that no tag, anchor or merge key can construct anything, ``NO`` stays text and ``010`` is ten.

Scanning is slow, so that the values of a text are kept on disk under its hash. Lines are needed for errors only: a text
is scanned again where one is asked for.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import ruamel.yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from her2lab import storage
from her2lab.errors import InputError
from her2lab.nearest import unknown
from her2lab.printable import hidden

LARGEST_FILE = 1_000_000  # bytes; the largest file of facts/ has a few tens of thousands
MOST_VALUES = 20_000      # names and values of a file; the most of facts/ are about five thousand
LONGEST_NUMBER = 40       # characters; no measured number needs more
DEEPEST = 20

Item = TypeVar("Item")
Where = tuple[str | int, ...]
_PART = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_CONSTANTS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
# Spaces and signs that come along when numbers are copied from papers and web pages.
_NORMALISED = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2212": "-", "\u03bc": "\u00b5"}
)


@dataclass(frozen=True)
class Document:
    """One file as plain data, with the line on which each value starts; without a file, what a caller gave instead.

    A part of a file (:meth:`part`) is a document as well, whose fields are named from the top of the file.
    """

    file: Path | None
    data: dict[str, Any]
    read_lines: Callable[[], dict[Where, int]] = dict
    at: Where = ()

    @cached_property
    def lines(self) -> dict[Where, int]:
        """Path of a value -> the line on which it starts; they are found when they are first asked for."""
        return self.read_lines()

    @property
    def name(self) -> str:
        """The name of the file."""
        return "what was given" if self.file is None else self.file.name

    def part(self, *at: str | int) -> Document:
        """Return the mapping at a place of the file as a document of its own."""
        data: Any = self.data
        for key in at:
            data = data[key]
        return Document(self.file, data, lambda: {
            where[len(at):]: line for where, line in self.lines.items() if where[: len(at)] == at}, (*self.at, *at))

    def error(self, where: Where, message: str, *, value: Any = None, expected: str | None = None) -> InputError:
        """Return the error for the field at `where`, with its line or that of the nearest field around it."""
        line = next((self.lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in self.lines), None)
        return InputError(
            message, file=self.file, line=line, field=dotted((*self.at, *where)) or None, value=value, expected=expected
        )

    def placed(self, problem: InputError) -> InputError:
        """Return an error that names a field of this file, with the file and the line of the field.

        The others that it carries are placed as well.
        """
        where = tuple(int(number) if number else name for name, number in _PART.findall(problem.field or ""))
        found = self.error(where, problem.message, value=problem.value, expected=problem.expected)
        found.field, found.others = problem.field, tuple(map(self.placed, problem.others))
        return found if problem.file is None else problem

    def unknown(self, where: Where, kind: str, name: object, known: Iterable[str]) -> InputError:
        """Return the error for a name that is not `known`, with the nearest of these, or all where none is near."""
        problem = unknown(kind, name, known)
        return self.error(where, problem.message, value=name, expected=problem.expected)

    def parsed(self, where: Where, parse: Callable[[Any], Item], value: Any) -> Item:
        """Return what `parse` makes of the value at `where`.

        Raises
        ------
        InputError
            What `parse` raised, at this field.
        """
        try:
            return parse(value)
        except InputError as problem:
            raise self.error(where, problem.message, value=value, expected=problem.expected) from None


def dotted(where: Where) -> str:
    """Return a path as text: ``arms[0].regimen[2].dose``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return text.removeprefix(".")


def read_document(path: str | Path) -> Document:
    """Read one YAML file whose top is a mapping.

    Raises
    ------
    InputError
        If the file cannot be read, is too large, is not UTF-8 or not YAML, repeats a key, uses tags or anchors, holds
        a number that is not finite, or is not a mapping.
    """
    path = Path(path)
    text = _text(path)
    name = f"facts-{hashlib.sha256((_reader() + text).encode()).hexdigest()}.json"
    kept = storage.load(name)
    if kept is not None:
        return Document(path, json.loads(kept), lambda: _Builder(path).build(text).lines)
    document = _Builder(path).build(text)
    storage.store(name, json.dumps(document.data).encode())
    return document


@cache
def _reader() -> str:
    """Hash of this reader: what any other version has read is not used."""
    return hashlib.sha256(Path(__file__).read_bytes() + ruamel.yaml.__version__.encode()).hexdigest()


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            reason = (
                "is a folder" if path.is_dir() else "is not there" if not path.exists() else "is not a regular file"
            )
            raise InputError(reason, file=path, expected="a YAML file")
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as problem:  # ValueError: a null in the name
        raise InputError(f"cannot be read ({getattr(problem, 'strerror', None) or problem})", file=path) from None
    if len(raw) > LARGEST_FILE:
        raise InputError("is too large", file=path, expected=f"at most {LARGEST_FILE // 1000} kB")
    _AS_READ[path] = raw
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise InputError("is not UTF-8 text", file=path, line=line, expected="a YAML file in UTF-8") from None
    return _normalised(text.replace("\r\n", "\n").replace("\r", "\n"))


_AS_READ: dict[Path, bytes] = {}  # what is read once is what results are made of, whatever becomes of the file


def bytes_read(path: Path) -> bytes:
    """Return what a file held when this process last read it, or holds now if it has not been read."""
    return _AS_READ[path] if path in _AS_READ else path.read_bytes()


def as_read(text: str) -> Any:
    """Return what a value that is written without quotes is read as: a number, true, false, null, or text.

    Text is returned with its spaces and signs as a reader would have them.
    """
    text = _normalised(text)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text) and len(text) < 19:
        return int(text)
    if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return float(text) if _FLOAT.fullmatch(text) else math.nan
    return text


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_NORMALISED)


class _Builder:
    """Makes plain data from the events of the scanner."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Where, int] = {}

    def build(self, text: str) -> Document:
        parser = YAML(typ="safe", pure=True)
        parser.version = (1, 2)
        try:
            self.events = self._counted(parser.parse(text))
            data = self._document()
        except YAMLError as problem:
            mark = getattr(problem, "problem_mark", None)
            what = getattr(problem, "problem", None) or str(problem).splitlines()[0]
            raise InputError(
                f"is not valid YAML ({what})", file=self.file, line=None if mark is None else mark.line + 1
            ) from None
        if not isinstance(data, dict):
            found = "nothing" if data is None else "a list" if isinstance(data, list) else "text"
            raise InputError(f"holds {found}", file=self.file, expected="a mapping of field names to values")
        return Document(self.file, data, lambda: self.lines)

    def _counted(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield the events, as long as there are not too many of them."""
        for n, event in enumerate(events):
            if n > MOST_VALUES:
                raise self._refuse(event, (), "holds too much", f"at most {MOST_VALUES} names and values")
            yield event

    def _document(self) -> Any:
        data, documents = None, 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refuse(event, (), "holds more than one document", "one document")
                data = self._value(next(self.events), ())
        return data

    def _value(self, event: Event, where: Where) -> Any:
        self.lines.setdefault(where, event.start_mark.line + 1)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse(event, where, "anchors and aliases are not read", "the value written out")
        if (tag := getattr(event, "tag", None)) is not None:
            raise self._refuse(event, where, f"the tag {tag} is not read", "plain values")
        if len(where) > DEEPEST:
            raise self._refuse(event, where[:3], "is nested too deeply", f"at most {DEEPEST} levels")
        if isinstance(event, MappingStartEvent):
            return self._mapping(where)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(where)
        assert isinstance(event, ScalarEvent)  # noqa: S101 - the only event left
        self._check_shown(event, where)
        return self._scalar(event, where) if event.style is None else event.value

    def _mapping(self, where: Where) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if not isinstance(event, ScalarEvent) or event.anchor or event.tag is not None:
                raise self._refuse(event, where, "a field name must be plain text", "a name")
            key = event.value
            self._check_shown(event, where)
            self.lines.setdefault((*where, key), event.start_mark.line + 1)
            if key in found:
                first = self.lines[(*where, key)]
                raise self._refuse(event, (*where, key), f"is given twice, first on line {first}", "each field once")
            found[key] = self._value(next(self.events), (*where, key))
        return found

    def _sequence(self, where: Where) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            found.append(self._value(event, (*where, len(found))))
        return found

    def _check_shown(self, event: ScalarEvent, where: Where) -> None:
        if code := hidden(event.value):
            raise self._refuse(event, where, f"holds {code}, a character that is not shown", "plain text")

    def _scalar(self, event: ScalarEvent, where: Where) -> Any:
        value = as_read(event.value)
        if isinstance(value, int | float) and len(event.value) > LONGEST_NUMBER:
            raise self._refuse(event, where, "is too long for a number", f"at most {LONGEST_NUMBER} characters",
                               event.value)
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refuse(event, where, "is not a finite number", "a finite number", event.value)
        return value

    def _refuse(self, event: Event, where: Where, message: str, expected: str, value: Any = None) -> InputError:
        return InputError(
            message,
            file=self.file,
            line=event.start_mark.line + 1,
            field=dotted(where) or None,
            value=value,
            expected=expected,
        )
