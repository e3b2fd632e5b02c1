"""Kernels are kept in a cache that may be damaged, full or out of reach."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from her2lab import engine, storage

DECAY = "model a; x = 1; k = 0.5; x' = -k*x; end"


def test_fault_11_write_cut_off_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path))

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(storage.os, "replace", full)
    storage.store("key", b"body")
    assert list(tmp_path.iterdir()) == []
    assert storage.load("key") is None


@pytest.mark.parametrize("damage", [b"", b"short", b"\x7fELF" * 100])
def test_broken_cache_file_is_ignored_and_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path))
    expected = engine.compile_model(DECAY).simulate(times=[1.0]).values
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert np.array_equal(engine.compile_model(DECAY).simulate(times=[1.0]).values, expected)
    assert file.read_bytes() == whole
    assert np.array_equal(engine.compile_model(DECAY).simulate(times=[1.0]).values, expected)


def test_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path / "file"))
    assert storage.load("key") is None
    assert engine.compile_model(DECAY).simulate(times=[1.0]).status[0] == engine.Status.OK
