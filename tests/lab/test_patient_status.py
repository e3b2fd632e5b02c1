"""``her2lab patient status``: screen, JSON, and what a wrong question gets."""

from __future__ import annotations

import json

import pytest

from her2lab.lab.cli import main

Screen = pytest.CaptureFixture[str]


def test_screen_and_json_name_rule_source_and_research_use(capsys: Screen) -> None:
    words = ["patient", "status", "--disease", "breast", "--ihc", "2+", "--ratio", "2.3", "--copies", "3.6"]
    assert main(words) == 0
    screen = capsys.readouterr().out
    lines = screen.strip().splitlines()
    for line in (lines[0], lines[-1]):
        assert "Research use only" in line
    for said in ("EQUIVOCAL", "ISH group 2", "group_2_ihc_2", "recount needed", "10.1200/JCO.2018.77.8738"):
        assert said in screen
    assert main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert "Research use only" in answer["notice"]
    assert (answer["status"], answer["ish"]["group"], answer["rule"]["id"]) == ("equivocal", "group_2", "group_2_ihc_2")
    assert answer["rule"]["doi"] == "10.1200/JCO.2018.77.8738"


def test_a_missing_test_is_named(capsys: Screen) -> None:
    for words, said in ((("breast", "--ihc", "2+"), "ISH needed"), (("gastric", "--ihc", "2+"), "ISH needed"),
                        (("breast", "--ratio", "2.4", "--copies", "3"), "IHC needed"),
                        (("breast", "--probe", "single", "--copies", "5"), "IHC needed"),
                        (("breast", "--ihc", "2+", "--probe", "single", "--copies", "5"), "dual-probe ISH needed"),
                        (("gastric", "--ratio", "2.4", "--copies", "3"), "IHC needed")):
        assert main(["patient", "status", "--disease", *words]) == 0
        assert said in capsys.readouterr().out


@pytest.mark.parametrize(("words", "said"), [
    ("--ihc 2+", "--disease"),
    ("--disease brest --ihc 2+", "did you mean breast"),
    ("--disease lung --ihc 2+", "expected breast or gastric"),
    ("--disease breast", "field --ihc: is missing"),
    ("--disease breast --ihc 4+", "field --ihc, value '4+'"),
    ("--disease breast --ihc 2", "0, 1+, 2+, 3+"),
    ("--disease breast --ratio 2,3 --copies 4", "field --ratio, value '2,3'"),
    ("--disease breast --ratio -1 --copies 4", "positive finite number"),
    ("--disease breast --ratio nan --copies 4", "positive finite number"),
    ("--disease breast --ratio 2 --copies 0", "field --copies"),
    ("--disease breast --ratio 2", "field --copies: is missing"),
    ("--disease breast --copies 4", "or that the probe is single"),
    ("--disease breast --copies 4 --probe dual", "field --ratio: is missing"),
    ("--disease breast --probe single", "field --copies: is missing"),
    ("--disease breast --ratio 2 --copies 4 --probe single", "a single probe gives no ratio"),
    ("--disease breast --copies 4 --probe triple", "expected dual or single"),
    ("--disease gastric --ihc 2+ --specimen cytology", "expected biopsy or resection"),
    ("--disease breast --ihc 2+ --ratio 2 --copies 3 --recount-ratio 2", "field --recount-copies: is missing"),
    ("--disease breast --ihc 2+ --recount-ratio 2 --recount-copies 3", "no first dual-probe count"),
    ("--disease breast --ihc 3+ --ratio 2 --copies 3 --recount-ratio 2 --recount-copies 3", "IHC 2+ in ISH group 2"),
    ("--disease gastric --ihc 2+ --ratio 2 --copies 3 --recount-ratio 2 --recount-copies 3", "expected no recount"),
])
def test_a_wrong_question_gets_one_line(capsys: Screen, words: str, said: str) -> None:
    assert main(["patient", "status", *words.split()]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert said in captured.err


def test_what_was_not_confirmed_is_said(capsys: Screen) -> None:
    for words, doubtful in ((("--disease", "gastric", "--ihc", "2+", "--ratio", "1.5", "--copies", "7"), True),
                            (("--disease", "breast", "--ihc", "2+", "--ratio", "2", "--copies", "7"), False)):
        assert main(["patient", "status", *words]) == 0
        assert ("not confirmed" in capsys.readouterr().out) == doubtful
