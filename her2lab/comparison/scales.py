"""The scale on which a figure is about normal, so that errors, widths and scores of different figures can be compared.

Shares are taken by their logit; survival at a landmark by the logarithm of its cumulative hazard, as Kaplan-Meier
intervals are; medians and ratios by their logarithm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import expit, logit
from scipy.stats import norm

from her2lab.facts.vocabulary import LANDMARK_MONTHS, RELAPSE

FigureKind = Literal["share", "landmark", "median", "ratio"]
PERCENT = ("share", "landmark")


def z(level: float) -> float:
    """Return how many standard deviations from the middle the ends of a central interval of this level lie."""
    return float(norm.ppf((1 + level) / 2))


@dataclass(frozen=True)
class FigureScale:
    """How one endpoint is put on its scale; `months` is the landmark's time, `n` the number of patients.

    A share or survival of 0 or 100 % is moved by half a patient.
    """

    kind: FigureKind
    n: int
    months: float | None = None

    def to(self, value: float) -> float:
        """Return a value (percent, months or ratio) on the scale; survival higher is lower there."""
        if self.kind in ("median", "ratio"):
            return math.log(value)
        edge = 0.5 / max(self.n, 1)
        share = min(max(value / 100, edge), 1 - edge)
        return float(logit(share)) if self.kind == "share" else math.log(-math.log(share))

    def back(self, x: float) -> float:
        """Return a value from the scale."""
        if self.kind in ("median", "ratio"):
            return math.exp(x)
        return 100 * (float(expit(x)) if self.kind == "share" else math.exp(-math.exp(x)))

    def normalised(self, value: float) -> float:
        """Return a value on the scale, survival as the hazard per month, so that landmarks may differ in time."""
        return self.to(value) - (math.log(self.months) if self.months else 0.0)


@dataclass(frozen=True)
class Belief:
    """A normal forecast on a scale."""

    mean: float
    sd: float

    @classmethod
    def of(cls, scale: FigureScale, value: float | None, low: float | None, high: float | None,
           level: float) -> Belief | None:
        """Return the forecast that a value and its interval imply; one end is enough, None without a value or an end.

        The mean is the value, the standard deviation follows from the width.
        """
        known = [end for end in (value, low, high) if end is not None and (end > 0 or scale.kind in PERCENT)]
        if value is None or value not in known or len(known) == 1:
            return None
        ends = [scale.to(end) for end in known[1:]]
        mean = scale.to(value)
        width = abs(ends[1] - ends[0]) / 2 if len(ends) == 2 else abs(ends[0] - mean)
        return cls(mean, width / z(level)) if width > 0 else None

    def interval(self, scale: FigureScale, level: float) -> tuple[float, float]:
        """Return the central interval in the figure's own unit."""
        ends = (scale.back(self.mean - z(level) * self.sd), scale.back(self.mean + z(level) * self.sd))
        return min(ends), max(ends)


def scale_of(endpoint: str, n: int) -> FigureScale:
    """Return the scale of an arm's endpoint."""
    if at := LANDMARK_MONTHS.fullmatch(endpoint):
        return FigureScale("landmark", n, float(at[2]))
    return FigureScale("median" if endpoint.endswith("_median") else "share", n)


def family(endpoint: str) -> str:
    """Return the kind of an arm's endpoint: landmarks of one survival belong together, and so do relapses."""
    if at := LANDMARK_MONTHS.fullmatch(endpoint):
        return f"{'relapse' if at[1] in RELAPSE else at[1]} at a landmark"
    return endpoint


def ratio_family(endpoint: str) -> str:
    """Return the kind of a contrast."""
    if endpoint in ("orr", "pcr"):
        return f"odds ratio {endpoint}"
    return f"hazard ratio {'relapse' if endpoint in RELAPSE else endpoint}"
