"""``her2lab trial run`` with a stand-in for the trial itself."""

from __future__ import annotations

import json

import pytest

from her2lab.errors import WorkError
from tests.presentation import standin


@pytest.fixture
def room(monkeypatch):
    """Stand in for the facts and the trial; keep what the command asked of them."""
    asked = {}

    def run(trial, **options):
        asked.update(options)
        options["progress"](1, 2)
        return standin.result(trial, options["seed"])

    def write(result, out, extra_files, **_):
        out.mkdir(parents=True)
        (out / "result.json").write_text(json.dumps(result.summary))
        for name, content in extra_files.items():
            (out / name).write_bytes(content)

    monkeypatch.setattr("her2lab.facts.library.trial", lambda _: standin.trial())
    monkeypatch.setattr("her2lab.presentation.parameters.used_in", lambda _: standin.PARAMETERS)
    monkeypatch.setattr("her2lab.trial.run_trial", run)
    monkeypatch.setattr("her2lab.trial.write", write)
    return asked


def test_it_ends_with_a_table_and_the_report(her2lab, room, tmp_path):
    ended = her2lab("trial", "run", "cleopatra", "--out", tmp_path / "out")
    assert (ended.status, ended.err) == (0, "")
    for words in (
        "Objective response",
        "70.1 (66.0 to 74.0)",
        "0.68 (0.58 to 0.80)",
        "not reached",
        "outside",
        "CALIBRATION",
        "clone.kill",
        "seed 1",
        "Research use only",
        "report.html",
    ):
        assert words in ended.out
    assert (tmp_path / "out" / "report.html").stat().st_size > 1e6


def test_defaults_and_options_reach_the_trial(her2lab, room, tmp_path):
    her2lab("trial", "run", "cleopatra", "--out", tmp_path / "a")
    assert (room["patients"], room["seed"]) == (None, 1)
    assert room["jobs"] >= 1
    her2lab("trial", "run", "cleopatra", "--out", tmp_path / "b", "--patients", 7, "--seed", 5, "--jobs", 3)
    assert (room["patients"], room["seed"], room["jobs"]) == (7, 5, 3)


def test_default_folder(her2lab, room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    her2lab("trial", "run", "cleopatra")
    assert (tmp_path / "results" / "cleopatra" / "report.html").is_file()


def test_json_is_the_result(her2lab, room, tmp_path):
    ended = her2lab("trial", "run", "cleopatra", "--json", "--out", tmp_path / "out", "--seed", 3)
    assert json.loads(ended.out) == json.loads((tmp_path / "out" / "result.json").read_text())
    assert json.loads(ended.out)["seed"] == 3


def test_fault_13_the_report_says_how_to_reproduce(her2lab, room, tmp_path, monkeypatch):
    monkeypatch.setattr("her2lab.facts.library.trial", lambda name: standin.trial(title=str(name)))
    her2lab("trial", "run", tmp_path / "mine.yaml", "--out", tmp_path / "out", "--seed", 9, "--patients", 4)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8").replace(str(tmp_path / "mine.yaml"), "")
    assert "her2lab trial run cleopatra.yaml --patients 4 --seed 9" in page       # the file that is written beside it
    assert (tmp_path / "out" / "cleopatra.yaml").is_file()
    assert str(tmp_path) not in page


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (WorkError("all failed"), 1)])
def test_fault_11_nothing_half_written(her2lab, room, tmp_path, monkeypatch, error, status):
    def run(*_, **__):
        raise error

    monkeypatch.setattr("her2lab.trial.run_trial", run)
    ended = her2lab("trial", "run", "cleopatra", "--out", tmp_path / "out")
    assert ended.status == status
    assert ended.line.startswith("her2lab: ")
    assert list(tmp_path.iterdir()) == []


def test_fault_43_a_huge_request_is_refused_first(her2lab, room, tmp_path):
    line = her2lab("trial", "run", "cleopatra", "--patients", 10**7, "--out", tmp_path / "out").line
    assert "GB of memory" in line
    assert "--yes" in line
    assert room == {}
    her2lab("trial", "run", "cleopatra", "--patients", 10**7, "--out", tmp_path / "out", "--yes")
    assert room["patients"] == 10**7
