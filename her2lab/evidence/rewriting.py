"""Change single numbers of a population's file and leave every other character, comments included, as it is."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from her2lab.errors import InputError


def rewrite_values(path: Path, changes: Mapping[tuple[str, str], float]) -> None:
    """Put new numbers into ``parameters`` of the file at `path`, which is written aside and renamed.

    Parameters
    ----------
    path
        A population's YAML file, with each parameter on one line or as an indented block.
    changes
        New value by (parameter, field).

    Raises
    ------
    InputError
        If a number is not found.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    for (parameter, field), value in changes.items():
        first = next((i for i, line in enumerate(lines) if re.match(rf"  {re.escape(parameter)}:", line)), None)
        if first is None:
            raise InputError("no such parameter", file=path, field=parameter)
        last = first + 1
        while last < len(lines) and re.match(r"\s{3,}\S", lines[last]):
            last += 1
        _replace(lines, range(first, last), field, value, path, parameter)
    aside = path.with_suffix(".yaml.new")
    aside.write_text("\n".join(lines), encoding="utf-8")
    os.replace(aside, path)


def _replace(lines: list[str], block: range, field: str, value: float, path: Path, parameter: str) -> None:
    number = re.compile(rf"(?<![\w.])({field}:\s*)[-+0-9.eE]+")
    for i in block:
        if number.search(lines[i]):
            lines[i] = number.sub(rf"\g<1>{value!r}", lines[i], count=1)
            return
    raise InputError("no such number", file=path, field=f"{parameter}.{field}")
