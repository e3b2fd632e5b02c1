"""The interval of a published figure: as published, or what sampling of that many patients gives where none is stored.

All are 95 %, as published ones are. Where none is stored:

- shares and survival at a landmark: Wilson with the arm's patients (censoring before the landmark is not known, so that
  the true interval is wider; the comparison of widths is then to the model's disadvantage);
- medians: that of a Kaplan-Meier median of exponential times without censoring before it, whose logarithm has the
  standard error 1/(ln 2 sqrt(n)) (Klein and Moeschberger 2003, section 4.5); durations of response: n responders;
- hazard ratios: standard error of the logarithm sqrt(1/d1 + 1/d2) (Tierney 2007, doi 10.1186/1745-6215-8-16) with
  events d from the published survival of each arm at its last landmark or, by an exponential, at the end of follow-up;
- odds ratios: Woolf with the published shares.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from her2lab.comparison.scales import scale_of, z
from her2lab.facts.records import Arm, PublishedContrast, Trial
from her2lab.facts.vocabulary import LANDMARK_MONTHS, RELAPSE
from her2lab.trial.statistics.estimate import wilson_bounds
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

LEVEL = 0.95
SHARE_WITH_EVENT = 0.5  # where nothing is published from which events could be counted

Interval = tuple[float, float]


def wilson(percent: float, n: int) -> Interval:
    """Return the 95 % Wilson interval of a published percentage."""
    low, high = wilson_bounds(percent / 100, n, LEVEL)
    return 100 * low, 100 * high


def of_endpoint(trial: Trial, arm: Arm, endpoint: str, published: float) -> Interval:
    """Return the interval of an arm's published figure."""
    n = patients_behind(trial, arm, endpoint)
    if scale_of(endpoint, n).kind != "median":
        return wilson(published, n)
    half = z(LEVEL) / (math.log(2) * math.sqrt(n))
    return published * math.exp(-half), published * math.exp(half)


def of_contrast(trial: Trial, contrast: PublishedContrast, published: float) -> tuple[Interval, bool]:
    """Return the interval of a published ratio, and whether it was published."""
    if contrast.low is not None and contrast.high is not None:
        return (contrast.low, contrast.high), True
    arms = {arm.id: arm for arm in trial.arms}
    pair = [arms[name] for name in (contrast.arm, contrast.reference)]
    if contrast.endpoint in ("orr", "pcr"):
        error = math.sqrt(sum(_cells(_share(trial, arm, contrast.endpoint), arm.n) for arm in pair))
    else:
        error = math.sqrt(sum(1 / max(events(trial, arm, contrast.endpoint), 1.0) for arm in pair))
    half = z(LEVEL) * error
    return (published * math.exp(-half), published * math.exp(half)), False


def events(trial: Trial, arm: Arm, endpoint: str) -> float:
    """Return how many patients of an arm had the event, from what was published of its survival."""
    known = _published(trial, arm)
    names = RELAPSE if endpoint in RELAPSE else (endpoint,)
    marks = {float(at[2]): value for name, value in known.items()
             if (at := LANDMARK_MONTHS.fullmatch(name)) and at[1] in names}
    if marks:
        return arm.n * (1 - marks[max(marks)] / 100)
    median = next((known[f"{name}_median"] for name in names if f"{name}_median" in known), None)
    if median is not None:
        return arm.n * (1 - math.exp2(-trial.followup / DAYS_PER_MONTH / median))
    return arm.n * SHARE_WITH_EVENT


def patients_behind(trial: Trial, arm: Arm, endpoint: str) -> int:
    """Return on how many patients a published figure rests."""
    if endpoint == "dor_median":
        return max(round(arm.n * _share(trial, arm, "orr") / 100), 1)
    if endpoint in ("ic_orr", "cns_pfs_median"):
        return max(round(arm.n * trial.baseline.get("brain_metastases", 1.0)), 1)
    return arm.n


def _share(trial: Trial, arm: Arm, endpoint: str) -> float:
    return _published(trial, arm).get(endpoint, 100 * SHARE_WITH_EVENT)


def _cells(percent: float, n: int) -> float:
    """Return the variance of the log odds of a share."""
    yes = min(max(percent / 100 * n, 0.5), n - 0.5)
    return 1 / yes + 1 / (n - yes)


def _published(trial: Trial, arm: Arm) -> Mapping[str, float]:
    return {} if trial.published is None else trial.published.arms.get(arm.id, {})
