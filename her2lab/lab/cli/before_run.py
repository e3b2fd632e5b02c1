"""What is tried before a run of minutes starts: whether its folder can be written."""

from __future__ import annotations

import tempfile
from pathlib import Path

from her2lab.errors import InputError


def check_folder(folder: Path) -> Path:
    """Return `folder` if results can be written there, and leave nothing behind."""
    try:
        ground = next(place for place in (folder, *folder.parents) if place.exists())
        if not ground.is_dir():
            raise InputError("not a folder", field="--out", value=str(ground), expected="a folder that can be written")
        with tempfile.TemporaryDirectory(dir=ground):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(reason, field="--out", value=str(folder), expected="a folder that can be written") from None
    return folder
