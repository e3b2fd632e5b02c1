"""Every command explains itself, and a slip of the fingers gives one line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

import her2lab as package
from her2lab.lab.cli.app import app

NO_TABLE = {"trial picture", "trial pages", "model export"}  # these write files or a model and print no data


def _commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, command in getattr(group, "commands", {}).items():
        yield from _commands(command, (*path, name))
    if path and not hasattr(group, "commands"):
        yield " ".join(path), group


PROGRAM: Any = typer.main.get_command(app)
COMMANDS = dict(_commands(PROGRAM))


def _parsed(words: list[str]) -> str:
    """Parse a command line without running it; return the command that it names."""
    command, path = PROGRAM, []
    while hasattr(command, "commands"):
        command, path = command.commands[words[0]], [*path, words[0]]
        words = words[1:]
    command.make_context(path[-1], list(words))
    return " ".join(path)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_examples_that_parse(her2lab, command):
    ended = her2lab(*command.split(), "--help")
    assert ended.status == 0
    assert "│" not in ended.out
    paragraphs = [" ".join(each.split()) for each in COMMANDS[command].help.split("\n\n")]
    examples = [each.removeprefix("Example: her2lab ") for each in paragraphs if each.startswith("Example: her2lab ")]
    assert examples
    shown = " ".join(ended.out.split())
    for example in examples:
        assert f"Example: her2lab {example}" in shown
        assert _parsed(shlex.split(example.split(" > ")[0])) == command


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - NO_TABLE))
def test_what_prints_data_prints_json(command):
    assert "--json" in {word for parameter in COMMANDS[command].params for word in parameter.opts}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does(command):
    assert [each.name for each in COMMANDS[command].params if not getattr(each, "help", None)] == []


def test_commands_that_help_names_are_commands():
    """A hint such as `her2lab drug list` in a help text must not outlive its command."""
    texts = [command.help for command in COMMANDS.values()]
    texts += [each.help for command in COMMANDS.values() for each in command.params if getattr(each, "help", None)]
    named = {name for text in texts for name in re.findall(r"`her2lab ([a-z ]+?)`", text)}
    assert named <= set(COMMANDS)


def test_no_arguments_is_help(her2lab):
    ended = her2lab()
    assert ended.status == 0
    assert "Research use only" in " ".join(ended.out.split())


def test_version(her2lab):
    assert her2lab("--version").out == f"her2lab {package.__version__}\n"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("rum", "No such command 'rum'. Expected one of "),
        ("trail run", "'trail'. Did you mean 'trial'"),
        ("trial", "Missing command. Expected one of list, "),
        ("trial rum", "'rum'. Did you mean 'run'?"),
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
