"""Populations that are written as another one and what differs from it (``based_on``), in a file or in a trial."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from her2lab.facts.strict_yaml import Document, Where, read_document
from her2lab.resources import search_path

BASE = "based_on"
MERGED = ("covariates", "parameters", "baseline_keys", "sources")  # key by key; what the base does not have comes last
DRAWN = ("covariates", "parameters")
APPENDED = "correlations"
SUFFIXES = (".yaml", ".yml")


def known_populations() -> dict[str, Path]:
    """Return the files of ``facts/populations`` by name, the user's own before the built-in ones."""
    return {path.stem: path for folder in reversed(search_path("facts"))
            for path in sorted((folder / "populations").glob("*.yaml"))}


def population_written_out(document: Document) -> Any:
    """Return the population of a trial as a name of ``facts/populations``, or as all that it holds.

    Parameters
    ----------
    document
        A trial's file. Its `population` is a name, the path of a file (from the folder of the trial's file), or a
        mapping; the latter two may say ``based_on``.

    Raises
    ------
    InputError
        If there is no such file or base.
    """
    given = document.data.get("population")
    if isinstance(given, str) and (given.endswith(SUFFIXES) or "/" in given):
        folder = Path() if document.file is None else document.file.parent
        return with_base(read_document(folder / given), known_populations()).data
    if not isinstance(given, dict) or BASE not in given:
        return given
    inner = with_base(document.part("population"), known_populations()).data
    own = {"id": f"{document.data.get('id')}_population", "title": f"{given[BASE]}, as this trial changes it"}
    return {**inner, **own, **{name: given[name] for name in own if name in given}}


def with_base(document: Document, known: Mapping[str, Path]) -> Document:
    """Return a population's file with what it takes over from its base; any other file as it is.

    Parameters
    ----------
    document
        The file as read.
    known
        The population files by name.

    Raises
    ------
    InputError
        If a base is unknown, or the bases go in a circle.
    """
    return _with_base(document, known, () if document.file is None or document.at else (document.file.stem,))


def _with_base(document: Document, known: Mapping[str, Path], chain: tuple[str, ...]) -> Document:
    if BASE not in document.data:
        return document
    name = document.data[BASE]
    if not isinstance(name, str) or name not in known:
        raise document.unknown((BASE,), "population", name, known)
    if name in chain:
        raise document.error(
            (BASE,), "populations are based on each other in a circle", value=" -> ".join((*chain, name)),
            expected="a base that does not come back to this file",
        )
    return _merged(document, _with_base(read_document(known[name]), known, (*chain, name)).data)


def _merged(document: Document, base: dict[str, Any]) -> Document:
    own = {key: value for key, value in document.data.items() if key != BASE}
    data = {**base, **own}
    for field in MERGED:
        if field in own and not isinstance(own[field], dict):
            continue  # the record says what is wrong with it
        inherited = base.get(field, {})
        if field in DRAWN:
            inherited = {name: _not_fitted_here(value, base["id"]) for name, value in inherited.items()}
        data[field] = {**inherited, **own.get(field, {})}
    before = base.get(APPENDED, [])
    if isinstance(own.get(APPENDED, []), list):
        data[APPENDED] = [*before, *own.get(APPENDED, [])]
    return Document(document.file, data, lambda: {
        _moved(where, len(before)): line for where, line in document.lines.items()}, document.at)


def _not_fitted_here(entry: Any, base: str) -> Any:
    """Return an inherited distribution; a value fitted to trials of the base is taken over, not fitted."""
    if not isinstance(entry, dict) or not entry.get("calibrated"):
        return entry
    return {**entry, "calibrated": False, "note": f"as fitted in {base}; not fitted here"}


def _moved(where: Where, by: int) -> Where:
    """Return where an entry of ``correlations`` stands once those of the base come before it."""
    if len(where) > 1 and where[0] == APPENDED and isinstance(where[1], int):
        return (APPENDED, where[1] + by, *where[2:])
    return where
