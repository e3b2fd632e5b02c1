"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from her2lab import storage
from her2lab.errors import InputError


def test_the_cache_is_where_the_environment_says_or_the_system_keeps_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", "/somewhere/else")
    assert storage.directory() == Path("/somewhere/else")
    monkeypatch.delenv("HER2LAB_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert storage.directory() == platformdirs.user_cache_path("her2lab", appauthor=False)
    assert storage.directory().name in ("her2lab", "Cache")      # on Windows a folder of its own


FILES = {"table.csv": b"new", "result.json": b"{}"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_is_made_and_other_files_in_it_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    storage.write_folder(folder, FILES, "--out")
    (folder / "mine.txt").write_bytes(b"mine")
    storage.write_folder(folder, {**FILES, "table.csv": b"newer"}, "--out")
    assert contents(folder) == {"table.csv": b"newer", "result.json": b"{}", "mine.txt": b"mine"}
    assert [path.name for path in folder.parent.iterdir()] == ["b"]


@pytest.mark.parametrize("there", [True, False])
def test_an_interrupted_write_leaves_what_was_there(
    there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    if there:
        storage.write_folder(folder, {"table.csv": b"old", "result.json": b"{}"}, "--out")
    original = Path.write_bytes

    def interrupted(path: Path, data: bytes) -> int:
        if path.name == "result.json":
            raise KeyboardInterrupt
        return original(path, data)

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        storage.write_folder(folder, FILES, "--out")
    assert [path.name for path in tmp_path.iterdir()] == (["out"] if there else [])
    assert not there or contents(folder) == {"table.csv": b"old", "result.json": b"{}"}


def test_what_cannot_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"not a folder")
    with pytest.raises(InputError, match=r"--out.*a folder that can be written"):
        storage.write_folder(tmp_path / "file", FILES, "--out")
    assert contents(tmp_path) == {"file": b"not a folder"}
