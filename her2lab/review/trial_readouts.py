"""What a claim reads in a trial: one number for each patient; for a group, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.stats import norm

from her2lab._types import Floats
from her2lab.errors import WorkError
from her2lab.facts import library
from her2lab.review.costs import cost_of_each, per_life_year
from her2lab.review.records.readout import SHARES, Readout, Strata
from her2lab.review.records.virtual_trial import TrialCheck
from her2lab.trial import TrialResult
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.endpoints import YES_OR_NO, answers, estimate, times
from her2lab.trial.statistics.estimate import LEVEL, Estimate, proportion

VALUE = "value"
LEAST = 2  # patients of a group


def group(result: TrialResult, side: TrialCheck) -> tuple[Estimate, int]:
    """Return the number of one group of patients with its 90 % interval, and how many patients it rests on.

    Percentages have Wilson's interval, means and paired differences that of the normal distribution, medians and
    landmarks that of Kaplan and Meier, hazard ratios Wald's. Of a hazard without an arm to compare with it is the
    percentage in whom the event was seen. What cannot be estimated has no value and says why.

    Raises
    ------
    WorkError
        If the result does not hold what is to be read.
    """
    people = stratum(result, side.arm, side.where)
    if len(people) < LEAST:
        return _too_few(len(people), side.arm)
    if side.read.hazard is not None:
        return _followed(result, people, side), len(people)
    if side.read.cost == "life_year_gained":
        return per_life_year(people, stratum(result, str(side.minus), side.where)), len(people)
    if side.read.endpoint is not None and side.read.endpoint not in YES_OR_NO:
        found = estimate(people, side.read.endpoint)
        if side.minus is not None:
            found = difference(found, estimate(stratum(result, side.minus, side.where), side.read.endpoint))
        return found, len(people)
    return _of_each(result, people, side)


def difference(value: Estimate, reference: Estimate) -> Estimate:
    """Return value less reference, with the interval that follows from those of both (square-and-add, Newcombe).

    The groups are taken as separate patients, though the arms of a trial have the same virtual ones: what two groups
    of this size would scatter by chance. Without a value or an interval of both there is none of the difference.

    Notes
    -----
    Newcombe RG. Stat Med 1998;17:873, method 10; Zou GY, Donner A. Stat Med 2008;27:1693.
    """
    bounds = (value.value, value.low, value.high, reference.value, reference.low, reference.high)
    if any(bound is None for bound in bounds):
        notes = [each.note for each in (value, reference) if each.note] or ["a value or its interval is not reached"]
        return Estimate(None, note=notes[0])
    a, a_low, a_high, b, b_low, b_high = (float(bound) for bound in bounds if bound is not None)
    down, up = float(np.hypot(a - a_low, b_high - b)), float(np.hypot(a_high - a, b - b_low))
    return Estimate(a - b, a - b - down, a - b + up)


def stratum(result: TrialResult, arm: str, where: Strata) -> pl.DataFrame:
    """Return the patients of an arm that lie within limits, those whose integration failed left out."""
    people = result.patients.filter((pl.col("arm") == arm) & (pl.col("status") == "ok"))
    for name, limit in where.items():
        _need(result, people.columns, [name])
        if isinstance(limit, list):
            people = people.filter(pl.col(name).is_in(limit))
            continue
        column, (low, high) = pl.col(name).cast(pl.Float64), limit
        people = people.filter((column >= low) if low is not None else pl.lit(True),
                               (column <= high) if high is not None else pl.lit(True))
    return people


# ------------------------------------------------------------------------------------------------ groups
def _followed(result: TrialResult, people: pl.DataFrame, side: TrialCheck) -> Estimate:
    found = times(people, str(side.read.hazard))
    if side.minus is None:
        return proportion(int(found.events.sum()), len(found))
    return survival.hazard_ratio(found, times(stratum(result, side.minus, side.where), str(side.read.hazard)))


def _of_each(result: TrialResult, people: pl.DataFrame, side: TrialCheck) -> tuple[Estimate, int]:
    values = _values(result, people, side.read)
    if side.minus is not None:
        other = _values(result, stratum(result, side.minus, side.where), side.read)
        values = values.join(other, on="patient", suffix="_other").select(
            "patient", (pl.col(VALUE) - pl.col(f"{VALUE}_other")).alias(VALUE))
    numbers = values[VALUE].to_numpy().astype(float)
    if len(numbers) < LEAST:
        return _too_few(len(numbers), side.arm)
    share = side.read.kind in SHARES or side.read.endpoint is not None
    if share and side.minus is None:
        return proportion(round(float(numbers.sum()) / 100), len(numbers)), len(numbers)
    return _mean(numbers), len(numbers)


def _too_few(patients: int, arm: str) -> tuple[Estimate, int]:
    return Estimate(None, note=f"{patients} patients of arm {arm} can be read; at least {LEAST} are needed"), patients


def _mean(values: Floats) -> Estimate:
    mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
    half = float(norm.ppf((1 + LEVEL) / 2)) * error
    return Estimate(mean, mean - half, mean + half)


# ------------------------------------------------------------------------------------------------ patients
def _values(result: TrialResult, people: pl.DataFrame, read: Readout) -> pl.DataFrame:
    """Return patient and value (of what is met or not: 0 or 100) of those in whom it can be read."""
    if read.change is not None:
        return _change(result, people, read)
    if read.concentration is not None:
        return _concentration(result, people, read)
    if read.decision is not None:
        return people.select("patient", _decided(result, people, read).alias(VALUE))
    if read.cost is not None:
        return people.select("patient", cost_of_each(people).alias(VALUE))
    if read.endpoint is not None:
        met = answers(people, read.endpoint)
        return met.select("patient", (pl.col(read.endpoint).cast(pl.Float64) * 100).alias(VALUE))
    if read.intensity is not None:
        name = f"dose_intensity_{read.intensity}"
        _need(result, people.columns, [name])
        return people.filter(pl.col(name).is_not_null()).select("patient", (pl.col(name) * 100).alias(VALUE))
    return people.select("patient", (_met(result, read).cast(pl.Float64) * 100).alias(VALUE))


def _met(result: TrialResult, read: Readout) -> pl.Expr:
    """Return the expression that says whether a patient has what is read."""
    grade = read.grade or 1
    if read.events is not None:
        wanted = {f"grade_{event}": grade for event in read.events}
    else:
        prefix, drug = next((prefix, drug) for prefix, drug in (
            ("stopped", read.stopped), ("holds", read.held), ("reductions", read.reduced), ("doses", read.given),
        ) if drug is not None)
        wanted = {f"{prefix}_{drug}": 1}
    _need(result, result.patients.columns, list(wanted))
    return pl.any_horizontal(*(pl.col(name).cast(pl.Int64).fill_null(0) >= least for name, least in wanted.items()))


def _decided(result: TrialResult, people: pl.DataFrame, read: Readout) -> pl.Series:
    """Return 100 for those in whom a rule (of the organ, if one is named) ever decided so, 0 for the others."""
    rules = [rule.id for rule in library.rules() if read.organ is None or rule.organ == read.organ]
    visits = result.visits.filter((pl.col("arm") == people["arm"][0]) & (pl.col("decisions") != ""))
    said = visits.select("patient", pl.col("decisions").str.split("; ").alias("said")).explode("said")
    endings = [f"({rule})" for rule in rules]
    met = said.filter(pl.col("said").str.starts_with(str(read.decision)),
                      pl.any_horizontal(pl.lit(False), *(pl.col("said").str.ends_with(end) for end in endings)))
    return people["patient"].is_in(met["patient"].implode()).cast(pl.Float64) * 100


def _change(result: TrialResult, people: pl.DataFrame, read: Readout) -> pl.DataFrame:
    measure, (first, last) = str(read.change), read.days or (0.0, 0.0)
    _need(result, result.visits.columns, [measure])
    measured = result.visits.filter((pl.col("arm") == people["arm"][0]) & pl.col(measure).is_not_null()).sort("day")
    before = measured.filter(pl.col("day") == 0).select("patient", pl.col(measure).alias("before"))
    after = (measured.filter(pl.col("day").is_between(first, last)).group_by("patient")
             .agg(pl.col(measure).mean().alias("after")))
    return (people.select("patient").join(before, on="patient").join(after, on="patient")
            .select("patient", (pl.col("after") - pl.col("before")).alias(VALUE)).sort("patient"))


def _concentration(result: TrialResult, people: pl.DataFrame, read: Readout) -> pl.DataFrame:
    """Return the mean concentration of a drug on the recorded days of those who are still on treatment."""
    arm, drug, (first, last) = people["arm"][0], str(read.concentration), read.days or (0.0, 0.0)
    course = result.series[arm]
    if drug not in course.concentrations:
        raise _missing(result, f"concentration of {drug} in arm {arm}")
    inside = (course.days >= first) & (course.days <= last)
    levels = course.concentrations[drug][:, inside].astype(float)
    there = np.isfinite(levels).any(axis=1)
    everybody = result.patients.filter(pl.col("arm") == arm)["patient"]
    found = pl.DataFrame({"patient": everybody.filter(pl.Series(there)), VALUE: np.nanmean(levels[there], axis=1)})
    return people.select("patient").join(found, on="patient").sort("patient")


def _need(result: TrialResult, columns: Sequence[str], names: Sequence[str]) -> None:
    for name in names:
        if name not in columns:
            raise _missing(result, f"column {name}")


def _missing(result: TrialResult, what: str) -> WorkError:
    return WorkError(f"the result of trial {result.trial.id} has no {what}: the model lacks what it is read from")
