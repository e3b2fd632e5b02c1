"""Fault 11 and the output folder: refused before the run starts, nothing left behind."""

from __future__ import annotations

import pytest

from her2lab.errors import InputError
from her2lab.lab.cli.before_run import check_folder


def test_a_new_folder_is_not_made_yet(tmp_path):
    assert check_folder(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_is_not_a_folder(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"--out.*folder"):
        check_folder(tmp_path / name)


def test_unwritable_folder_stops_the_run_at_once(her2lab, monkeypatch):
    monkeypatch.setattr("her2lab.trial.run_trial", lambda *_, **__: pytest.fail("the run has started"))
    ended = her2lab("trial", "run", "cleopatra", "--out", "/proc/her2lab")
    assert ended.status == 2
    assert "--out" in ended.line
    assert "/proc/her2lab" in ended.line
