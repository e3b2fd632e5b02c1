"""How a command ends, whatever happens in it."""

from __future__ import annotations

import signal
import subprocess
import sys
import warnings

import pytest

from her2lab import storage
from her2lab.errors import InputError, WorkError
from her2lab.lab.cli.guard import guarded, naming_options


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


WAITS = """
import sys, time
from her2lab.lab.cli.guard import guarded
def run():
    print("runs", flush=True)
    time.sleep(60)
sys.exit(guarded(run, debug=False))
"""


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_sigterm_end_with_a_line(sent, status):
    with subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        process.stdout.readline()
        process.send_signal(sent)
        _, err = process.communicate(timeout=30)
    assert process.returncode == status
    assert err.startswith("her2lab: ")
    assert err.count("\n") == 1


def test_sigterm_in_the_middle_of_writing_leaves_nothing_half_written(tmp_path, capsys, monkeypatch):
    written = type(tmp_path).write_bytes

    def killed(path, data):
        written(path, data)
        signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(type(tmp_path), "write_bytes", killed)
    files = {"patients.parquet": b"a", "result.json": b"b"}
    assert guarded(lambda: storage.write_folder(tmp_path / "out", files, "out"), debug=False) == 143
    assert "SIGTERM" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_argument_of_python_is_shown_as_its_option(her2lab):
    """Messages of the library name arguments; those of the command line, options. Fields of files stay."""
    import typer

    from her2lab.lab.cli.app import app

    program, words = typer.main.get_command(app), ["patient", "status", "--disease", "breast"]
    shown = naming_options(InputError("is missing", field="recount_ratio"), program, words)
    assert shown.field == "--recount-ratio"
    program_words = ["trial", "table", "nowhere"]
    assert naming_options(InputError("is missing", field="folder"), program, program_words).field == "DIR"
    of_file = InputError("is missing", file="a.yaml", field="recount_ratio")
    assert naming_options(of_file, program, words) is of_file
    assert her2lab(*words).line.startswith("her2lab: error: field --ihc: is missing")


def test_a_warning_is_one_line_without_source_code(capsys):
    assert guarded(lambda: warnings.warn("made up", UserWarning, stacklevel=1), debug=False) == 0
    assert capsys.readouterr().err == "her2lab: warning: made up\n"
