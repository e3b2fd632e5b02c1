"""Plain data as YAML that :mod:`her2lab.facts.strict_yaml` reads back as it was."""

from __future__ import annotations

import re
from typing import Any

from her2lab.facts.strict_yaml import as_read

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")     # safe in a list in brackets as well
_LONGEST_LINE = 110
_ESCAPED = {'"': '\\"', "\\": "\\\\"}


def yaml_text(data: dict[str, Any]) -> str:
    """Return a mapping of plain data as YAML: short lists and mappings on a line, everything else indented.

    Parameters
    ----------
    data
        Dictionaries, lists, text, finite numbers, true, false and null, as :func:`her2lab.facts.frozen.plain` gives.
    """
    return "\n".join(_block(data, "")) + "\n"


def _block(data: Any, indent: str) -> list[str]:
    """Return the lines of a mapping or list that is not empty."""
    pairs = [(f"{_scalar(name)}:", each) for name, each in data.items()] if isinstance(data, dict) else [
        ("-", each) for each in data]
    lines: list[str] = []
    for head, each in pairs:
        short = f"{indent}{head} {_flow(each)}"
        if isinstance(each, dict | list) and each and (len(short) > _LONGEST_LINE or _is_deep(each)):
            inner = _block(each, f"{indent}  ")
            if head == "-":
                inner[0] = f"{indent}- {inner[0].lstrip()}"
            lines += inner if head == "-" else [f"{indent}{head}", *inner]
        else:
            lines.append(short)
    return lines


def _is_deep(data: Any) -> bool:
    """Return whether lists or mappings stand inside others that stand inside."""
    inside = data.values() if isinstance(data, dict) else data
    return any(isinstance(each, dict | list) and any(isinstance(inner, dict | list) and inner for inner in (
        each.values() if isinstance(each, dict) else each)) for each in inside)


def _flow(data: Any) -> str:
    """Return data on one line."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{_scalar(name)}: {_flow(each)}" for name, each in data.items()) + "}"
    return "[" + ", ".join(map(_flow, data)) + "]" if isinstance(data, list) else _scalar(data)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return repr(value)
    return value if _PLAIN.fullmatch(value) and as_read(value) == value else f'"{_quoted(value)}"'


def _quoted(text: str) -> str:
    """Return text for double quotes, with what a reader would change or refuse as escapes."""
    changes = as_read(text) != text
    return "".join(_ESCAPED.get(letter) or (
        letter if letter.isprintable() and (letter.isascii() or not changes) else f"\\U{ord(letter):08x}"
    ) for letter in text)
