"""Writing files whole or not at all; and what is dear to compute, kept under the hash of all that went into it.

Everything is written aside and renamed into place, so that nobody sees half a file and two processes may write at once.
What is kept carries a checksum as well: a damaged file is the same as none. The cache belongs to its user alone, since
machine code is read from it, and is bounded: what was not used for longest goes first.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import shutil
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from her2lab.errors import InputError

CHECKSUM = hashlib.sha256().digest_size
MOST_BYTES, MOST_FILES, MOST_DAYS = 512 * 2**20, 4000, 90.0   # of the cache; days since a file was last used
CLEANED_EVERY = 100                                           # files that a process writes
DAY = 86400.0                                                 # seconds
PRIVATE, OTHERS, OTHERS_WRITE = 0o700, 0o077, 0o022             # rights of a folder
_CACHED = re.compile(r"([a-z]+)-[0-9a-f]{64}\.[a-z]+")
_ASIDE = re.compile(r"\..+\.partial")
_stored = itertools.count()


# ------------------------------------------------------------------------------------------------ the cache
@dataclass(frozen=True)
class CachedFile:
    """A file of the cache: its `kind` (the start of its name), size in bytes and when it was used (s since 1970)."""

    path: Path
    kind: str
    size: int
    used: float


def directory() -> Path:
    """``$HER2LAB_CACHE``, or where the system keeps caches of programs (on Linux ``~/.cache/her2lab``)."""
    named = os.environ.get("HER2LAB_CACHE")
    return Path(named) if named else platformdirs.user_cache_path("her2lab", appauthor=False)


def load(name: str) -> bytes | None:
    """Return what is kept under the name, or None where there is none that is whole."""
    path = directory() / name
    if not is_private(path.parent):
        return None
    try:
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    body = content[CHECKSUM:]
    return body if body and hashlib.sha256(body).digest() == content[:CHECKSUM] else None


def store(name: str, body: bytes) -> None:
    """Keep something under the name; where the disk cannot be written it is computed again next time."""
    path = directory() / name
    with suppress(OSError):
        path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if not is_private(path.parent):
            return
        write(path, hashlib.sha256(body).digest() + body)
        if next(_stored) % CLEANED_EVERY == 0:
            clean()


def is_private(folder: Path) -> bool:
    """Return whether a folder is the user's own and nobody else can write into it.

    The one in the home folder is closed to others; a folder that the user has named keeps the rights that it has.
    """
    if not hasattr(os, "getuid"):
        return folder.is_dir()
    with suppress(OSError):
        about = folder.stat()
        if about.st_uid == os.getuid():
            if about.st_mode & OTHERS and "HER2LAB_CACHE" not in os.environ:
                folder.chmod(PRIVATE)
                return True
            return not about.st_mode & OTHERS_WRITE
    return False


def cached() -> list[CachedFile]:
    """Return the files of the cache, those used last first; other files of its folder are none of them."""
    found = []
    with suppress(OSError):
        for entry in os.scandir(directory()):
            match = _CACHED.fullmatch(entry.name)
            with suppress(OSError):
                if match is not None:
                    about = entry.stat(follow_symlinks=False)
                    found.append(CachedFile(Path(entry.path), match[1], about.st_size, about.st_mtime))
    return sorted(found, key=lambda each: each.used, reverse=True)


def clean(most_bytes: int | None = None, most_files: int | None = None) -> int:
    """Remove from the cache what is beyond a limit, used longest ago first, and leftovers of writes that were killed.

    Parameters
    ----------
    most_bytes, most_files
        The limits; otherwise those of this module.

    Returns
    -------
    int
        The number of files of the cache that were removed.
    """
    most_bytes = MOST_BYTES if most_bytes is None else most_bytes
    most_files = MOST_FILES if most_files is None else most_files
    now, size, removed = time.time(), 0, 0
    for n, each in enumerate(cached()):
        size += each.size
        if size > most_bytes or n >= most_files or now - each.used > MOST_DAYS * DAY:
            with suppress(OSError):
                each.path.unlink()
                removed += 1
    with suppress(OSError):
        for entry in os.scandir(directory()):
            if _ASIDE.fullmatch(entry.name) and entry.is_file() and now - entry.stat().st_mtime > DAY:
                Path(entry.path).unlink(missing_ok=True)
    return removed


def clear() -> int:
    """Remove all files of the cache and return how many; other files of its folder are left alone."""
    return clean(most_bytes=0, most_files=0)


# ------------------------------------------------------------------------------------------------ whole files
def write(path: Path, content: bytes) -> None:
    """Write a file, or leave what was there."""
    aside = _aside(path.parent, path.name)
    try:
        aside.write_bytes(content)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_file(path: Path, content: bytes, field: str) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    InputError
        If the file, which was given as `field`, cannot be written.
    """
    try:
        write(path, content)
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), field=field, value=str(path),
                         expected="a file that can be written") from None


def write_folder(folder: Path, files: Mapping[str, bytes], field: str) -> None:
    """Write files (name -> content) into a folder, made if it is not there; other files in it are left alone.

    A name may lead into a folder inside (``facts/drugs/mine.yaml``). The last of them says that all are of one run: in
    a folder that was there before it goes first and comes back last.

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
            _place(aside / name).write_bytes(content)
        if before:
            (folder / list(files)[-1]).unlink(missing_ok=True)
            for name in files:
                (aside / name).replace(_place(folder / name))
        else:
            aside.rename(folder)
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), field=field, value=str(folder),
                         expected="a folder that can be written") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _aside(folder: Path, name: str) -> Path:
    return folder / f".{name}.{os.getpid()}.{threading.get_ident()}.partial"
