"""Where files of facts are looked for, and how a folder of them is read.

Files are looked for in the user's own ``facts`` folder first (see :func:`her2lab.resources.search_path`), then in the
built-in one; a file of the user's own with the same name takes the place of the built-in one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from her2lab.facts.document_checks import check_sources
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import Document, read_document
from her2lab.nearest import unknown
from her2lab.resources import search_path

Folders = tuple[Path, ...]  # by which what is read once is remembered
Item = TypeVar("Item")
Model = TypeVar("Model", bound=BaseModel)


def files(kind: str) -> dict[str, Path]:
    """Return the files of one kind (a folder of ``facts/``) by name without suffix."""
    return files_in(folders(kind))


def single_file(name: str) -> Path:
    """Return the file ``facts/NAME.yaml``, the user's own if there is one."""
    found = [folder / f"{name}.yaml" for folder in search_path("facts")]
    return next((path for path in found if path.is_file()), found[-1]).resolve()


def file_of(kind: str, name: str) -> Path:
    """Return the file ``facts/KIND/NAME.yaml``, the user's own if there is one."""
    return single_file(f"{kind}/{name}")


def folders(kind: str) -> Folders:
    """Return the folders that hold files of one kind, the user's own first."""
    return tuple((folder / kind).resolve() for folder in search_path("facts"))


def files_in(folders: Folders) -> dict[str, Path]:
    """Return the YAML files by name without suffix, those of the first folder winning."""
    found: dict[str, Path] = {}
    for folder in reversed(folders):
        found.update({path.stem: path for path in folder.glob("*.yaml")})
    return dict(sorted(found.items()))


def each(folders: Folders, read: Callable[[Path], Item]) -> dict[str, Item]:
    """Read every file; return what is read by the name of its file."""
    return {name: read(path) for name, path in files_in(folders).items()}


def checked(path: Path, model: type[Model], check: Callable[[Document, Model], None]) -> Model:
    """Read one file as a record, and check its sources and what `check` does."""
    document, record = sourced(path, model)
    check(document, record)
    return record


def sourced(path: Path, model: type[Model]) -> tuple[Document, Model]:
    """Read one file, as text and as a record, and check its sources."""
    document = read_document(path)
    record = to_record(document, model, document.data)
    check_sources(document, document.data.get("sources", {}))
    return document, record


def named(kind: str, identifier: str, known: Mapping[str, Item]) -> Item:
    """Return what is called `identifier`.

    Raises
    ------
    InputError
        If nothing is; the nearest name is given.
    """
    if identifier not in known:
        raise unknown(kind, identifier, known)
    return known[identifier]
