"""What is dear to compute, kept on disk under the hash of everything that went into it.

A file is written aside and renamed into place and carries a checksum: two processes may write at once, and a damaged
file is the same as none.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

CHECKSUM = hashlib.sha256().digest_size


def directory() -> Path:
    """``$HER2LAB_CACHE``, or ``~/.cache/her2lab``."""
    named = os.environ.get("HER2LAB_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "her2lab"


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
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(body).digest() + body)
            os.replace(aside, path)
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise
