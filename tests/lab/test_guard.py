"""How a command ends, whatever happens in it."""

from __future__ import annotations

import pytest

from her2lab.errors import InputError, WorkError
from her2lab.lab.cli.guard import guarded


def ending(error, capsys, *, debug=False):
    def run():
        raise error

    return guarded(run, debug=debug), capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "named"),
    [
        (
            InputError("wrong", file="a.yaml", line=3, field="dose", value=-1, expected="more"),
            2,
            "a.yaml:3, field dose",
        ),
        (WorkError("12 of 20 patients failed"), 1, "12 of 20 patients failed"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (ModuleNotFoundError("No module named 'polars'", name="polars"), 1, "polars is not installed"),
        (OSError(28, "No space left on device", "result.json"), 1, "No space left on device: result.json"),
        (MemoryError(), 1, "memory"),
        (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError"),
        (WorkError("two\nlines"), 1, "two lines"),
    ],
)
def test_one_line_and_a_status(capsys, error, status, named):
    ended, err = ending(error, capsys)
    assert ended == status
    assert named in err
    assert err.startswith("her2lab: ")
    assert err.count("\n") == 1


def test_fault_48_a_missing_package_says_what_to_do(capsys):
    assert "make trial" in ending(ModuleNotFoundError(name="lifelines"), capsys)[1]


def test_debug_shows_where(capsys):
    assert "Traceback" in ending(ZeroDivisionError(), capsys, debug=True)[1]


def test_success_is_silent(capsys):
    assert guarded(lambda: None, debug=False) == 0
    assert capsys.readouterr().err == ""
