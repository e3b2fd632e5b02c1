"""The guidelines on HER2 testing of ``facts/guidelines``, by disease."""

from __future__ import annotations

from functools import cache

from her2lab.errors import InputError
from her2lab.facts.guidelines import Guideline, check_guideline
from her2lab.facts.library.folders import Folders, checked, files_in, folders


def guidelines() -> dict[str, Guideline]:
    """Return the guideline for each disease.

    Raises
    ------
    InputError
        For the first mistake in a file, or if two are for the same disease.
    """
    return dict(_guidelines(folders("guidelines")))


@cache
def _guidelines(found: Folders) -> dict[str, Guideline]:
    known: dict[str, Guideline] = {}
    for path in files_in(found).values():
        record = checked(path, Guideline, check_guideline)
        if record.disease in known:
            raise InputError(f"{known[record.disease].id} is for this disease too", file=path, field="disease",
                             value=record.disease, expected="one guideline for a disease")
        known[record.disease] = record
    return known
