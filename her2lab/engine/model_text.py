"""The text of a model file, in whatever encoding and packing it comes."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import zlib
from pathlib import Path

from her2lab.errors import InputError

PACKED = b"\x1f\x8b"
LARGEST = 200_000_000
"""Bytes of a text that is unpacked: a small file may hold an endless one."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    ("<".encode("utf-16-le"), "utf-16-le"),
    ("<".encode("utf-16-be"), "utf-16-be"),
)
"""How a text begins, and the encoding that follows from it."""
DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
DECLARED = re.compile(rb"""\s*<\?xml\b[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a file: unpacked, decoded as its first bytes or its XML declaration say (else UTF-8).

    Raises
    ------
    InputError
        The file cannot be read, is empty, is damaged, or is not in the encoding that it declares.
    """
    name = os.fspath(path)
    try:
        content = Path(name).read_bytes()
        if content.startswith(PACKED):
            with gzip.open(io.BytesIO(content)) as packed:
                content = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"cannot read the model: {error}", file=name) from error
    if len(content) > LARGEST:
        raise InputError("cannot read the model: it is too large", file=name, expected=f"at most {LARGEST} bytes")
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise InputError(f"cannot read the model: {error}", file=name, expected=f"text in {encoding}") from error
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise InputError("the file is empty", file=name, expected="a model in SBML or Antimony")
    # what follows is a text, no longer bytes in the encoding that the declaration names
    return DECLARATION.sub("", text, count=1) if DECLARATION.match(text) else text


def _encoding(content: bytes) -> str:
    for begin, encoding in MARKS:
        if content.startswith(begin):
            return encoding
    declared = DECLARED.match(content)
    return declared.group(1).decode("ascii") if declared else "utf-8"
