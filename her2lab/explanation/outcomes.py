"""What is read of a small cohort: one figure from a table of patients, smooth enough to take a slope.

Names are those of a result (``orr``, ``pfs_median``, ``os_24m``), ``pfs hazard ratio``, and ``diarrhoea any`` or
``diarrhoea grade3`` for the percentage of patients by worst grade, as a laboratory would count. Medians are weighted
means of the curve's times around its half (Harrell and Davis 1982, doi 10.1093/biomet/69.3.635): a curve that falls on
days of scans only has a median that does not move, or jumps. ``smallest_size`` is the mean of the smallest sum of
diameters in percent of the first, which every small change of effect moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import CensoredData, beta, ecdf

from her2lab._types import Floats, Integers
from her2lab.facts.vocabulary import ADVERSE_EVENTS, TIME_ENDPOINTS, landmark
from her2lab.trial.statistics import endpoints, survival
from her2lab.trial.statistics.endpoints import times
from her2lab.trial.statistics.survival import DAYS_PER_MONTH, Times

Read = Callable[[Integers], float | None]  # the figure of the patients in these rows

RATIO = " hazard ratio"
GRADES = {"any": 1, "grade3": 3}
SIZE = "smallest_size"
UNREACHED = 0.1  # weight of times that were not reached, above which a median counts as not reached


def normalised(text: str) -> str:
    """Return the name of an outcome that was written in words: ``PFS median``, ``pfs_hr``, ``diarrhoea grade 3``."""
    name = re.sub(r"grade 3", "grade3", " ".join(text.lower().replace("-", "_").split()))
    name = re.sub(r"[ _](hazard_ratio|hr)$", RATIO, name)
    if name.endswith(RATIO):
        return name
    parts = re.fullmatch(r"(.+?)[ _](any|grade3)", name)
    if parts and parts[1].replace(" ", "_") in ADVERSE_EVENTS:
        return f"{parts[1].replace(' ', '_')} {parts[2]}"
    plain = name.replace(" ", "_")
    return f"{plain} any" if plain in ADVERSE_EVENTS else plain


def known(name: str) -> bool:
    """Return whether this is the name of an outcome."""
    if name.endswith(RATIO):
        return name.removesuffix(RATIO) in TIME_ENDPOINTS
    event, _, grade = name.partition(" ")
    if grade:
        return event in ADVERSE_EVENTS and grade in GRADES
    return name == SIZE or (name not in endpoints.FAMILIES and endpoints.simulated(name))


def unit(name: str) -> str:
    """Return the unit of an outcome."""
    return "" if name.endswith(RATIO) else "months" if name.endswith("_median") else "%"


def adverse_events(people: pl.DataFrame) -> list[str]:
    """Return the outcomes that are rates of adverse events in a table of patients."""
    events = [name.removeprefix("grade_") for name in people.columns if name.startswith("grade_")]
    return [f"{event} {grade}" for event in events for grade in GRADES]


def ratio(arm: pl.DataFrame, reference: pl.DataFrame, name: str) -> float | None:
    """Return the hazard ratio of two arms by the name of the outcome."""
    endpoint = name.removesuffix(RATIO)
    return survival.hazard_ratio(times(arm, endpoint), times(reference, endpoint)).value


def reader(people: pl.DataFrame, name: str) -> Read:
    """Return how an outcome is read of some rows of a table; None where it cannot be estimated."""
    event, _, grade = name.partition(" ")
    if grade:
        return _share(people[f"grade_{event}"].to_numpy() >= GRADES[grade])
    if name == SIZE:
        return _mean(people["best_change_percent"].cast(pl.Float64).fill_null(np.nan).to_numpy() + 100)
    if (at := landmark(name)) is not None:
        found = times(people, at[0])
        return lambda rows: _rate_at(found, rows, float(at[1]))
    if name == "dor_median":
        return _durations(people)
    if name.endswith("_median"):
        found = times(people, name.removesuffix("_median"))
        return lambda rows: _median(found, rows)
    met = people[name].fill_null(value=False) if name in endpoints.AT_SURGERY else people[name]
    return _share(met.cast(pl.Float64).fill_null(np.nan).to_numpy())


def _share(met: NDArray[np.generic]) -> Read:
    return _mean(100 * np.asarray(met, dtype=float))


def _mean(values: Floats) -> Read:
    def read(rows: Integers) -> float | None:
        there = values[rows][np.isfinite(values[rows])]
        return float(there.mean()) if there.size else None

    return read


def _durations(people: pl.DataFrame) -> Read:
    """Return how the median time from the first response on is read, in those who responded."""
    answered = (people["orr"].fill_null(value=False) & people["first_response_days"].is_not_null()).to_numpy()
    since = people["first_response_days"].fill_null(0.0).to_numpy() / DAYS_PER_MONTH
    whole = times(people, "pfs")
    found = Times(np.maximum(whole.durations - since, 0.0), whole.events)
    return lambda rows: _median(found, rows[answered[rows]])


def _curve(found: Times, rows: Integers) -> tuple[Floats, Floats]:
    """Return the Kaplan-Meier curve as times and the share without event, from 1 at time 0 on."""
    durations, events = found.durations[rows], found.events[rows]
    curve = ecdf(CensoredData(uncensored=durations[events], right=durations[~events])).sf
    return np.concatenate([[0.0], curve.quantiles]), np.concatenate([[1.0], curve.probabilities])


def _median(found: Times, rows: Integers) -> float | None:
    if not rows.size:
        return None
    moments, left = _curve(found, rows)
    half = (len(rows) + 1) / 2
    below = beta.cdf(1.0 - left, half, half)
    if 1.0 - below[-1] > UNREACHED:
        return None
    return float((np.diff(below) * moments[1:]).sum() / below[-1])


def _rate_at(found: Times, rows: Integers, month: float) -> float | None:
    if not rows.size or (found.durations[rows].max() < month and not found.events[rows].all()):
        return None
    moments, left = _curve(found, rows)
    return float(100 * left[np.searchsorted(moments, month, side="right") - 1])
