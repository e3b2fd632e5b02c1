"""The rules of SBML that a model must keep to mean one thing: duplicate ids, two rules for one symbol, and the like."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import libsbml

from her2lab import storage
from her2lab.errors import InputError

LEFT_OUT = (
    libsbml.LIBSBML_CAT_UNITS_CONSISTENCY,  # findings of `her2lab model check`, no errors
    libsbml.LIBSBML_CAT_MODELING_PRACTICE,
    libsbml.LIBSBML_CAT_SBO_CONSISTENCY,
)
WITHOUT_MATHEMATICS = ("layout", "render", "groups", "annot", "req")
"""Packages in which no fault changes a number."""
LARGE = 100_000
"""Characters of a text above which it is remembered that it was found consistent."""


def refuse_inconsistent(document: Any, text: str, file: str | None) -> None:
    """Raise the first error of a document.

    Raises
    ------
    InputError
        The document breaks a rule of SBML, whose number and line are given. Warnings pass, and so does whatever
        concerns a package without mathematics.
    """
    _refuse_errors(document, file, "not a readable SBML model: ")
    name = f"consistent-{hashlib.sha256(text.encode()).hexdigest()}"
    if len(text) > LARGE and storage.load(name) is not None:
        return
    for category in LEFT_OUT:
        document.setConsistencyChecks(category, False)
    document.checkConsistency()
    _refuse_errors(document, file, "")
    if len(text) > LARGE:
        storage.store(name, b"yes")


def _refuse_errors(document: Any, file: str | None, begin: str) -> None:
    for i in range(document.getNumErrors()):
        error = document.getError(i)
        if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR and not _is_harmless(error):
            message = f"{begin}SBML rule {error.getErrorId()}: {_words(error)}"
            raise InputError(message, file=file, line=error.getLine() or None if file else None)


def _is_harmless(error: Any) -> bool:
    if error.getCategory() in LEFT_OUT or error.getPackage() in WITHOUT_MATHEMATICS:
        return True
    named = re.search(r"[Pp]ackage '?(\w+)", error.getMessage())
    return named is not None and named.group(1).split("_")[0] in WITHOUT_MATHEMATICS  # also as layout_L2


def _words(error: Any) -> str:
    """What is particular to the error: the last part of a message that first quotes the rule."""
    message = error.getMessage().strip()
    particular = re.split(r"Reference:[^\n]*\n", message)[-1].strip()
    return " ".join((particular or message).split())
