"""``her2lab cache`` shows what is kept on disk and clears it."""

from __future__ import annotations

import json

from her2lab import storage


def test_it_shows_and_clears(her2lab, tmp_path, monkeypatch):
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path / "cache"))
    assert json.loads(her2lab("cache", "--json").out)["kinds"]["kernel"] == {"files": 0, "bytes": 0}
    storage.store(f"kernel-{1:064x}.o", b"x" * 100)
    shown = json.loads(her2lab("cache", "--json").out)
    assert (shown["folder"], shown["used"]) == (str(tmp_path / "cache"), True)
    assert shown["kinds"]["kernel"] == {"files": 1, "bytes": 100 + storage.CHECKSUM}
    ended = her2lab("cache", "--clear")
    assert (ended.status, storage.cached()) == (0, [])
    assert "1 files removed" in ended.out


def test_a_folder_that_others_can_write_is_not_used_and_said(her2lab, tmp_path, monkeypatch):
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path))
    tmp_path.chmod(0o777)
    assert "Not used" in her2lab("cache").out
