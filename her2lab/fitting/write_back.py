"""Change single numbers in the file of a population or a drug; every other character, comments included, stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from her2lab import storage
from her2lab.errors import InputError


def rewrite_values(path: Path, changes: Mapping[tuple[str, ...], float]) -> None:
    """Put new numbers into the file at `path`, which is written aside and renamed.

    Parameters
    ----------
    path
        A YAML file of a population or a drug, with each parameter on one line or as an indented block.
    changes
        New value by (parameter or property, field), or by (parameter or property, level, field).

    Raises
    ------
    InputError
        If a number is not found.
    """
    storage.write(path, _rewritten(path, changes).encode())


def check_written(path: Path, numbers: Iterable[tuple[str, ...]]) -> None:
    """Require that the file at `path` itself holds the numbers at these places, not only its base.

    Raises
    ------
    InputError
        If a number is not found.
    """
    _rewritten(path, dict.fromkeys(numbers, 1.0))


def _rewritten(path: Path, changes: Mapping[tuple[str, ...], float]) -> str:
    lines = path.read_text(encoding="utf-8").split("\n")
    for (parameter, *level, field), value in changes.items():
        first = next((i for i, line in enumerate(lines) if re.match(rf"  {re.escape(parameter)}:", line)), None)
        if first is None:
            raise InputError("no such parameter in this file", file=path, field=parameter,
                             expected="each fitted number written out, also in a population with a base")
        last = first + 1
        while last < len(lines) and re.match(r"\s{3,}\S", lines[last]):
            last += 1
        _replace(lines, range(first, last), [parameter, *level, field], value, path)
    return "\n".join(lines)


def _replace(lines: list[str], block: range, place: list[str], value: float, path: Path) -> None:
    _, *level, field = place
    before = rf'"{re.escape(level[0])}": {{[^}}]*?' if level else ""    # a level is written on one line
    number = re.compile(rf"({before}(?<![\w.]){field}:\s*)[-+0-9.eE]+")
    for i in block:
        if number.search(lines[i]):
            lines[i] = number.sub(rf"\g<1>{value!r}", lines[i], count=1)
            return
    raise InputError("no such number", file=path, field=".".join(place))
