"""Results of many trials in one folder: ``DIR/trials/ID/result.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from her2lab.errors import InputError


def has(folder: Path, trial: str) -> bool:
    """Return whether there is a result of a trial."""
    return _file(folder, trial).is_file()


def summary(folder: Path, trial: str) -> dict[str, Any]:
    """Return the ``result.json`` of a trial.

    Raises
    ------
    InputError
        If it cannot be read, or is of another trial.
    """
    path = _file(folder, trial)
    try:
        found = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise InputError("is not a result", file=path, expected="what `her2lab trial run` writes") from None
    if found.get("trial") != trial:
        raise InputError("is the result of another trial", file=path, field="trial", value=found.get("trial"),
                         expected=trial)
    return found


def _file(folder: Path, trial: str) -> Path:
    return folder / "trials" / trial / "result.json"
