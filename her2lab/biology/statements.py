"""The text of a biology file as statements: what is written over several lines is one, and every one knows its line.

A statement ends at the semicolon that ends a line; the head of a module, a line ``for each``, ``end for`` and ``end``
have none. Behind a statement, or alone on the line after it, stands its comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from her2lab.errors import InputError

_WHOLE_LINE = re.compile(r"^(?:for each\b.*:|end for|end)$")
_HEAD = re.compile(r"^(?:module|model)\b.*\)$")
_UNIT = re.compile(r"^\[[^\]]+\]")


@dataclass(frozen=True)
class AntimonyStatement:
    """One statement, or a comment of its own (then `code` is empty). `line` is the number of its first line."""

    code: str
    comment: str
    line: int

    def __str__(self) -> str:
        return "  // ".join(part for part in (self.code, self.comment) if part) if self.code else f"// {self.comment}"


def statements(path: Path, text: str) -> tuple[AntimonyStatement, ...]:
    """Return the statements of a file in their order; empty lines are left out.

    Raises
    ------
    InputError
        If the text ends within a statement.
    """
    found: list[AntimonyStatement] = []
    open_code, open_line = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        written, _, comment = (part.strip() for part in line.partition("//"))
        code, start = f"{open_code} {written}".strip(), open_line or number
        if not code:
            if comment and _describes(found, comment):
                found[-1] = AntimonyStatement(found[-1].code, comment, found[-1].line)
            elif comment:
                found.append(AntimonyStatement("", comment, number))
        elif _is_whole(code):
            found.append(AntimonyStatement(_spaced(code), comment, start))
            open_code, open_line = "", 0
        else:
            open_code, open_line = code, start
    if open_code:
        raise InputError("a statement is not ended", file=path, line=open_line, value=open_code[:60], expected="a ;")
    return tuple(found)


def _is_whole(code: str) -> bool:
    return code.endswith(";") or bool(_WHOLE_LINE.match(code) or _HEAD.match(code))


def _describes(found: list[AntimonyStatement], comment: str) -> bool:
    """Whether a comment that stands alone gives the unit of the statement before it."""
    return bool(found and found[-1].code and not found[-1].comment and _UNIT.match(comment))


def _spaced(code: str) -> str:
    """Return code of several lines as that of one."""
    return re.sub(r"\(\s+", "(", re.sub(r"\s+", " ", code))
