"""The examples in the docstrings of the public functions run and give what they show."""

from __future__ import annotations

import doctest
import inspect
import io

import pytest

import her2lab

PUBLIC = [name for name in her2lab.__all__ if name != "__version__"]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in PUBLIC:
        found = getattr(her2lab, name)
        if inspect.getdoc(found) and not inspect.isclass(found):
            yield from finder.find(found, name, module=inspect.getmodule(found))


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name)
def test_example(example):
    example.globs, said = {"her2lab": her2lab}, io.StringIO()
    ended = doctest.DocTestRunner(optionflags=FLAGS).run(example, out=said.write)
    assert ended.attempted > 0, "no example"
    assert ended.failed == 0, said.getvalue()
