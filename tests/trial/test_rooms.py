"""Data flow one way within the trial room: what may import what."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import her2lab

PACKAGE = Path(her2lab.__file__).parent
MAY_USE = {  # folder of the trial room -> other parts of her2lab that it may import
    "conduct": {"_types", "errors", "resources", "facts", "biology", "engine", "population", "trial.conduct"},
    "statistics": {"_types", "errors", "facts", "population", "trial.extrapolation", "trial.statistics"},
    "results": {"_types", "_version", "__version__", "errors", "nearest", "storage", "facts", "biology", "population",
                "trial.conduct", "trial.extrapolation", "trial.statistics", "trial.results"},
}


def imported(path: Path) -> set[str]:
    """Parts of her2lab that a file imports: a room, or a folder of the trial room."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = (PACKAGE.parent / node.module.replace(".", "/")).is_dir()
            names += [f"{node.module}.{alias.name}" for alias in node.names] if inside else [node.module]
    parts = [name.split(".")[1:] for name in names if name.startswith("her2lab.")]
    return {".".join(part[:2]) if part[0] == "trial" else part[0] for part in parts}


@pytest.mark.parametrize("folder", MAY_USE)
def test_statistics_know_nothing_of_conduct_and_conduct_nothing_of_results(folder: str) -> None:
    files = sorted((PACKAGE / "trial" / folder).glob("*.py"))
    found = {f"{path.name} imports {part}" for path in files for part in imported(path) - MAY_USE[folder]}
    assert files
    assert found == set()
