"""What there is of drugs and of named regimens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from her2lab.facts.aliases import id_of
from her2lab.facts.document_checks import check_name, check_sources
from her2lab.facts.dosing import other_names
from her2lab.facts.drug_checks import check_drug
from her2lab.facts.lazy_records import LazyRecords
from her2lab.facts.library.folders import Folders, each, files_in, folders
from her2lab.facts.reading import to_record
from her2lab.facts.records import Drug, Regimen
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.facts.trial_writing import in_file
from her2lab.facts.trials import read_regimen


def drugs() -> Mapping[str, Drug]:
    """Return every drug by id, in alphabetical order; a file is read when its drug is asked for."""
    return drugs_in(folders("drugs"))


def drug(name: str) -> Drug:
    """Return one drug, by id or by another name: its own, a trade name, an abbreviation.

    Raises
    ------
    InputError
        If none is called so; the nearest one is named.
    """
    return drugs()[drug_id(name)]


def drug_id(name: str, also: Iterable[str] = ()) -> str:
    """Return the id of the drug that is called `name`.

    Raises
    ------
    InputError
        If none is called so; the nearest name of a drug, or of those in `also`, is given.
    """
    return id_of("drug", name, drugs(), other_names, also)


def drug_at(path: str | Path) -> Drug:
    """Read a drug's file, from anywhere.

    Raises
    ------
    InputError
        For the first mistake.
    """
    return _checked(read_document(path))


def drug_from(data: Mapping[str, Any]) -> Drug:
    """Return a drug of one's own from what its file would hold, checked as a file is.

    Raises
    ------
    InputError
        For the first mistake, with field, value and what was expected.
    """
    return _checked(Document(None, in_file(dict(data))))


def regimens() -> dict[str, Regimen]:
    """Return every named regimen by id."""
    return dict(_regimens(folders("regimens"), folders("drugs")))


def regimens_by_name() -> Mapping[str, Regimen]:
    """Return every named regimen by id; a file is read when its regimen is asked for."""
    return _regimens_by_name(folders("regimens"), folders("drugs"))


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def drugs_in(found: Folders) -> Mapping[str, Drug]:
    """Return the drugs of some folders, each read once."""
    return LazyRecords(files_in(found), _drug)


def _drug(path: Path) -> Drug:
    document = read_document(path)
    record = _checked(document)
    check_name(document, record.id)
    return record


def _checked(document: Document) -> Drug:
    record = to_record(document, Drug, document.data)
    check_sources(document, record.sources)
    check_drug(document, record)
    return record


@cache
def _regimens_by_name(found: Folders, drug_folders: Folders) -> Mapping[str, Regimen]:
    return LazyRecords(files_in(found), lambda path: read_regimen(path, drugs_in(drug_folders)))


@cache
def _regimens(found: Folders, drug_folders: Folders) -> dict[str, Regimen]:
    return each(found, lambda path: read_regimen(path, drugs_in(drug_folders)))
