"""Potency from a dose-response: relative EC50, absolute IC50 and GR50, which answer different questions.

The relative EC50 is the concentration of half of the effect that the compound achieves, however small that is; the
absolute IC50 that at which the readout is half of the untreated one; the GR50 that at which growth is inhibited by half
(Hafner 2016, Nature Methods 13:521), which unlike the IC50 of cell counts does not depend on how fast the cells divide.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import OptimizeWarning, curve_fit

from her2lab._types import Floats
from her2lab.errors import InputError

FEWEST = 5             # concentrations for a fit of four parameters
LEAST_RANGE = 0.02     # of the largest value: a curve flatter than that has no EC50
LARGEST_MISFIT = 0.05  # root mean square distance from the fit, of the curve's range: beyond it is no sigmoid
STEEPNESS = (0.1, 10.0)
FREEDOM = 0.5          # of the range: how far the fit may look for an end outside what was seen
UNSEEN = 0.2           # of the range: an end farther outside was not seen, and half the way to it is a guess


@dataclass(frozen=True)
class HillCurve:
    """A four-parameter logistic on the logarithm of the concentration.

    Attributes
    ----------
    ec50
        nM at which the readout is half way between its two ends.
    at_zero, at_saturation
        The readout without the compound and at its full effect, in the unit of the readout.
    hill_coefficient
        Steepness, above zero.
    """

    ec50: float
    at_zero: float
    at_saturation: float
    hill_coefficient: float

    def concentration(self, value: float) -> float | None:
        """Return the nM at which the curve has this value; None where it never has."""
        span = self.at_saturation - self.at_zero
        share = (value - self.at_zero) / span if span else 0.0
        return float(self.ec50 * (share / (1 - share)) ** (1 / self.hill_coefficient)) if 0 < share < 1 else None


@dataclass(frozen=True)
class Potency:
    """A concentration in nM, or the reason why there is none; `curve` is the fit behind it, if there is one."""

    concentration: float | None
    reason: str | None = None
    curve: HillCurve | None = None


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


def relative_ec50(doses: Floats, values: Floats) -> Potency:
    """Return the concentration of half of the achieved effect, by a four-parameter logistic.

    Parameters
    ----------
    doses
        Concentrations in nM, ascending, shape (n,).
    values
        The readout at each of them, shape (n,).
    """
    fitted = _sigmoid(doses, values)
    if isinstance(fitted, str):
        return Potency(None, fitted)
    span = float(np.ptp(values))
    middle, ends = np.log10(fitted.ec50), (fitted.at_zero, fitted.at_saturation)
    unseen = max(values.min() - min(ends), max(ends) - values.max())
    if unseen > UNSEEN * span or not np.log10(doses[0]) <= middle <= np.log10(doses[-1]):
        return Potency(None, "the range of concentrations does not span the effect")
    return Potency(fitted.ec50, None, fitted)


def absolute_ic50(doses: Floats, values: Floats, untreated: float) -> Potency:
    """Return the concentration at which a readout is half of that of the untreated culture.

    Parameters
    ----------
    doses, values
        As of :func:`relative_ec50`.
    untreated
        The readout without any treatment.
    """
    if not untreated > 0:
        return Potency(None, "the readout of untreated cells is not above zero")
    return _falls_to(doses, values, untreated / 2, "half of untreated")


def growth_inhibition(growth_rates: Floats, untreated: float) -> Floats:
    """Return the GR value of each growth rate, ``2 ** (rate / untreated) - 1`` (Hafner 2016).

    It is 1 where growth is as that of untreated cells, 0 where cells neither grow nor die out, and below 0 where they
    die out.

    Parameters
    ----------
    growth_rates
        Net growth of treated cells, per day or over the whole course, shape (n,).
    untreated
        That of untreated cells in the same unit, above zero.
    """
    return np.asarray(2 ** (growth_rates / untreated) - 1)


def gr50(doses: Floats, inhibition: Floats) -> Potency:
    """Return the concentration at which the GR value is a half.

    Parameters
    ----------
    doses
        Concentrations in nM, ascending, shape (n,).
    inhibition
        GR values (see :func:`growth_inhibition`), shape (n,).
    """
    return _falls_to(doses, inhibition, 0.5, "a GR value of 0.5")


def _falls_to(doses: Floats, values: Floats, target: float, name: str) -> Potency:
    """Return where a readout falls to a target: on the fitted curve, or interpolated where none fits."""
    above = values > target
    if not above[0]:
        return Potency(None, f"not above {name} at the lowest concentration")
    if above.all():
        return Potency(None, f"above {name} at every concentration")
    first = int(above.argmin())  # the first that is not above
    if above[first:].any():
        return Potency(None, f"passes {name} more than once")
    curve = _sigmoid(doses, values)     # its middle may lie outside of the range, the target does not
    if not isinstance(curve, str):
        found = curve.concentration(target)
        if found is not None and doses[first - 1] <= found <= doses[first]:
            return Potency(found, None, curve)
    between = PchipInterpolator(np.log10(doses), values - target).roots(extrapolate=False)
    return Potency(float(10 ** between[0]))


def _sigmoid(doses: Floats, values: Floats) -> HillCurve | str:
    """Return the four-parameter logistic through the values, or the reason why there is none."""
    span = float(np.ptp(values))
    if len(doses) < FEWEST:
        return f"fewer than {FEWEST} concentrations"
    if span <= LEAST_RANGE * float(np.abs(values).max()):
        return f"the readout changes by no more than {100 * LEAST_RANGE:g} %"
    return _fit(np.log10(doses), values, span) or "no sigmoid curve fits"


def _fit(x: Floats, values: Floats, span: float) -> HillCurve | None:
    ends = float(values.min()) - FREEDOM * span, float(values.max()) + FREEDOM * span
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
    if misfit > LARGEST_MISFIT * span:
        return None
    return HillCurve(float(10 ** found[2]), float(found[0]), float(found[1]), float(found[3]))


def _logistic(x: Floats, low: float, high: float, middle: float, steepness: float) -> Floats:
    return np.asarray(low + (high - low) / (1 + 10 ** (steepness * (middle - x))))
