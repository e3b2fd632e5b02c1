"""What the benchmark asks of an engine."""

from __future__ import annotations

from typing import Protocol

from benchmarks.cases import Case, Floats


class PeerMissing(Exception):  # noqa: N818 - says what is the matter
    """The engine cannot be used here; the message says why."""


class Peer(Protocol):
    """An engine under test."""

    name: str

    def prepare(self, case: Case) -> None:
        """Read and compile the model; not timed. Raises PeerMissing where the engine cannot be used."""

    def run(self, patients: range, rtol: float) -> Floats:
        """The states (patients, times, states) at ``case.times``, in the order of ``case.model.states``; timed."""


ABSOLUTE = 1e-3
"""Absolute tolerance of the peers as a part of their relative one: states are of order 0.1 to 1000."""
