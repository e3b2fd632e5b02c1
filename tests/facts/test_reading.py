"""From data to records: each mistake names file, line, field, value and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab.errors import InputError
from her2lab.facts.reading import read_record
from her2lab.facts.records import ModuleFacts

FACTS = """\
module: marrow
title: neutrophils
parameters:
  baseline:
    value: 5.22
    unit: Gcell/L
    source: kloft
sources:
  kloft: {cite: Kloft 2006}
"""


def refused(folder: Path, text: str) -> InputError:
    path = folder / "marrow.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_record(path, ModuleFacts)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_record_is_read(tmp_path: Path) -> None:
    path = tmp_path / "marrow.yaml"
    path.write_text(FACTS, encoding="utf-8")
    assert read_record(path, ModuleFacts).parameters["baseline"].value == 5.22


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("'5.22'", "not a number"),
        ("true", "not a number"),
        ("nan", "not a number"),
        ("'5,22'", "decimal comma"),
        ("<0.1", "is a limit"),
        ("1.2*", "not a number"),
        ("—5", "not a number"),
        ("[1]", "not a number"),
        ("~", "not a number"),
    ],
)
def test_fault_16_and_42_only_numbers_are_numbers(tmp_path: Path, value: str, says: str) -> None:
    problem = refused(tmp_path, FACTS.replace("5.22", value))
    assert says in str(problem)
    assert problem.field == "parameters.baseline.value"
    assert problem.line == 5
    assert "7.5" in (problem.expected or "")


def test_unknown_field_names_the_nearest(tmp_path: Path) -> None:
    problem = refused(tmp_path, FACTS.replace("    unit:", "    unti:"))
    assert "unknown field unti; did you mean unit?" in str(problem)
    assert (problem.line, problem.field) == (6, "parameters.baseline.unti")


def test_missing_field(tmp_path: Path) -> None:
    assert refused(tmp_path, FACTS.replace("title: neutrophils\n", "")).field == "title"
    problem = refused(tmp_path, FACTS.replace("    unit: Gcell/L\n", ""))
    assert problem.field == "parameters.baseline.unit"
    assert "is missing" in str(problem)


def test_fault_20_every_number_has_a_source_or_an_assumption(tmp_path: Path) -> None:
    assert "either a source or an assumption" in str(refused(tmp_path, FACTS.replace("    source: kloft\n", "")))
    both = FACTS.replace("    source: kloft\n", "    source: kloft\n    assumption: guessed\n")
    assert "not both" in str(refused(tmp_path, both))
