"""The hash of the program that computes something: of all source files that it imports, directly or not.

Results that are kept on disk carry it, so that a changed program does not read what another one has computed, and a
change that no simulation reads (a table, a page) invalidates nothing.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import her2lab

PACKAGE = Path(her2lab.__file__).parent


@cache
def program_hash(*modules: str) -> str:
    """Return the SHA-256 of the source files of `modules` and of all modules of her2lab that these import.

    Parameters
    ----------
    modules
        Dotted names, such as ``her2lab.trial.run``.

    Raises
    ------
    ModuleNotFoundError
        If her2lab has no such module.
    """
    told = hashlib.sha256()
    for path in sorted(source_files(modules)):
        told.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return told.hexdigest()


def source_files(modules: tuple[str, ...]) -> set[Path]:
    """Return the files that are executed when the modules are imported; packages on the way count."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if path is None:
            raise ModuleNotFoundError(f"her2lab has no module {name}", name=name)
        if path in found:
            continue
        found.add(path)
        waiting += [parent for parent in _parents(name) if _file_of(parent) not in found]
        waiting += [each for each in _imported_by(path) if _file_of(each) not in (None, *found)]
    return found


def _file_of(name: str) -> Path | None:
    """Return the source file of a module or package of her2lab."""
    place = PACKAGE.joinpath(*name.split(".")[1:])
    return next((path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()), None)


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _imported_by(path: Path) -> Iterator[str]:
    """Yield the names that a file imports from her2lab: modules, and what may be a module inside a package."""
    for node in _executed(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.startswith("her2lab"))
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("her2lab"):
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes under `node` but for what stands there for a type checker only and is never executed."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.If) and isinstance(each.test, ast.Name) and each.test.id == "TYPE_CHECKING":
            continue
        yield each
        yield from _executed(each)
