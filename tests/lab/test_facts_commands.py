"""``drug``, ``trial``, ``population`` and ``model``: readable for people, JSON for machines."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from her2lab import resources
from her2lab.lab.cli import main


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("trial list", "cleopatra"),
        ("trial show cleopatra", "NCT00567190"),
        ("drug list", "trastuzumab"),
        ("drug show pertuzumab", "pertuzumab"),
        ("population list", "breast_metastatic_1l"),
        ("population show breast_metastatic_1l", "breast_metastatic_1l"),
    ],
)
def test_lists_and_pages(her2lab, command, named):
    people, machines = her2lab(*command.split()), her2lab(*command.split(), "--json")
    assert (people.status, people.err) == (0, "")
    assert named in people.out
    assert named in machines.out
    assert json.loads(machines.out)


@pytest.mark.parametrize("kind", ["trial", "drug", "population"])
def test_unknown_identifier(her2lab, kind):
    ended = her2lab(kind, "show", "nothing_like_it")
    assert ended.status == 2
    assert "nothing_like_it" in ended.line


def test_check_json(her2lab, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: [")
    ended = her2lab("facts", "check", bad, "--json")
    assert ended.status == 2
    assert json.loads(ended.out)["problems"][0]["file"].endswith("bad.yaml")


@pytest.mark.parametrize("form", ["sbml", "antimony"])
def test_model_export(her2lab, form):
    ended = her2lab("model", "export", "--format", form)
    assert ended.status == 0
    assert ("<sbml" if form == "sbml" else "model ") in ended.out


def test_model_run(her2lab, tmp_path):
    (tmp_path / "decay.ant").write_text("model decay()\n  x = 8; k = 1\n  x' = -k*x\nend\n")
    file = tmp_path / "decay.ant"
    course = json.loads(her2lab("model", "run", file, "--until", 2, "--points", 3, "--param", "k=0.5", "--json").out)
    assert course["times"] == [0, 1, 2]
    assert course["variables"]["x"] == pytest.approx([8, 8 * math.exp(-0.5), 8 * math.exp(-1)], rel=1e-3)
    assert "x" in her2lab("model", "run", file, "--until", 2).out


def test_model_run_unknown_parameter(her2lab, tmp_path):
    (tmp_path / "decay.ant").write_text("model decay()\n  x = 8; k = 1\n  x' = -k*x\nend\n")
    ended = her2lab("model", "run", tmp_path / "decay.ant", "--until", 2, "--param", "kk=1")
    assert ended.status == 2
    assert "kk" in ended.line


def test_a_drug_that_misses_what_its_slot_needs_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "facts" / "drugs"
    folder.mkdir(parents=True)
    text = (resources.folder("facts") / "drugs" / "docetaxel.yaml").read_text(encoding="utf-8")
    text = text.replace("id: docetaxel", "id: cabotaxel").replace("  cycle_dependence:", "  cycle_dependance:")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("regimens:"))
    text = re.sub(r"dosing: \w+,", "", text)  # whose regimens give docetaxel
    (folder / "cabotaxel.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))
    assert main(["facts", "check"]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert "cycle_dependence" in lines[0]
