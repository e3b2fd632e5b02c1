"""What a statement on safety reads in a trial: one number for each patient; for a group, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

from her2lab.errors import WorkError
from her2lab.facts import library
from her2lab.facts.safety import Limits, Readout, SafetyCheck
from her2lab.trial import TrialResult
from her2lab.trial.estimate import LEVEL, Estimate, proportion

Floats = NDArray[np.float64]
VALUE = "value"


def group(result: TrialResult, side: SafetyCheck) -> tuple[Estimate, int]:
    """Return the number of one group of patients with its 90 % interval, and how many patients it rests on.

    Percentages have Wilson's interval, means and paired differences that of the normal distribution.

    Raises
    ------
    WorkError
        If the result does not hold what is to be read, or there are too few patients.
    """
    if side.read.endpoint is not None:
        return _endpoint(result, side.arm, side.read.endpoint)
    values = _values(result, side.arm, side.where, side.read)
    if side.minus is not None:
        other = _values(result, side.minus, side.where, side.read)
        values = values.join(other, on="patient", suffix="_other").select(
            "patient", (pl.col(VALUE) - pl.col(f"{VALUE}_other")).alias(VALUE))
    numbers = values[VALUE].to_numpy().astype(float)
    if len(numbers) < 2:
        raise WorkError(f"{len(numbers)} patients of arm {side.arm} can be read; at least 2 are needed")
    if side.read.change is None and side.minus is None:
        return proportion(round(float(numbers.sum()) / 100), len(numbers)), len(numbers)
    return _mean(numbers), len(numbers)


def difference(value: Estimate, reference: Estimate) -> Estimate:
    """Return value less reference, with the interval that follows from those of both (square-and-add, Newcombe).

    The groups are taken as separate patients, though the arms of a trial have the same virtual ones: what two groups
    of this size would scatter by chance.

    Notes
    -----
    Newcombe RG. Stat Med 1998;17:873, method 10; Zou GY, Donner A. Stat Med 2008;27:1693.

    Raises
    ------
    WorkError
        If one of them has no interval.
    """
    bounds = (value.value, value.low, value.high, reference.value, reference.low, reference.high)
    if any(bound is None for bound in bounds):
        raise WorkError("an endpoint without value or interval cannot be compared: too few patients")
    a, a_low, a_high, b, b_low, b_high = (float(bound) for bound in bounds if bound is not None)
    down, up = float(np.hypot(a - a_low, b_high - b)), float(np.hypot(a_high - a, b - b_low))
    return Estimate(a - b, a - b - down, a - b + up)


def unit(read: Readout) -> str:
    """Return the unit of what is read, for a table."""
    units = {"lvef": "points", "neutrophils": "10⁹/L", "platelets": "10⁹/L", "haemoglobin": "g/dL"}
    return "%" if read.change is None else units.get(read.change, "× ULN")


def _mean(values: Floats) -> Estimate:
    mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
    half = float(norm.ppf((1 + LEVEL) / 2)) * error
    return Estimate(mean, mean - half, mean + half)


def _endpoint(result: TrialResult, arm: str, name: str) -> tuple[Estimate, int]:
    found = next(each for each in result.summary["arms"] if each["id"] == arm)
    if name not in found["endpoints"]:
        raise _missing(result, f"endpoint {name}")
    value = found["endpoints"][name]
    return Estimate(value["value"], value["sampling_low"], value["sampling_high"]), int(found["n"] - found["failed"])


def _values(result: TrialResult, arm: str, where: Limits, read: Readout) -> pl.DataFrame:
    """Return patient and value (percent: 0 or 100) of those in whom it can be read."""
    people = _stratum(result, arm, where)
    if read.change is not None:
        return _change(result, people, read)
    if read.decision is not None:
        return people.select("patient", _decided(result, people, read).alias(VALUE))
    return people.select("patient", (_met(result, read).cast(pl.Float64) * 100).alias(VALUE))


def _stratum(result: TrialResult, arm: str, where: Limits) -> pl.DataFrame:
    people = result.patients.filter((pl.col("arm") == arm) & (pl.col("status") == "ok"))
    for name, (low, high) in where.items():
        _need(result, people.columns, [name])
        column = pl.col(name).cast(pl.Float64)
        people = people.filter((column >= low) if low is not None else pl.lit(True),
                               (column <= high) if high is not None else pl.lit(True))
    return people


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
    arm = people["arm"][0] if len(people) else ""
    visits = result.visits.filter((pl.col("arm") == arm) & (pl.col("decisions") != ""))
    said = visits.select("patient", pl.col("decisions").str.split("; ").alias("said")).explode("said")
    endings = [f"({rule})" for rule in rules]
    met = said.filter(pl.col("said").str.starts_with(str(read.decision)),
                      pl.any_horizontal(pl.lit(False), *(pl.col("said").str.ends_with(end) for end in endings)))
    return people["patient"].is_in(met["patient"].implode()).cast(pl.Float64) * 100


def _change(result: TrialResult, people: pl.DataFrame, read: Readout) -> pl.DataFrame:
    measure, (first, last) = str(read.change), read.days or (0.0, 0.0)
    _need(result, result.visits.columns, [measure])
    arm = people["arm"][0] if len(people) else ""
    measured = result.visits.filter((pl.col("arm") == arm) & pl.col(measure).is_not_null()).sort("day")
    before = measured.filter(pl.col("day") == 0).select("patient", pl.col(measure).alias("before"))
    after = (measured.filter(pl.col("day").is_between(first, last)).group_by("patient")
             .agg(pl.col(measure).mean().alias("after")))
    return (people.select("patient").join(before, on="patient").join(after, on="patient")
            .select("patient", (pl.col("after") - pl.col("before")).alias(VALUE)).sort("patient"))


def _need(result: TrialResult, columns: Sequence[str], names: Sequence[str]) -> None:
    for name in names:
        if name not in columns:
            raise _missing(result, f"column {name}")


def _missing(result: TrialResult, what: str) -> WorkError:
    return WorkError(f"the result of trial {result.trial.id} has no {what}: the model lacks what it is read from")
