"""What is tried before a run of minutes starts: whether its folder can be written, and its memory is enough."""

from __future__ import annotations

import tempfile
from pathlib import Path

from her2lab.errors import InputError
from her2lab.facts.records import Trial

LIMIT_GB = 4.0


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


def refuse_if_huge(trial: Trial, patients: int | None) -> None:
    """Refuse a run beyond the limit: the user may insist with ``--yes``."""
    from her2lab.trial.memory import memory_gb

    needed = memory_gb(trial, patients)
    if needed <= LIMIT_GB:
        return
    most = int((patients or max(arm.n for arm in trial.arms)) * LIMIT_GB / needed)
    raise InputError(f"about {needed:.0f} GB of memory would be needed", field="--patients", value=patients,
                     expected=f"at most {most}, or --yes to run all the same")
