"""What the drugs of virtual patients cost, and what a life-year gained costs; prices stand in ``facts/prices``.

Only what was given counts, to the milligram: no vial is thrown away, and neither visits, nor care, nor later lines are
paid for. Nothing is discounted.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from her2lab._types import Floats
from her2lab.facts import library
from her2lab.facts.limits import DAYS_PER_YEAR
from her2lab.trial.statistics.estimate import LEVEL, Estimate

GIVEN = "delivered_mg_"
RESAMPLES, SEED = 2000, 1


def cost_of_each(people: pl.DataFrame) -> pl.Series:
    """Return the price of all drugs given to each patient, in US dollars, in the order of `people`."""
    prices = library.prices()
    given = {name: name.removeprefix(GIVEN) for name in people.columns if name.startswith(GIVEN)}
    paid = [pl.col(name).fill_null(0.0) * prices[drug].value for name, drug in given.items() if drug in prices]
    return people.select(pl.sum_horizontal(pl.lit(0.0), *paid).alias("cost"))["cost"]


def per_life_year(people: pl.DataFrame, others: pl.DataFrame) -> Estimate:
    """Return the cost of a life-year gained over the same patients in another arm, within follow-up.

    The interval is that of the percentile bootstrap over patients. Where no life is gained the cost is infinite, and
    a bound that is so is None.
    """
    pairs = _costs_and_years(people).join(_costs_and_years(others), on="patient", suffix="_other")
    cost = (pairs["cost"] - pairs["cost_other"]).to_numpy()
    years = (pairs["years"] - pairs["years_other"]).to_numpy()
    rows = np.random.default_rng(SEED).integers(0, len(cost), (RESAMPLES, len(cost)))
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(_ratio(cost[rows].mean(axis=1), years[rows].mean(axis=1)), tails, method="nearest")
    value = float(_ratio(cost.mean(), years.mean()))
    note = None if np.isfinite(value) else "no life is gained"
    return Estimate(_finite(value), _finite(low), _finite(high), note)


def _costs_and_years(people: pl.DataFrame) -> pl.DataFrame:
    years = pl.col("os_days") / DAYS_PER_YEAR
    return people.select("patient", cost_of_each(people).alias("cost"), years.alias("years"))


def _ratio(cost: Floats | float, years: Floats | float) -> Floats:
    gained = np.asarray(years, dtype=float)
    return np.where(gained > 0, np.asarray(cost) / np.where(gained > 0, gained, 1.0), np.inf)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
