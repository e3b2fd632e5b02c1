"""A readout against a concentration: the concentrations to try, and the one of half the effect."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

from her2lab._types import Floats
from her2lab.errors import InputError

LEAST_RANGE = 0.02     # of the largest value: a curve flatter than that has no half effect
LARGEST_MISFIT = 0.05  # root mean square distance from the fit, of the curve's range: beyond it is no sigmoid
STEEPNESS = (0.1, 10.0)
FREEDOM = 0.5          # of the range: how far the fit may look for an end outside what was seen
UNSEEN = 0.2           # of the range: an end farther outside was not seen, and half the way to it is a guess


@dataclass(frozen=True)
class HalfEffect:
    """A four-parameter logistic through a curve.

    Attributes
    ----------
    concentration
        nM at which half of the effect is reached (EC50 or IC50).
    low, high
        The readout without the compound and at its full effect.
    steepness
        Hill coefficient.
    """

    concentration: float
    low: float
    high: float
    steepness: float


def concentrations(low: float, high: float, count: int) -> Floats:
    """Return `count` concentrations from `low` to `high`, evenly spaced on a logarithmic scale.

    Raises
    ------
    InputError
        If `low` is not above zero and below `high`.
    """
    if not 0 < low < high:
        raise InputError("is not a range of concentrations", value=f"{low:g} to {high:g} nM",
                         expected="the lower end, above zero, first")
    return np.geomspace(low, high, count)


def half_effect(doses: Floats, values: Floats) -> HalfEffect | None:
    """Fit a four-parameter logistic; None where none fits, or where `doses` do not span its effect.

    Parameters
    ----------
    doses
        Concentrations in nM, ascending.
    values
        The readout at each of them.
    """
    span = float(np.ptp(values))
    if len(doses) < 5 or span <= LEAST_RANGE * float(np.abs(values).max()):
        return None
    x, ends = np.log10(doses), (float(values.min()) - FREEDOM * span, float(values.max()) + FREEDOM * span)
    middle = float(x[np.abs(values - (values[0] + values[-1]) / 2).argmin()])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", OptimizeWarning)
            found, _ = curve_fit(_logistic, x, values, p0=(values[0], values[-1], middle, 1.0),
                                 bounds=((ends[0], ends[0], x[0] - 1, STEEPNESS[0]),
                                         (ends[1], ends[1], x[-1] + 1, STEEPNESS[1])))
    except (RuntimeError, ValueError, OptimizeWarning):
        return None
    misfit = float(np.sqrt(np.mean((_logistic(x, *found) - values) ** 2)))
    unseen = max(values.min() - min(found[:2]), max(found[:2]) - values.max())
    if misfit > LARGEST_MISFIT * span or unseen > UNSEEN * span or not x[0] <= found[2] <= x[-1]:
        return None
    return HalfEffect(float(10 ** found[2]), float(found[0]), float(found[1]), float(found[3]))


def _logistic(x: Floats, low: float, high: float, middle: float, steepness: float) -> Floats:
    return np.asarray(low + (high - low) / (1 + 10 ** (steepness * (middle - x))))
