"""What there is of drugs and of named regimens."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from her2lab.facts.lazy_records import LazyRecords
from her2lab.facts.library.folders import Folders, each, files_in, folders, named
from her2lab.facts.reading import to_record
from her2lab.facts.records import Drug, Regimen
from her2lab.facts.strict_yaml import read_document
from her2lab.facts.trials import read_regimen
from her2lab.facts.validation import check_drug, check_name, check_sources


def drugs() -> Mapping[str, Drug]:
    """Return every drug by id, in alphabetical order; a file is read when its drug is asked for."""
    return drugs_in(folders("drugs"))


def drug(identifier: str) -> Drug:
    """Return one drug.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return named("drug", identifier, drugs())


def regimens() -> dict[str, Regimen]:
    """Return every named regimen by id."""
    return dict(_regimens(folders("regimens"), folders("drugs")))


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def drugs_in(found: Folders) -> Mapping[str, Drug]:
    """Return the drugs of some folders, each read once."""
    return LazyRecords(files_in(found), _drug)


def _drug(path: Path) -> Drug:
    document = read_document(path)
    record = to_record(document, Drug, document.data)
    check_name(document, record.id)
    check_sources(document, record.sources)
    check_drug(document, record)
    return record


@cache
def _regimens(found: Folders, drug_folders: Folders) -> dict[str, Regimen]:
    return each(found, lambda path: read_regimen(path, drugs_in(drug_folders)))
