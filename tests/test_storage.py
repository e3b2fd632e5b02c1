"""Files are written whole or not at all; the cache is bounded and its user's own."""

from __future__ import annotations

import os
import time
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


# ------------------------------------------------------------------------------------------------ the cache
def name(number: int, kind: str = "kernel") -> str:
    return f"{kind}-{number:064x}.o"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("HER2LAB_CACHE", str(folder))
    return folder


def test_what_is_kept_is_read_back_and_only_its_user_sees_it(cache: Path) -> None:
    storage.store(name(1), b"machine code")
    assert storage.load(name(1)) == b"machine code"
    assert storage.load(name(2)) is None
    assert cache.stat().st_mode & 0o777 == 0o700


def test_the_folder_in_the_home_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HER2LAB_CACHE", raising=False)
    folder = tmp_path / ".cache" / "her2lab"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: folder)
    folder.mkdir(parents=True, mode=0o755)
    storage.store(name(1), b"x")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_is_read_from_a_folder_that_others_can_write(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.store(name(1), b"x")
    cache.chmod(0o777)
    assert storage.load(name(1)) is None
    storage.store(name(2), b"x")
    assert not (cache / name(2)).exists()
    cache.chmod(0o755)
    assert storage.load(name(1)) == b"x"
    monkeypatch.setattr(os, "getuid", lambda: cache.stat().st_uid + 1)
    assert storage.load(name(1)) is None


def test_what_was_not_used_for_longest_goes_first(cache: Path) -> None:
    for number in range(5):
        storage.store(name(number), bytes([number]) * 1000)
        os.utime(cache / name(number), (1e9, time.time() - 60 + number))
    assert storage.load(name(0)) is not None   # used now
    assert storage.clean(most_files=3) == 2
    assert {each.path.name for each in storage.cached()} == {name(0), name(3), name(4)}
    assert storage.clean(most_bytes=2500) == 1
    assert {each.path.name for each in storage.cached()} == {name(0), name(4)}
    os.utime(cache / name(4), (1e9, 1e9))
    assert storage.clean() == 1


def test_writing_keeps_the_cache_within_its_bounds(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MOST_FILES", 10)
    for number in range(storage.MOST_FILES + 2 * storage.CLEANED_EVERY):
        storage.store(name(number), b"x")
    assert len(storage.cached()) < storage.MOST_FILES + storage.CLEANED_EVERY


def test_clearing_leaves_files_that_are_not_the_caches(cache: Path) -> None:
    storage.store(name(1), b"x")
    storage.store(name(1, "assembly"), b"x")
    (cache / "thesis.txt").write_text("mine")
    assert storage.clear() == 2
    assert contents(cache) == {"thesis.txt": b"mine"}
    assert storage.load(name(1)) is None
