"""Survival statistics: checks first, then the estimate.

Two conventions for the same thing meet here. ADaM's ``CNSR`` is 0 for an event and 1 for a censored time; lifelines'
``event_observed`` is 1 for an event. :func:`events_from_cnsr` and :func:`cnsr_from_events` are the only places where
one becomes the other, and no column of this project is called "status" when it means either.

Negative durations and event codes other than 0 and 1 are refused; a median that is not reached, and what cannot be
estimated, is None. The tests compare all estimates with those of lifelines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from her2lab._types import Bools, Floats
from her2lab.errors import InputError
from her2lab.trial.statistics import kaplan_meier as product_limit
from her2lab.trial.statistics import proportional_hazards
from her2lab.trial.statistics.estimate import Estimate, Z
from her2lab.trial.statistics.kaplan_meier import SurvivalFunction

DAYS_PER_MONTH = 365.25 / 12


def events_from_cnsr(cnsr: ArrayLike) -> Bools:
    """Turn ADaM CNSR (0 = event, 1 = censored) into event indicators (True = event)."""
    return np.asarray(_codes(cnsr, "CNSR") == 0)


def cnsr_from_events(events: ArrayLike) -> NDArray[np.int8]:
    """Turn event indicators (True or 1 = event) into ADaM CNSR (0 = event, 1 = censored)."""
    return np.asarray(_codes(events, "event") == 0, dtype=np.int8)


def _codes(values: ArrayLike, field: str) -> Floats:
    """Return 0/1 codes as floats; anything else, NaN included, is refused."""
    codes = np.asarray(values, dtype=float)
    wrong = codes[~np.isin(codes, (0.0, 1.0))]
    if wrong.size:
        raise InputError("is not an event code", field=field, value=float(wrong[0]), expected="0 or 1")
    return codes


@dataclass(frozen=True)
class Times:
    """Times to an event or to censoring, checked.

    Attributes
    ----------
    durations
        Shape (n,), any unit, finite and not negative.
    events
        Shape (n,), True where the event was seen, False where the time is censored.
    """

    durations: Floats
    events: Bools

    @classmethod
    def checked(cls, durations: ArrayLike, cnsr: ArrayLike) -> Times:
        """Return the times of a table with ADaM coding (0 = event, 1 = censored).

        Raises
        ------
        InputError
            If a duration is negative or not finite, a code is not 0 or 1, or the lengths differ.
        """
        values = np.asarray(durations, dtype=float)
        events = events_from_cnsr(cnsr)
        if values.shape != events.shape or values.ndim != 1:
            raise InputError("durations and CNSR differ in shape", value=(values.shape, events.shape))
        wrong = values[~np.isfinite(values) | (values < 0)]
        if wrong.size:
            raise InputError("cannot be a duration", field="AVAL", value=float(wrong[0]),
                             expected="a finite number, zero or more")
        return cls(values, events)

    def __len__(self) -> int:
        return len(self.durations)


def kaplan_meier(times: Times) -> SurvivalFunction:
    """Return the Kaplan-Meier curve with its log-log (exponential Greenwood) interval.

    Raises
    ------
    InputError
        If there is nobody.
    """
    if len(times) == 0:
        raise InputError("a survival curve needs at least one patient", field="patients", value=0)
    return product_limit.estimate(times.durations, times.events, Z)


def end_of_curve(times: Times, fewest: int) -> float:
    """Return the last time at which at least `fewest` are at risk, where a curve ends; below 0 if there are fewer."""
    return float(np.sort(times.durations)[-fewest]) if len(times) >= fewest else -1.0


def median(times: Times, fewest: int = 1) -> Estimate:
    """Return the Kaplan-Meier median with its interval; a value or bound that is not reached is None.

    What the curve reaches only where fewer than `fewest` patients are at risk counts as not reached.
    """
    curve, end = kaplan_meier(times), end_of_curve(times, fewest)
    value = _until(end, curve.median)
    note = None if value is not None or not np.isfinite(curve.median) else (
        f"not estimable: the curve falls below a half where fewer than {fewest} are at risk")
    if len(times) == 1 or not times.events.any():
        return Estimate(value, note=note)
    low, high = curve.median_bounds
    return Estimate(value, _until(end, low), _until(end, high), note)


def rate_at(times: Times, time: float, fewest: int = 1) -> Estimate:
    """Return the Kaplan-Meier survival at `time` in percent.

    None if follow-up is shorter than that, or if fewer than `fewest` are at risk then and some were censored before:
    without censoring it is a share of all patients, whoever is left.
    """
    curve = kaplan_meier(times)
    last = float(times.durations.max())
    survival = float(curve.at(time))
    if time > last and survival > 0:
        return Estimate(None)
    if (times.durations[~times.events] < time).any() and at_risk(times, [time])[0] < fewest:
        return Estimate(None, note=f"not estimable: fewer than {fewest} are at risk")
    if len(times) == 1:
        return Estimate(100 * survival)
    if survival in (0.0, 1.0):  # where Greenwood's interval does not exist
        return Estimate(100 * survival, count=int(np.sum((times.durations >= time) | times.events)))
    row = int(np.searchsorted(curve.times, time, side="right")) - 1
    return Estimate(100 * survival, 100 * float(curve.low[row]), 100 * float(curve.high[row]))


def at_risk(times: Times, grid: ArrayLike) -> list[int]:
    """Return how many are still at risk just before each time of `grid`."""
    return [int(np.sum(times.durations >= time)) for time in np.asarray(grid, dtype=float)]


def hazard_ratio(arm: Times, reference: Times) -> Estimate:
    """Return the Cox hazard ratio of `arm` against `reference` (Efron's ties, Wald interval).

    The ratio is not estimable (all None, and the reason in `note`) when an arm is empty, nobody has an event, or
    the arms separate perfectly: then the likelihood has no maximum and a program would print 0 or 1e9.
    """
    reason = _not_estimable(arm, reference)
    if reason is not None:
        return Estimate(None, note=f"not estimable: {reason}")
    both = Times(np.concatenate([arm.durations, reference.durations]), np.concatenate([arm.events, reference.events]))
    return cox(both, np.repeat([[1.0], [0.0]], [len(arm), len(reference)], axis=0))[0]


def cox(times: Times, covariates: Floats, strata: Floats | None = None) -> tuple[Estimate, float | None]:
    """Return the hazard ratio of the last covariate of a Cox model and its p-value (Efron's ties, Wald).

    Parameters
    ----------
    times
        Of n patients.
    covariates
        Shape (n, k), none of them constant.
    strata
        Shape (n,); each value has a baseline hazard.
    """
    fit = proportional_hazards.fit(times.durations, times.events, covariates, strata)
    if fit is None:
        return Estimate(None, note="not estimable: the Cox likelihood has no maximum"), None
    log_ratio, error = float(fit.coefficients[-1]), float(np.sqrt(fit.covariance[-1, -1]))
    low, high = np.exp([log_ratio - Z * error, log_ratio + Z * error])
    p = float(chdtrc(1, (log_ratio / error) ** 2))
    return Estimate(float(np.exp(log_ratio)), float(low), float(high)), _finite(p)


def _not_estimable(arm: Times, reference: Times) -> str | None:
    """Say why a hazard ratio of two groups does not exist, or None if it does.

    With one binary covariate the partial likelihood is monotone exactly if, at every event time whose risk set
    holds both groups, all who fail belong to one and the same group.
    """
    if len(arm) == 0 or len(reference) == 0:
        return "an arm has no patients"
    if not arm.events.any() and not reference.events.any():
        return "no events"
    both_at_risk = min(float(arm.durations.max()), float(reference.durations.max()))
    failing = [group for group in (arm, reference) if (group.durations[group.events] <= both_at_risk).any()]
    return None if len(failing) == 2 else "events in one arm only while both are at risk"


def logrank_p(arm: Times, reference: Times) -> float | None:
    """Return the two-sided log-rank p-value, or None without events or without two arms."""
    if len(arm) == 0 or len(reference) == 0 or not (arm.events.any() or reference.events.any()):
        return None
    times = np.unique(np.concatenate([arm.durations[arm.events], reference.durations[reference.events]]))
    (n, deaths), (n_other, deaths_other) = (_risk_table(each, times) for each in (arm, reference))
    all_n, all_deaths = n + n_other, deaths + deaths_other
    excess = float((deaths - all_deaths * n / all_n).sum())
    several = all_n > 1
    variance = float((all_deaths * n * n_other * (all_n - all_deaths))[several] @ (
        1 / (all_n**2 * (all_n - 1))[several]))
    return float(chdtrc(1, excess**2 / variance)) if variance > 0 else 1.0


def _risk_table(group: Times, times: Floats) -> tuple[Floats, Floats]:
    """Return how many are at risk just before each of ascending times, and how many have an event then."""
    ends, events = np.sort(group.durations), np.sort(group.durations[group.events])
    at_risk = len(ends) - np.searchsorted(ends, times, side="left")
    deaths = np.searchsorted(events, times, side="right") - np.searchsorted(events, times, side="left")
    return at_risk.astype(float), deaths.astype(float)


def _until(end: float, time: float) -> float | None:
    """Return a time at which a curve has fallen, None if that is after its end."""
    return float(time) if time <= end else None


def _finite(value: float) -> float | None:
    """Return the number, or None for infinite (not reached) and NaN."""
    return float(value) if np.isfinite(value) else None
