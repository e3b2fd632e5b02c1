"""Workers side by side that leave off together: when one of them fails, and when the user interrupts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event, Lock
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)
Found = TypeVar("Found")
Progress = Callable[[int, int], None]


class StoppedError(Exception):
    """Another worker has failed, or the user has interrupted."""


class TaskPool:
    """Workers that count together what they have done.

    Parameters
    ----------
    jobs
        How many work at a time.
    total
        What there is to do in all, in any unit.
    progress
        Called with (done, total), by one worker at a time.
    """

    def __init__(self, jobs: int, total: int = 0, progress: Progress | None = None) -> None:
        self._jobs, self._total, self._progress = jobs, total, progress
        self._done, self._stopped, self._lock = 0, Event(), Lock()

    def share(self, amount: int) -> Callable[[float], None]:
        """Return what a worker calls with the part of its share that is done, 0 to 1; the share is `amount` of all.

        It raises StoppedError when the others have left off.
        """
        reported = 0

        def report(part: float) -> None:
            nonlocal reported
            if self._stopped.is_set():
                raise StoppedError
            with self._lock:
                self._done += round(part * amount) - reported
                if self._progress is not None:
                    self._progress(self._done, self._total)
            reported = round(part * amount)

        return report

    def do(self, tasks: Mapping[Name, Callable[[], Found]]) -> dict[Name, Found]:
        """Do tasks, the first first, and return what came out of each; the first failure is raised."""
        with ThreadPoolExecutor(self._jobs) as pool:
            named = {pool.submit(work): name for name, work in tasks.items()}
            try:
                return {named[future]: future.result() for future in as_completed(named)}
            except BaseException:
                self._stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
