"""What all tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import settings

settings.register_profile("no deadline", deadline=None)  # how long an example takes depends on the machine
settings.load_profile("no deadline")


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    status: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line on stderr; more or fewer are a failure."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


@pytest.fixture
def her2lab(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run the command line in this process."""

    def run(*arguments: object) -> Ended:
        from her2lab.lab.cli import main

        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end of a run how many of the published findings on cells hold."""

    def count(outcome: str) -> int:
        return sum("test_finding[" in report.nodeid for report in terminalreporter.getreports(outcome))

    held, missed, broken = count("passed"), count("xfailed"), count("failed")
    if held + missed + broken:
        terminalreporter.write_line(
            f"published findings on cells: {held} of {held + missed + broken} hold, {missed} are expected not to"
        )
