"""The table of faults is whole, and every test that it names exists."""

from __future__ import annotations

import ast
import re

from tests.docs.pages import ROOT, text_of

PAGE = text_of(ROOT / "docs" / "reference" / "faults.md")
ROW = re.compile(r"^\| ([0-9]+) \|(.*)\|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_each_fault_has_a_row_with_a_test_or_says_not_yet() -> None:
    rows = ROW.findall(PAGE)
    assert [int(number) for number, _ in rows] == list(range(1, 49))
    assert [number for number, rest in rows if not NAMED.search(rest) and "not yet" not in rest] == []


def test_every_test_that_is_named_exists() -> None:
    named = set(NAMED.findall(PAGE))
    there = {(file, node.name) for file in {file for file, _ in named} if (ROOT / file).is_file()
             for node in ast.walk(ast.parse(text_of(ROOT / file))) if isinstance(node, ast.FunctionDef)}
    assert named - there == set()
