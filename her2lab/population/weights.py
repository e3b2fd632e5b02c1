"""Weights that make a sample meet given means while they differ as little as possible from equal ones.

Of all weights that meet the means those of largest entropy are taken (entropy balancing, Hainmueller 2012); they are
exponential in the features, and a convex problem in one multiplier per feature gives them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp, softmax

from her2lab._types import Bools, Floats
from her2lab.errors import InputError

PRECISION = 1e-6  # of a mean, in standard deviations of its feature


def balance(features: ArrayLike, targets: ArrayLike, tolerance: ArrayLike = 0.0, names: Sequence[str] = ()) -> Floats:
    """Return the weights of largest entropy under which the features have the target means.

    Parameters
    ----------
    features
        Shape (n, k).
    targets
        Wanted weighted mean of each feature, shape (k,), in the feature's unit.
    tolerance
        Standard error of each target, scalar or (k,). Where it is above zero the target is met as closely as such a
        figure deserves: large multipliers are penalised as a normal prior would, and every target can be used.
    names
        What the features are called, for messages.

    Returns
    -------
    Floats
        Shape (n,), not negative, sum 1.

    Raises
    ------
    InputError
        If shapes do not fit, a number is not finite, or no weights meet targets without tolerance.
    """
    table, wanted = np.asarray(features, dtype=float), np.asarray(targets, dtype=float)
    if table.ndim != 2 or not len(table) or wanted.shape != table.shape[1:]:
        raise InputError("wrong shape", field="targets", value=wanted.shape, expected=f"one target for each of the "
                         f"features {table.shape}")
    slack = np.broadcast_to(np.asarray(tolerance, dtype=float), wanted.shape)
    if not (np.isfinite(table).all() and np.isfinite(wanted).all() and np.isfinite(slack).all()):
        raise InputError("is not finite", field="features, targets or tolerance", expected="finite numbers")
    spread = table.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    centred, penalty = (table - wanted) / scale, (slack / scale) ** 2
    weights = softmax(centred @ _multipliers(centred, penalty))
    missed = np.where(slack > 0, 0.0, np.abs(weights @ centred))
    if missed.size and missed.max() > PRECISION:
        worst = int(missed.argmax())
        name = names[worst] if names else f"feature {worst}"
        raise InputError("no weights meet this mean together with the others", field=name, value=float(wanted[worst]),
                         expected="a mean that the sample can have, at the widest "
                         f"{table[:, worst].min():g} to {table[:, worst].max():g}")
    return np.asarray(weights)


def effective_size(weights: ArrayLike) -> float:
    """Return how many equally weighted members are worth as much as these (Kish): ``(sum w)^2 / sum w^2``."""
    given = np.asarray(weights, dtype=float)
    return float(given.sum() ** 2 / (given**2).sum())


def accepted(weights: ArrayLike, uniforms: ArrayLike) -> Bools:
    """Return who is taken, each with the probability ``weight / largest weight``.

    Those taken are a plain sample of the weighted one, nobody twice.

    Parameters
    ----------
    weights, uniforms
        Shape (n,); `uniforms` are each member's own random number in (0, 1).
    """
    given = np.asarray(weights, dtype=float)
    return np.asarray(np.asarray(uniforms) < given / given.max())


def _multipliers(centred: Floats, penalty: Floats) -> Floats:
    """Minimise the dual, ``log mean exp(centred @ x) + sum(penalty x^2) / 2``."""
    def dual(x: Floats) -> float:
        return float(logsumexp(centred @ x) + 0.5 * penalty @ x**2)

    def gradient(x: Floats) -> Floats:
        return np.asarray(softmax(centred @ x) @ centred + penalty * x)

    def curvature(x: Floats) -> Floats:
        weights = np.exp(log_softmax(centred @ x))
        mean = weights @ centred
        return np.asarray((centred * weights[:, None]).T @ centred - np.outer(mean, mean) + np.diag(penalty))

    start = np.zeros(centred.shape[1])
    if not len(start):
        return start
    found = minimize(dual, start, jac=gradient, hess=curvature, method="trust-exact",
                     options={"gtol": 0.01 * PRECISION, "maxiter": 500})
    return np.asarray(found.x)
