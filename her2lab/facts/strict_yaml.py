"""A strict reader of YAML 1.2: plain data with line numbers, and nothing that a trial file does not need.

The scanner is that of ruamel.yaml; the values are made here, by the closed grammar of the YAML 1.2 core schema, so
that no tag, anchor or merge key can construct anything, ``NO`` stays text and ``010`` is ten.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

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

from her2lab.errors import InputError
from her2lab.nearest import unknown

LARGEST_FILE = 1_000_000  # bytes; the largest file of facts/ has a few tens of thousands
DEEPEST = 20

Item = TypeVar("Item")
Where = tuple[str | int, ...]
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
    """One file as plain data, with the line on which each value starts; without a file, what a caller gave instead."""

    file: Path | None
    data: dict[str, Any]
    lines: dict[Where, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the file."""
        return "what was given" if self.file is None else self.file.name

    def error(self, where: Where, message: str, *, value: Any = None, expected: str | None = None) -> InputError:
        """Return the error for the field at `where`, with its line or that of the nearest field around it."""
        line = next((self.lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in self.lines), None)
        return InputError(
            message, file=self.file, line=line, field=dotted(where) or None, value=value, expected=expected
        )

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
    return _Builder(path).build(_text(path))


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            reason = (
                "is a folder" if path.is_dir() else "is not there" if not path.exists() else "is not a regular file"
            )
            raise InputError(reason, file=path, expected="a YAML file")
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as problem:
        raise InputError(f"cannot be read ({problem.strerror or problem})", file=path) from None
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
            self.events = iter(parser.parse(text))
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
        return Document(self.file, data, self.lines)

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
        return self._scalar(event, where) if event.style is None else event.value

    def _mapping(self, where: Where) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if not isinstance(event, ScalarEvent) or event.anchor or event.tag is not None:
                raise self._refuse(event, where, "a field name must be plain text", "a name")
            key = event.value
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

    def _scalar(self, event: ScalarEvent, where: Where) -> Any:
        value = as_read(event.value)
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
