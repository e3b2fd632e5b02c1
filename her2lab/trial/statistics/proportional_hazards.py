"""The Cox model with Efron's ties and baseline hazards by stratum, fitted by Newton's method.

Steps and the rule by which they end are those of lifelines, so that results agree with it in all digits that are shown;
sums over all event times and strata are made at once, by arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from her2lab._types import Bools, Floats, Integers

FIRST_STEP, LARGEST_STEP, SMALLEST_STEP = 0.95, 1.0, 1e-5     # parts of a Newton step
PRECISION, LIKELIHOOD_PRECISION, MOST_STEPS = 1e-7, 1e-9, 500
DOUBTFUL_MOVE = 0.1                                         # a last step that is longer found no maximum
SEPARATED = 1e-4                                            # a log-likelihood this near to 0 leaves nothing to explain


@dataclass(frozen=True)
class CoxFit:
    """Log hazard ratios of k covariates, shape (k,), and their covariance, shape (k, k)."""

    coefficients: Floats
    covariance: Floats


def fit(durations: Floats, events: Bools, covariates: Floats, strata: Floats | None = None) -> CoxFit | None:
    """Return the model that fits best, or None if the likelihood has no maximum.

    Parameters
    ----------
    durations, events
        Times, shape (n,), and whether an event was seen then.
    covariates
        Shape (n, k), none of them constant.
    strata
        Shape (n,): who has the same number has the same baseline hazard; None for one for all.

    Notes
    -----
    Efron B. J Am Stat Assoc 1977;72:557, doi 10.1080/01621459.1977.10480613.
    """
    spread = covariates.std(axis=0, ddof=1)
    table = _RiskSets(durations, events, (covariates - covariates.mean(axis=0)) / spread, strata)
    found = _newton(table)
    if found is None:
        return None
    beta, information = found
    return CoxFit(beta / spread, np.linalg.inv(information) / np.outer(spread, spread))


class _RiskSets:
    """Who is at risk at each event, for sums by cumulation; each of several events at one time has its own sum.

    Patients stand by stratum, in it the longest observed first, so that who is at risk stands before.
    """

    def __init__(self, durations: Floats, events: Bools, covariates: Floats, strata: Floats | None) -> None:
        stratum = np.zeros(len(durations)) if strata is None else strata
        order = np.lexsort((-durations, stratum))
        self._x, times, stratum, failed = covariates[order], durations[order], stratum[order], events[order]
        last = np.flatnonzero(np.append((np.diff(times) != 0) | (np.diff(stratum) != 0), True))   # of those tied
        first = np.append(0, last[:-1] + 1)
        tie = np.repeat(np.arange(len(last)), last - first + 1)
        deaths = np.add.reduceat(failed.astype(np.int64), first)
        self._opening = np.searchsorted(stratum, stratum[last])[deaths > 0]
        self._first, self._last, self._deaths = first[deaths > 0], last[deaths > 0], deaths[deaths > 0]
        self._event: Integers = np.flatnonzero(failed)
        self._tie_of_event = (np.cumsum(deaths > 0) - 1)[tie[self._event]]
        begin = np.cumsum(self._deaths) - self._deaths
        self._part = (np.arange(len(self._event)) - begin[self._tie_of_event]) / self._deaths[self._tie_of_event]

    @property
    def width(self) -> int:
        """The number of covariates."""
        return int(self._x.shape[1])

    def likelihood(self, beta: Floats) -> tuple[float, Floats, Floats]:
        """Return log-likelihood, gradient, shape (k,), and information, shape (k, k), at coefficients."""
        score = np.exp(self._x @ beta)
        first = score[:, None] * self._x
        second = first[:, :, None] * self._x[:, None, :]
        s0, s1, s2 = (self._at_risk(each) for each in (score, first, second))
        mean = s1 / s0[:, None]
        spread = s2 / s0[:, None, None] - mean[:, :, None] * mean[:, None, :]
        own = self._x[self._event].sum(axis=0)
        return float(own @ beta - np.log(s0).sum()), own - mean.sum(axis=0), spread.sum(axis=0)

    def _at_risk(self, values: Floats) -> Floats:
        """Return the sum over those at risk at each event, less the part of those who die with it (Efron)."""
        nothing = np.zeros((1, *values.shape[1:]))
        total = np.concatenate([nothing, np.cumsum(values, axis=0)])
        dead = np.concatenate([nothing, np.cumsum(values[self._event], axis=0)])
        end = np.cumsum(self._deaths)
        at_risk = total[self._last + 1] - total[self._opening]
        tied = dead[end] - dead[end - self._deaths]
        part = self._part.reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray(at_risk[self._tie_of_event] - part * tied[self._tie_of_event])


def _newton(table: _RiskSets) -> tuple[Floats, Floats] | None:
    """Return the coefficients where the likelihood is highest, and the information there."""
    beta, before, step, tempered = np.zeros(table.width), 0.0, FIRST_STEP, False
    moves: list[float] = []
    for _ in range(MOST_STEPS):
        likelihood, gradient, information = table.likelihood(beta)
        try:
            np.linalg.cholesky(information)     # refuses what has no single maximum
            delta = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            return None
        move = float(np.linalg.norm(delta))
        if not np.isfinite(move):
            return None
        if (move < PRECISION or float(gradient @ delta) / 2 < PRECISION
                or (before != 0 and abs(likelihood - before) / -before < LIKELIHOOD_PRECISION)):
            return None if move > DOUBTFUL_MOVE else (beta, information)
        if step <= SMALLEST_STEP or (abs(likelihood) < SEPARATED and move > 1.0):
            return None
        moves.append(move)
        step, tempered = _next_step(step, tempered, moves)
        beta, before = beta + step * delta, likelihood
    return None


def _next_step(step: float, tempered: bool, moves: list[float]) -> tuple[float, bool]:
    """Return which part of the next step to take, and whether long steps have been cut."""
    if tempered:
        step = min(step * 1.3, FIRST_STEP)
    if moves[-1] >= 15.0:
        step, tempered = step * 0.1, True
    elif moves[-1] > 5.0:
        step, tempered = step * 0.25, True
    if len(moves) >= 3:
        falling = moves[-3] > moves[-2] > moves[-1]
        step = min(step * 1.3, LARGEST_STEP) if falling else step * 0.98
    return step, tempered
