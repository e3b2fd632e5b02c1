"""Say at the end of a test run how many of the published findings on cells hold."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    def count(outcome: str) -> int:
        return sum("test_finding[" in report.nodeid for report in terminalreporter.getreports(outcome))

    held, missed = count("passed"), count("xfailed")
    broken = count("failed")
    if held + missed + broken:
        terminalreporter.write_line(
            f"published findings on cells: {held} of {held + missed + broken} hold, {missed} are expected not to"
        )
