"""A file that cannot be used: exit status 2 and one line with file, field, value and what was expected."""

from __future__ import annotations

import pytest

GOOD = """\
id: mine
title: trastuzumab alone
population: breast_metastatic_1l
arms:
  - id: alone
    n: 5
    regimen:
      - {drug: trastuzumab, dose: 8 mg/kg, at: [0]}
assessments: {tumour: 63, lvef: 84, blood: 21}
followup: 12 months
endpoints: [orr, pfs, os]
use: validation
"""

WRONG = {
    "fault 34 unknown drug": (
        "drug: trastuzumab",
        "drug: trastuzumap",
        ["drug", "trastuzumap", "trastuzumab"],
    ),
    "negative dose": ("8 mg/kg", "-8 mg/kg", ["dose", "-8"]),
    "fault 20 missing unit": ("8 mg/kg", "8", ["dose", "8", "mg/kg"]),
    "fault 21 mg for mg/kg": ("8 mg/kg", "8 mg", ["dose", "8 mg", "mg/kg"]),
    "fault 16 nan": ("tumour: 63", "tumour: .nan", ["assessments.tumour"]),
    "fault 16 inf": ("tumour: 63", "tumour: .inf", ["assessments.tumour"]),
    "fault 15 duplicate key": ("use: validation", "use: validation\nuse: calibration", ["use"]),
    "fault 41 unknown field": ("followup:", "folowup:", ["folowup", "followup"]),
    "fault 28 empty arm": ("n: 5", "n: 0", ["n", "0"]),
    "unknown population": (
        "breast_metastatic_1l",
        "breast_metastatic_1",
        ["population", "breast_metastatic_1l"],
    ),
    "not YAML": (GOOD, "a: [1, 2\nb: }{", []),
    "not a mapping": (GOOD, "just a sentence\n", []),
    "empty": (GOOD, "", []),
}


@pytest.fixture
def trial_file(tmp_path):
    return tmp_path / "mine.yaml"


def test_the_good_file_is_good(her2lab, trial_file):
    trial_file.write_text(GOOD)
    ended = her2lab("facts", "check", trial_file)
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("command", ["trial run", "facts check"])
def test_wrong_file(her2lab, trial_file, tmp_path, name, command):
    good, bad, named = WRONG[name]
    assert good in GOOD
    trial_file.write_text(GOOD.replace(good, bad))
    out = ["--out", tmp_path / "out"] if command == "trial run" else []
    ended = her2lab(*command.split(), trial_file, *out)
    assert ended.status == 2
    assert ended.line.startswith("her2lab: error: ")
    assert "mine.yaml" in ended.line
    for word in named:
        assert word in ended.line
    assert not (tmp_path / "out").exists()


def test_binary_file(her2lab, trial_file):
    trial_file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe")
    ended = her2lab("trial", "run", trial_file)
    assert ended.status == 2
    assert "mine.yaml" in ended.line


@pytest.mark.parametrize("command", ["trial run", "trial show", "facts check"])
def test_missing_file_and_folder(her2lab, tmp_path, command):
    for file in (tmp_path / "nowhere.yaml", tmp_path):
        ended = her2lab(*command.split(), file)
        assert ended.status == 2
        assert tmp_path.name in ended.line


@pytest.mark.parametrize("command", ["trial run", "trial show", "facts check", "model check", "drug show"])
@pytest.mark.parametrize("ending", ["", ".yaml"])
def test_a_name_that_no_file_can_have(her2lab, command, ending):
    ended = her2lab(*command.split(), "a" * 300 + ending)
    assert ended.status == 2
    assert len(ended.line) < 600


def test_unknown_trial_names_the_nearest(her2lab):
    ended = her2lab("trial", "run", "cleopatr")
    assert ended.status == 2
    assert "cleopatra" in ended.line


def test_debug_shows_the_traceback(her2lab):
    ended = her2lab("trial", "show", "cleopatr", "--debug")
    assert ended.status == 2
    assert "Traceback" in ended.err


def test_all_facts_are_in_order(her2lab):
    ended = her2lab("facts", "check")
    assert (ended.status, ended.err) == (0, "")
