"""The search for free numbers that come nearest to what was published: damped Gauss-Newton (scipy's trust region).

It works on a logarithmic scale on which the bounds of each number are 0 and 1. Slopes are taken over a step wide enough
to see past single patients, and all slopes of a step can be run side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.optimize import least_squares

from her2lab._types import Floats
from her2lab.facts.calibrations import Calibration, Free
from her2lab.fitting.misfit import TargetMisfit

AssessAll = Callable[[Iterable[Sequence[float]]], Iterable[list[TargetMisfit]]]
_SLOPE_STEP = 0.08         # over which a slope is taken
_INSIDE = 1e-3             # how near to a bound the search may start


def search(calibration: Calibration, start: Sequence[float], assess_all: AssessAll, steps: int,
           progress: Callable[[float], None] | None = None) -> list[float]:
    """Return the values of the free numbers that the search ends with.

    Parameters
    ----------
    calibration
        Free numbers, their bounds, and how stiffly they are held to their first values.
    start
        First values.
    assess_all
        Gives the comparisons at each of several points, in order.
    steps
        How often a new point is tried.
    progress
        Called with the part that is done, 0 to 1.
    """
    points = _Points(calibration, start, assess_all, 1 + steps * (len(calibration.free) + 1), progress)
    tried: list[Floats] = []
    slopes = [np.zeros((0, len(calibration.free)))]

    def misfits(point: Floats) -> Floats:
        tried.append(point)
        return points.misfits([point])[0]

    def slopes_at(point: Floats) -> Floats:
        if len(tried) < steps + 1:           # after the last step nobody reads the slopes
            slopes.append(_slopes(points, point))
        return slopes[-1]

    found = least_squares(misfits, points.first, jac=slopes_at, bounds=(0.0, 1.0), max_nfev=steps + 1,
                          xtol=1e-3, ftol=1e-3)
    return points.values(found.x)


class _Points:
    """Misfits at points of the search, and how far each is from the first; no point is run twice."""

    def __init__(self, calibration: Calibration, start: Sequence[float], assess_all: AssessAll, expected: int,
                 progress: Callable[[float], None] | None) -> None:
        self.free, self.assess_all, self.expected, self.progress = calibration.free, assess_all, expected, progress
        self.stiff = math.sqrt(calibration.stiffness)
        units = [_to_unit(one, value) for one, value in zip(self.free, start, strict=True)]
        self.first: Floats = np.clip(units, _INSIDE, 1 - _INSIDE)
        self.known: dict[tuple[float, ...], Floats] = {}

    def values(self, point: Floats) -> list[float]:
        """Return the free numbers at a point."""
        return [_from_unit(one, x) for one, x in zip(self.free, point, strict=True)]

    def misfits(self, points: Sequence[Floats]) -> list[Floats]:
        """Return the misfits at each point, the distance to the first one among them."""
        names = [tuple(self.values(point)) for point in points]
        new = [name for name in dict.fromkeys(names) if name not in self.known]
        for name, comparisons in zip(new, self.assess_all(new), strict=True):
            self.known[name] = np.array([each.misfit for each in comparisons])
            if self.progress is not None:
                self.progress(min(len(self.known) / self.expected, 1.0))
        return [np.concatenate([self.known[name], self.stiff * (point - self.first)])
                for name, point in zip(names, points, strict=True)]


def _slopes(points: _Points, point: Floats) -> Floats:
    steps = np.where(point < 1 - _SLOPE_STEP, _SLOPE_STEP, -_SLOPE_STEP)
    here, *there = points.misfits([point, *(point + np.diag(steps))])
    return np.stack([(moved - here) / step for moved, step in zip(there, steps, strict=True)], axis=1)


def _to_unit(free: Free, value: float) -> float:
    return math.log(value / free.low) / math.log(free.high / free.low)


def _from_unit(free: Free, x: float) -> float:
    return float(f"{free.low * (free.high / free.low) ** float(x):.4g}")
