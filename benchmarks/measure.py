"""Interleaved rounds, measured error, and the ratio at equal error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from benchmarks.cases import Case, Floats
from benchmarks.peer import Peer, PeerMissing
from benchmarks.peer_her2lab import Her2lab

FLOOR = 1e-3
"""Below this part of its peak in the same patient a state's error is measured against the floor, not its value."""
TARGET = 3e-4
TIGHT = 1e-9
SECOND = 1e-10


@dataclass(frozen=True)
class Entry:
    """An engine with the tolerances and the number of patients with which it takes part."""

    peer: Peer
    tolerances: Sequence[float]
    patients: int


@dataclass
class Row:
    """One engine at one tolerance: seconds of each round, and the median and worst error of the compared patients."""

    engine: str
    rtol: float
    patients: int
    seconds: list[float] = field(default_factory=list)
    error: float = float("nan")
    worst: float = float("nan")
    failed: str = ""

    @property
    def speed(self) -> float:
        """Patients a second in the median round."""
        return self.patients / float(np.median(self.seconds)) if self.seconds else float("nan")


def errors(values: Floats, exact: Floats) -> Floats:
    """The worst scaled error of each patient over states and times."""
    size = np.abs(exact)
    scale = np.maximum(size, FLOOR * size.max(axis=1, keepdims=True))
    return np.asarray(np.max(np.abs(values - exact) / np.where(scale > 0, scale, 1.0), axis=(1, 2)))


@contextmanager
def quiet() -> Iterator[None]:
    """Solvers that write to the process's own stdout and stderr are not let through."""
    sys.stdout.flush()
    kept, nothing = {number: os.dup(number) for number in (1, 2)}, os.open(os.devnull, os.O_WRONLY)
    for number in kept:
        os.dup2(nothing, number)
    try:
        yield
    finally:
        for number, copy in kept.items():
            os.dup2(copy, number)
            os.close(copy)
        os.close(nothing)


def measure(case: Case, entries: Sequence[Entry], rounds: int, compared: int) -> tuple[list[Row], list[str]]:
    """All engines at all tolerances, `rounds` times over, so that a slow minute of the machine is everybody's."""
    ours = Her2lab()
    ours.prepare(case)
    exact = ours.run(range(compared), TIGHT)
    if not np.isfinite(exact).all():
        raise RuntimeError(f"{case.name}: the tight reference failed")
    present, notes = _prepared(case, entries)
    notes += _second_opinion(present, exact)
    rows = [(entry, Row(entry.peer.name, rtol, entry.patients)) for entry in present for rtol in entry.tolerances]
    for _ in range(rounds):
        for entry, row in rows:
            if not row.failed:
                _one(entry, row, exact)
    return [row for _, row in rows], notes


def _prepared(case: Case, entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    present, notes = [], []
    for entry in entries:
        try:
            with quiet():
                entry.peer.prepare(case)
            present.append(entry)
        except PeerMissing as error:
            notes.append(f"{entry.peer.name}: left out ({error})")
    return present, notes


def _second_opinion(present: Sequence[Entry], exact: Floats) -> list[str]:
    """How far the reference, which is our own engine's, is from the first peer at its tightest."""
    for entry in present:
        if entry.peer.name != Her2lab.name:
            with quiet():
                distance = errors(entry.peer.run(range(1), SECOND), exact[:1])[0]
            return [f"The reference agrees with {entry.peer.name} at rtol {SECOND:.0e} to {distance:.0e}."]
    return []


def _one(entry: Entry, row: Row, exact: Floats) -> None:
    try:
        with quiet():
            begin = time.perf_counter()
            values = entry.peer.run(range(entry.patients), row.rtol)
            row.seconds.append(time.perf_counter() - begin)
    except Exception as error:  # a peer that gives up is a row of the table, not the end of the run
        row.failed = f"{type(error).__name__}: {error}".splitlines()[0][:80]
        return
    count = min(len(values), len(exact))
    found = errors(values[:count], exact[:count])
    row.error, row.worst = float(np.median(found)), float(found.max())


def speed_at(rows: Sequence[Row], error: float = TARGET) -> float:
    """Patients a second at a measured error, by interpolation in log-log; NaN outside what was measured by 2x."""
    used = sorted((r for r in rows if r.seconds and r.error > 0 and np.isfinite(r.error)), key=lambda r: r.error)
    if not used:
        return float("nan")
    if not used[0].error / 2 <= error <= used[-1].error * 2:
        return float("nan")
    return float(np.exp(np.interp(np.log(error), np.log([r.error for r in used]), np.log([r.speed for r in used]))))
