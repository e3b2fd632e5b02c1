"""Who may enter a trial: virtual patients are screened until the trial is full."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from her2lab._types import Integers
from her2lab.errors import InputError
from her2lab.facts.records import Trial
from her2lab.population import Cohort

EligibilityLimits = Mapping[str, tuple[float | None, float | None]]

LEAST_SCREENED = 1000  # before it is said that nobody is eligible
MOST_SCREENED = 64     # screened for each patient wanted


def first_eligible(trial: Trial, n: int, draw: Callable[[int], Cohort]) -> Cohort:
    """Return the first `n` eligible patients of a population.

    Parameters
    ----------
    trial
        Its ``eligibility`` gives (lowest, highest) of properties, either of which may be open.
    n
        Patients wanted.
    draw
        Draws that many candidates; candidate i is the same whatever the number.

    Raises
    ------
    InputError
        If a property is unknown, or nobody or too few of the candidates are eligible; the funnel is named.
    """
    if not trial.eligibility:
        return draw(n)
    screened = n
    while True:
        candidates = draw(screened)
        kept, funnel = screen(candidates, trial.eligibility)
        if len(kept) >= n:
            return candidates.select(kept[:n])
        if screened >= max(LEAST_SCREENED, MOST_SCREENED * n) or (not len(kept) and screened >= LEAST_SCREENED):
            who = "nobody is" if not len(kept) else f"only {len(kept)} of the {n} patients wanted are"
            raise InputError(f"{who} eligible: {funnel}", field="eligibility",
                             expected="limits that patients of the population meet")
        screened = max(LEAST_SCREENED, 2 * screened)


def screen(candidates: Cohort, limits: EligibilityLimits) -> tuple[Integers, str]:
    """Return the rows of the eligible candidates, and in words how many were left after each criterion."""
    numeric = [name for name, kind in candidates.properties.schema.items() if kind.is_numeric() and name != "patient"]
    kept = np.ones(len(candidates.patients), dtype=bool)
    steps = [f"{len(kept)} screened"]
    for name, (low, high) in limits.items():
        if name not in numeric:
            raise InputError("not a numeric property of a patient", field=f"eligibility.{name}",
                             expected=", ".join(numeric))
        values = candidates.column(name)
        kept &= (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
        words = [f"{name} {sign} {limit:g}" for sign, limit in ((">=", low), ("<=", high)) if limit is not None]
        steps.append(f"{int(kept.sum())} left after {' and '.join(words)}")
    return np.flatnonzero(kept), ", ".join(steps)
