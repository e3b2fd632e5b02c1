"""Writing files whole or not at all; and what is dear to compute, kept under the hash of all that went into it.

Everything is written aside and renamed into place, so that nobody sees half a file and two processes may write at once.
What is kept carries a checksum as well: a damaged file is the same as none.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import platformdirs

from her2lab.errors import InputError

CHECKSUM = hashlib.sha256().digest_size


def directory() -> Path:
    """``$HER2LAB_CACHE``, or where the system keeps caches of programs (on Linux ``~/.cache/her2lab``)."""
    named = os.environ.get("HER2LAB_CACHE")
    return Path(named) if named else platformdirs.user_cache_path("her2lab", appauthor=False)


def load(name: str) -> bytes | None:
    """Return what is kept under the name, or None where there is none that is whole."""
    try:
        content = (directory() / name).read_bytes()
    except OSError:
        return None
    body = content[CHECKSUM:]
    return body if body and hashlib.sha256(body).digest() == content[:CHECKSUM] else None


def store(name: str, body: bytes) -> None:
    """Keep something under the name; where the disk cannot be written it is computed again next time."""
    path = directory() / name
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, hashlib.sha256(body).digest() + body)


def write(path: Path, content: bytes) -> None:
    """Write a file, or leave what was there."""
    aside = _aside(path.parent, path.name)
    try:
        aside.write_bytes(content)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_folder(folder: Path, files: Mapping[str, bytes], field: str) -> None:
    """Write files (name -> content) into a folder, made if it is not there; other files in it are left alone.

    The last of them says that all are of one run: in a folder that was there before it goes first and comes back last.

    Raises
    ------
    InputError
        If the folder, which was given as `field`, cannot be written.
    """
    before = folder.is_dir()
    aside = _aside(folder if before else folder.parent, folder.name)
    try:
        aside.mkdir(parents=True)
        for name, content in files.items():
            (aside / name).write_bytes(content)
        if before:
            (folder / list(files)[-1]).unlink(missing_ok=True)
            for name in files:
                (aside / name).replace(folder / name)
        else:
            aside.rename(folder)
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), field=field, value=str(folder),
                         expected="a folder that can be written") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: Path, name: str) -> Path:
    return folder / f".{name}.{os.getpid()}.{threading.get_ident()}.partial"
