"""Workers count together, and leave off together."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from her2lab.task_pool import StoppedError, TaskPool


def test_everybody_is_answered_by_name() -> None:
    assert TaskPool(2).do({"a": lambda: 1, "b": lambda: 2, "c": lambda: 3}) == {"a": 1, "b": 2, "c": 3}
    assert not TaskPool(2).do({})


def test_shares_add_up() -> None:
    told: list[tuple[int, int]] = []
    crew = TaskPool(2, 40, lambda done, total: told.append((done, total)))

    def work(report: Callable[[float], None]) -> None:
        for part in (0.3, 0.3, 1.0):
            report(part)

    crew.do({"small": lambda: work(crew.share(10)), "large": lambda: work(crew.share(30))})
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (40, 40)


def test_when_one_fails_the_others_leave_off() -> None:
    crew, working, left_off = TaskPool(2), Event(), Event()

    def fails() -> None:
        working.wait(10)
        raise ValueError("this one")

    def goes_on() -> None:
        report = crew.share(1)
        working.set()
        try:
            while not left_off.wait(0.001):
                report(0.0)
        except StoppedError:
            left_off.set()

    with pytest.raises(ValueError, match="this one"):
        crew.do({"fails": fails, "goes on": goes_on})
    assert left_off.is_set()
