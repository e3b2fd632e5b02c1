"""The Kaplan-Meier estimate of survival with its log-log interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from her2lab._types import Bools, Floats


@dataclass(frozen=True)
class SurvivalFunction:
    """A curve that falls in steps; all arrays have the shape (steps,).

    Attributes
    ----------
    times
        0 and every time of an event or of censoring, ascending.
    survival
        Part without event from that time on.
    low, high
        Bounds of its interval, 1 before the first event.
    """

    times: Floats
    survival: Floats
    low: Floats
    high: Floats

    def at(self, times: ArrayLike) -> Floats:
        """Return survival at times of 0 or more, of their shape."""
        return np.asarray(self.survival[np.searchsorted(self.times, times, side="right") - 1])

    @property
    def median(self) -> float:
        """The time at which survival is a half or less, infinite if it never is."""
        return self._half(self.survival)

    @property
    def median_bounds(self) -> tuple[float, float]:
        """The times at which the bounds of survival are a half or less, infinite where they never are."""
        return self._half(self.low), self._half(self.high)

    def _half(self, curve: Floats) -> float:
        return float(np.inf if curve[-1] > 0.5 else self.times[np.searchsorted(-curve, -0.5)])


def estimate(durations: Floats, events: Bools, z: float) -> SurvivalFunction:
    """Return the estimate for n patients.

    Parameters
    ----------
    durations, events
        Times, shape (n,), n at least 1, and whether an event was seen then or the time is censored.
    z
        Half width of the interval in standard errors, on the scale of log(-log(survival)) (exponential Greenwood).
    """
    times = np.union1d([0.0], durations)
    places = np.searchsorted(times, durations)
    left = np.bincount(places, minlength=len(times))
    deaths = np.bincount(places[events], minlength=len(times))
    at_risk = len(durations) - np.cumsum(left) + left
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.exp(np.cumsum(np.log((at_risk - deaths).astype(float)) - np.log(at_risk.astype(float))))
        share = deaths / (at_risk * (at_risk - deaths))
        variance = np.cumsum(np.where(np.isinf(share), 0.0, share))
        log_survival = np.log(survival)
        centre, half = np.log(-log_survival), z * np.sqrt(variance) / log_survival
        bounds = [np.exp(-np.exp(bound)) for bound in (centre - half, centre + half)]
    low, high = (np.where(np.isnan(bound), 1.0, bound) for bound in bounds)
    return SurvivalFunction(times, survival, low, high)
