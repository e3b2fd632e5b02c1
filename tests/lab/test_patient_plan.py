"""``her2lab patient plan``: what would be watched, in whom, and what a wrong question gets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from her2lab.lab.cli import main

Screen = pytest.CaptureFixture[str]


def _plan(capsys: Screen, *words: str) -> dict[str, Any]:
    assert main(["patient", "plan", *words, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_screen_and_json_say_research_use(capsys: Screen) -> None:
    assert main(["patient", "plan", "--regimen", "trastuzumab_docetaxel"]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    for line in (lines[0], lines[-1], _plan(capsys, "--regimen", "trastuzumab_docetaxel")["notice"]):
        assert "Research use only" in line
        assert "never advice for a real patient" in line


def test_an_anthracycline_at_the_same_time_is_on_the_screen_and_in_json(capsys: Screen) -> None:
    words = ("--regimen", "doxorubicin+trastuzumab")
    assert main(["patient", "plan", *words]) == 0
    assert "Caution: trastuzumab with doxorubicin" in capsys.readouterr().out
    (caution,) = _plan(capsys, *words)["cautions"]
    assert (caution["drugs"], caution["with_drugs"]) == (["trastuzumab"], ["doxorubicin"])
    assert "Herceptin" in caution["source"]


def test_drugs_without_rules_say_so(capsys: Screen) -> None:
    assert main(["patient", "plan", "--regimen", "letrozole_daily"]) == 0
    assert "No rule and no schedule" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "said"), [
    (["--regimen", "trastuzumab_docetaxl"], "did you mean trastuzumab_docetaxel"),
    (["--regimen", "trastuzumab+docetaxell"], "did you mean docetaxel"),
    (["--regimen", "cleopatra/pertuzumb"], "did you mean pertuzumab"),
    (["--regimen", "cleopatra"], "cleopatra/placebo or cleopatra/pertuzumab"),
    (["--regimen", ""], "unknown regimen"),
    (["--regimen", "lapatinib", "--lvef", "0.54"], "10 to 90 percent"),
    (["--regimen", "lapatinib", "--age", "nan"], "18 to 110 years"),
    (["--regimen", "lapatinib", "--creatinine-clearance", "-3"], "mL/min"),
    (["--regimen", "lapatinib", "--setting", "late"], "early or metastatic"),
    ([], "--regimen"),
])
def test_a_wrong_question_gets_one_line(capsys: Screen, words: list[str], said: str) -> None:
    assert main(["patient", "plan", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert said in captured.err
