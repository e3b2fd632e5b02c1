"""Every command explains itself, and a slip of the fingers gives one line."""

from __future__ import annotations

import pytest

import her2lab as package

COMMANDS = [
    "trial list",
    "trial show",
    "trial run",
    "trial picture",
    "trial table",
    "patient run",
    "patient plan",
    "patient status",
    "patient why",
    "drug list",
    "drug show",
    "validate",
    "facts check",
    "model export",
    "model run",
    "model check",
    "cell list",
    "cell run",
    "population list",
    "population show",
    "population calibrate",
    "population weigh",
    "review check",
    "trace",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(her2lab, command):
    ended = her2lab(*command.split(), "--help")
    assert ended.status == 0
    assert f"Example: her2lab {command}" in ended.out
    assert "│" not in ended.out


def test_no_arguments_is_help(her2lab):
    ended = her2lab()
    assert ended.status == 0
    assert "Research use only" in " ".join(ended.out.split())


def test_version(her2lab):
    assert her2lab("--version").out == f"her2lab {package.__version__}\n"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("trial", "Missing command"),
        ("trial rum", "rum"),
        ("trial run", "ID_OR_FILE"),
        ("trial run cleopatra --patient 3", "--patient"),
        ("model run x.ant", "--until"),
        ("model export --format pdf", "pdf"),
    ],
)
def test_wrong_usage_is_one_line(her2lab, words, named):
    ended = her2lab(*words.split())
    assert ended.status == 2
    assert ended.line.startswith("her2lab: error: ")
    assert named in ended.line


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--patients", "0"),
        ("--patients", "-1"),
        ("--patients", "nan"),
        ("--patients", "1e3"),
        ("--patients", "1.5"),
        ("--seed", "-1"),
        ("--seed", "inf"),
        ("--jobs", "0"),
        ("--jobs", "many"),
    ],
)
def test_fault_28_numbers_are_refused_by_name(her2lab, option, value):
    line = her2lab("trial", "run", "cleopatra", f"{option}={value}").line
    assert option in line
    assert value in line
    assert "expected a whole number" in line


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "0", "-3", "1,5", "ten"])
def test_times_are_positive_and_finite(her2lab, tmp_path, value):
    ended = her2lab("model", "run", tmp_path / "a.ant", f"--until={value}")
    assert ended.status == 2
    assert "--until" in ended.line
    assert "expected a positive finite number" in ended.line


@pytest.mark.parametrize("assignment", ["k", "k=", "=1", "k=nan", "k=1=2"])
def test_parameters_are_name_and_number(her2lab, tmp_path, assignment):
    ended = her2lab("model", "run", tmp_path / "a.ant", "--until", 1, "--param", assignment)
    assert ended.status == 2
    assert "--param" in ended.line


def test_a_parameter_given_twice_is_refused(her2lab, tmp_path):
    ended = her2lab("model", "run", tmp_path / "a.ant", "--until", 1, "--param", "k=1", "--param", "k=2")
    assert "given twice" in ended.line
