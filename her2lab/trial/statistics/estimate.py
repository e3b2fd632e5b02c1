"""An estimate with its interval, and the intervals of proportions and odds ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from her2lab._types import Bools

LEVEL = 0.90  # of every interval that a result states
Z = float(ndtri((1 + LEVEL) / 2))  # its half width in standard errors


@dataclass(frozen=True)
class Estimate:
    """A value with the bounds of its 90 % interval; None for what is not reached or not estimable.

    As estimated, the interval is that of the sampling of patients: what a trial of this size would scatter by chance;
    :mod:`her2lab.trial.statistics.prediction` adds what differs between trials. `count` is the number of patients
    that a percentage rests on.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    note: str | None = None
    count: float | None = None


def percent(who: Bools) -> float | None:
    """Return the share of a mask in percent, None of nobody."""
    return proportion(int(who.sum()), len(who)).value


def proportion(successes: float, total: float) -> Estimate:
    """Return a percentage with its Wilson score interval.

    Parameters
    ----------
    successes, total
        Counts, also fractional ones; 0 of 0 has no value, and a total of one or less has no interval.

    Notes
    -----
    Wilson EB. J Am Stat Assoc 1927;22:209, doi 10.1080/01621459.1927.10502953.
    """
    if total == 0:
        return Estimate(None, note="not estimable: nobody is evaluable")
    p = successes / total
    if total <= 1:
        return Estimate(100 * p)
    low, high = wilson_bounds(p, total, LEVEL)
    return Estimate(100 * p, 100 * low, 100 * high, count=total)


def wilson_bounds(p: float, total: float, level: float) -> tuple[float, float]:
    """Return the ends of the Wilson score interval of a share `p` of `total`; it begins at 0 and ends at 1 exactly."""
    z = float(ndtri((1 + level) / 2))
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * np.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return (0.0 if p == 0 else float(centre - half)), (1.0 if p == 1 else float(centre + half))


def odds_ratio(successes: int, total: int, reference_successes: int, reference_total: int) -> Estimate:
    """Return the odds ratio of two proportions with Woolf's interval; not estimable with an empty cell.

    Notes
    -----
    Woolf B. Ann Hum Genet 1955;19:251, doi 10.1111/j.1469-1809.1955.tb01348.x.
    """
    cells = np.array([successes, total - successes, reference_successes, reference_total - reference_successes])
    if (cells <= 0).any():
        return Estimate(None, note="not estimable: a cell of the two-by-two table is empty")
    log_ratio = float(np.log(cells[0] * cells[3] / (cells[1] * cells[2])))
    half = float(Z * np.sqrt((1 / cells).sum()))
    return Estimate(float(np.exp(log_ratio)), float(np.exp(log_ratio - half)), float(np.exp(log_ratio + half)))
