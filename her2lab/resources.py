"""Where the science lives: the folders of YAML facts and Antimony text beside the Python machine."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder of the built-in ``facts`` or ``biology`` (installed, or in a checkout)."""
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def search_path(name: str) -> list[Path]:
    """Return the folders in which a file of ``facts`` or ``biology`` is looked up, the user's own first.

    A folder of that name in the working directory (or in ``$HER2LAB_HOME``) adds to the built-in one, so that a
    new drug or trial is one new file for an installed her2lab as well.
    """
    own = Path(os.environ.get("HER2LAB_HOME", ".")) / name
    builtin = folder(name)
    return [builtin] if not own.is_dir() or own.resolve() == builtin.resolve() else [own, builtin]


def is_there(path: Path) -> bool:
    """Return whether there is a file or folder; a name that no file can have (too long, a null in it) is not there."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
