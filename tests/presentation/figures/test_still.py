"""The still picture for the README."""

from __future__ import annotations

import json

import pytest

from tests.presentation import standin


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A finished run of the stand-in trial."""
    trial = standin.trial()
    result = standin.result(trial)
    monkeypatch.setattr("her2lab.facts.library.trial", lambda _: trial)
    (tmp_path / "result.json").write_text(json.dumps(result.summary))
    result.patients.write_parquet(tmp_path / "patients.parquet")
    return tmp_path


def test_the_picture_is_the_same_each_time(her2lab, folder):
    pictures = []
    for name in ("a.png", "b.png"):
        ended = her2lab("trial", "picture", folder, "--out", folder / "new" / name)
        assert (ended.status, ended.err) == (0, "")
        pictures.append((folder / "new" / name).read_bytes())
    assert pictures[0].startswith(b"\x89PNG")
    assert pictures[0] == pictures[1]


def test_no_run_no_picture(her2lab, tmp_path):
    ended = her2lab("trial", "picture", tmp_path, "--out", tmp_path / "a.png")
    assert ended.status == 2
    assert "no finished run here" in ended.line
    assert list(tmp_path.iterdir()) == []


def test_the_table_is_markdown(her2lab, folder):
    lines = her2lab("trial", "table", folder).out.splitlines()
    assert lines[2] == "| Objective response, % | placebo | 70.1 (66.0 to 74.0) | 69.3 | inside |"
    assert {line.count("|") for line in lines} == {6}
    assert json.loads(her2lab("trial", "table", folder, "--json").out)["trial"] == "cleopatra"
    assert her2lab("trial", "table", folder / "nowhere").status == 2
