"""The examples in the docstrings of the public functions run and give what they show."""

from __future__ import annotations

import doctest
import inspect
import io

import pytest

import her2lab

PUBLIC = [name for name in her2lab.__all__ if name != "__version__" and not name.endswith("Error")]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in PUBLIC:
        found = getattr(her2lab, name)
        inherited = found.__mro__[1:-1] if inspect.isclass(found) else ()
        for each in (found, *inherited):
            yield from (example for example in finder.find(each, each.__name__, module=inspect.getmodule(each))
                        if each is found or example.name != each.__name__)


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name)
def test_example(example, result, sweep, tmp_path):
    example.globs = {"her2lab": her2lab, "result": result, "sweep": sweep, "folder": tmp_path}
    said = io.StringIO()
    ended = doctest.DocTestRunner(optionflags=FLAGS).run(example, out=said.write)
    assert ended.attempted > 0, "no example"
    assert ended.failed == 0, said.getvalue()
