"""Cells in culture: cell lines, their features, tool compounds and published findings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel

from her2lab.facts.cell_checks import (
    Names,
    check_cell_line,
    check_features,
    check_perturbations,
    check_tools,
)
from her2lab.facts.cells import (
    CellFeature,
    CellLine,
    FeatureFile,
    Tool,
    ToolFile,
    line_named,
)
from her2lab.facts.document_checks import check_name, check_sources
from her2lab.facts.library.folders import Folders, checked, each, files, files_in, folders, named
from her2lab.facts.perturbations import Perturbation, PerturbationFile
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import Document, read_document


def cell_lines() -> dict[str, CellLine]:
    """Return every cell line by id."""
    return dict(_lines(folders("cell_lines"), folders("cell_features")))


def cell_line(name: str) -> CellLine:
    """Return one cell line by id, name or alias, whatever its case and dashes.

    Raises
    ------
    InputError
        If there is none of this name; the nearest one is named.
    """
    return line_named(name, cell_lines())


def cell_features() -> dict[str, CellFeature]:
    """Return every feature that a cell may carry, by id."""
    return {feature.id: feature for file in _feature_files(folders("cell_features")) for feature in file.features}


def cell_feature(identifier: str, known: dict[str, CellFeature] | None = None) -> CellFeature:
    """Return one feature of a cell, from `known` if they have been read already.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return named("feature", identifier, cell_features() if known is None else known)


def tools() -> dict[str, Tool]:
    """Return every tool compound by id."""
    return {name: tool for file in _tool_files(folders("tools")) for name, tool in file.tools.items()}


def perturbations() -> dict[str, Perturbation]:
    """Return every published finding on cells under treatment, by id and in order of it."""
    facts = {fact.id: fact for file in perturbation_files().values() for fact in file.facts}
    return dict(sorted(facts.items()))


def perturbation_files() -> dict[str, PerturbationFile]:
    """Return the same findings by file, with the sources of each."""
    return dict(_perturbation_files(*map(folders, ("perturbations", "cell_lines", "cell_features", "drugs", "tools"))))


def names() -> Names:
    """Return what findings and claims on cells may name."""
    return Names(files("cell_lines"), cell_features(), [*files("drugs"), *tools()])


def check_cells(document: Document, record: BaseModel) -> None:
    """Check what a record says of cells beyond its form; other records are left alone."""
    if isinstance(record, CellLine):
        check_cell_line(document, record, cell_features())
    elif isinstance(record, FeatureFile):
        check_features(document, record)
    elif isinstance(record, ToolFile):
        check_tools(document, record)
    elif isinstance(record, PerturbationFile):
        check_perturbations(document, record, names())


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def _lines(found: Folders, feature_folders: Folders) -> dict[str, CellLine]:
    features = [feature.id for file in _feature_files(feature_folders) for feature in file.features]

    def read(path: Path) -> CellLine:
        document = read_document(path)
        record = to_record(document, CellLine, document.data)
        check_name(document, record.id)
        check_sources(document, record.sources)
        check_cell_line(document, record, features)
        return record

    return each(found, read)


@cache
def _feature_files(found: Folders) -> list[FeatureFile]:
    return [checked(path, FeatureFile, check_features) for path in files_in(found).values()]


@cache
def _tool_files(found: Folders) -> list[ToolFile]:
    return [checked(path, ToolFile, check_tools) for path in files_in(found).values()]


@cache
def _perturbation_files(found: Folders, *_folders_named: Folders) -> dict[str, PerturbationFile]:
    return each(found, lambda path: checked(path, PerturbationFile, check_cells))
