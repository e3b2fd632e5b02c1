"""Draw one property of every patient from its distribution, given a standard normal number for each.

All kinds are quantile functions of a normal number, so that a Gaussian copula correlates them.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from her2lab._types import Floats
from her2lab.errors import InputError
from her2lab.facts.records import Distribution

T = TypeVar("T")
Column = Floats | NDArray[np.str_]


def log_sd(cv_percent: float) -> float:
    """Standard deviation on the log scale of a log-normal with this coefficient of variation."""
    return math.sqrt(math.log1p((cv_percent / 100.0) ** 2))


def correlated(standard: Floats, covariance: Floats, file: str) -> Floats:
    """Mix independent standard normal numbers (n, k) so that they have this covariance (k, k).

    Raises
    ------
    InputError
        If no set of variables has such a covariance; `file` says where it was read.
    """
    try:
        factor = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise InputError("the correlations contradict one another", file=file, field="correlations") from None
    return np.asarray((standard[:, None, :] * factor).sum(axis=2))  # a matrix product rounds by the number of rows


def draw(distribution: Distribution, normal: Floats, drawn: dict[str, Column], name: str) -> Column:
    """Turn standard normal numbers into values.

    Parameters
    ----------
    distribution
        What to draw from.
    normal
        Standard normal numbers, shape (n,).
    drawn
        Properties drawn before, by name, for `by` and `formula`.
    name
        Name of the property, for messages.

    Raises
    ------
    InputError
        If a field that the kind needs is missing, or a level has no distribution.
    """
    if distribution.levels is not None:
        return _by_level(distribution, normal, drawn, name)
    if distribution.kind == "constant":
        return np.full(len(normal), _need(distribution.value, name, "value"))
    if distribution.kind == "formula":
        return _formula(distribution, drawn, name)
    if distribution.kind == "bernoulli":
        return np.where(ndtr(normal) > 1.0 - _need(distribution.probability, name, "probability"), 1.0, 0.0)
    if distribution.kind == "categories":
        return _categories(distribution, normal, name)
    return _continuous(distribution, normal, name)


def _continuous(distribution: Distribution, normal: Floats, name: str) -> Floats:
    if distribution.kind == "lognormal":
        centre = math.log(_need(distribution.median, name, "median"))
        spread = log_sd(_need(distribution.cv_percent, name, "cv_percent"))
        low = None if distribution.low is None else math.log(max(distribution.low, 1e-300))
        high = None if distribution.high is None else math.log(distribution.high)
    else:
        centre, spread = _need(distribution.mean, name, "mean"), _need(distribution.sd, name, "sd")
        low, high = distribution.low, distribution.high
    if spread > 0 and (low is not None or high is not None):
        below = 0.0 if low is None else float(ndtr((low - centre) / spread))
        above = 1.0 if high is None else float(ndtr((high - centre) / spread))
        normal = np.asarray(ndtri(below + ndtr(normal) * (above - below)))
    values = centre + spread * normal
    return np.exp(values) if distribution.kind == "lognormal" else values


def _categories(distribution: Distribution, normal: Floats, name: str) -> NDArray[np.str_]:
    shares = distribution.shares or {}
    total = sum(shares.values())
    if abs(total - 1.0) > 1e-6:
        raise InputError("the shares do not add up", field=name, value=total, expected="1")
    edges = np.cumsum(list(shares.values()))[:-1]
    return np.asarray(np.array(list(shares))[np.searchsorted(edges, ndtr(normal), side="right")])


def _by_level(distribution: Distribution, normal: Floats, drawn: dict[str, Column], name: str) -> Column:
    levels = distribution.levels or {}
    key = drawn[_need(distribution.by, name, "by")]
    labels = key if key.dtype.kind == "U" else np.where(np.asarray(key, dtype=float) > 0.5, "yes", "no")
    values: Column | None = None
    for label in np.unique(labels):
        if label not in levels:
            raise InputError("no distribution for this level", field=f"{name}.levels", value=str(label),
                             expected=" or ".join(levels))
        one = draw(levels[str(label)], normal, drawn, name)
        values = one.copy() if values is None else np.where(labels == label, one, values)
    if values is None:
        raise InputError("nobody to draw for", field=name)
    return values


def _formula(distribution: Distribution, drawn: dict[str, Column], name: str) -> Floats:
    weight, height = np.asarray(drawn["weight"], dtype=float), np.asarray(drawn["height"], dtype=float)
    coefficients = distribution.coefficients
    if distribution.formula == "body_surface_area":        # power law in weight and height
        a, b, c = coefficients
        return a * weight**b * height**c
    if distribution.formula == "lean_body_weight":         # Janmahasatian 2005, saturating in body mass index
        a, b, c = coefficients
        return a * weight / (b + c * weight / (height / 100.0) ** 2)
    raise InputError("unknown formula", field=name, value=distribution.formula)


def _need(value: T | None, name: str, field: str) -> T:
    if value is None:
        raise InputError("this kind of distribution needs it", field=f"{name}.{field}", expected="a value")
    return value
