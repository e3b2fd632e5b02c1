"""When a readout counts as risen, fallen or unchanged.

A rise or a fall is one of at least a tenth; of the number of cells, a twentieth; of net growth, a twentieth of the
line's own growth. Unchanged is within the limits that facts/perturbations uses.
"""

from __future__ import annotations

from math import log
from typing import Literal

from her2lab.cell_culture.batch import Experiment, ExperimentBatch
from her2lab.facts.perturbations import UNCHANGED

Expect = Literal["up", "down", "unchanged"]
SMALLEST_CHANGE = {"viability": 1.05, "net_growth": 1.05}
SMALLEST_CHANGE_OTHERWISE = 1.1
NOTHING = 1e-12


def ratio(batch: ExperimentBatch, treated: Experiment, day: float, reference: Experiment, base: float,
          readout: str) -> float:
    """Return a readout relative to its reference; of net growth, 1 + the difference over the line's own growth."""
    value, baseline = batch.value(treated, day, readout), batch.value(reference, base, readout)
    if readout == "net_growth":
        return 1.0 + (value - baseline) * batch.doubling_time(treated) / log(2)
    if max(value, baseline) < NOTHING:
        return 1.0   # nothing against nothing
    return value / max(baseline, NOTHING)


def as_expected(expect: Expect, readout: str, relative: float) -> bool:
    """Return whether the ratio of a readout to its reference is what is expected."""
    low, high = limits(expect, readout)
    return (low is None or relative >= low) and (high is None or relative <= high)


def limits(expect: Expect, readout: str) -> tuple[float | None, float | None]:
    """Return between which ratios a readout is what is expected; None is no limit."""
    if expect == "unchanged":
        return UNCHANGED
    least = SMALLEST_CHANGE.get(readout, SMALLEST_CHANGE_OTHERWISE)
    if expect == "up":
        return least, None
    return None, 2.0 - least if readout == "net_growth" else 1.0 / least
