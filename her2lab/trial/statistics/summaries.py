"""Estimates as they stand in ``result.json``: with their intervals, beside what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from her2lab.facts.published import PublishedContrast
from her2lab.trial.statistics import endpoints, survival
from her2lab.trial.statistics.estimate import Estimate
from her2lab.trial.statistics.prediction import Predictor
from her2lab.trial.statistics.subjects import ArmSubjects


class IntervalSummary(TypedDict):
    """An estimate with its prediction interval (`low`, `high`) and that of the sampling of patients alone."""

    value: float | None
    low: float | None
    high: float | None
    sampling_low: float | None
    sampling_high: float | None
    note: NotRequired[str]


class EndpointSummary(IntervalSummary):
    """An endpoint of one arm, in `unit`, and its published value."""

    unit: str
    published: float | None


class RatioSummary(IntervalSummary):
    """The ratio of two arms, and the published one with its 95 % interval.

    `run_sd` is the standard deviation of the log ratio by the chance of the run; None where there is no ratio.
    """

    run_sd: float | None
    published: float | None
    published_low: float | None
    published_high: float | None


class ContrastSummary(TypedDict):
    """Two arms compared, by the ratio of their hazards, with its log-rank p-value, or of their odds."""

    endpoint: str
    arm: str
    reference: str
    hazard_ratio: NotRequired[RatioSummary]
    odds_ratio: NotRequired[RatioSummary]
    logrank_p: NotRequired[float | None]


def endpoint_summary(arm: ArmSubjects, name: str, published: float | None, predictor: Predictor) -> EndpointSummary:
    """Return one endpoint of one arm."""
    return {**interval_summary(arm, name, endpoints.estimate(arm.table, name), predictor),
            "unit": endpoints.unit(name), "published": published}


def interval_summary(arm: ArmSubjects, name: str, sampled: Estimate, predictor: Predictor) -> IntervalSummary:
    """Return an estimate of an arm, with the prediction interval that the endpoint called `name` has."""
    return _summary(sampled, predictor.of(arm.arm.id).endpoint(name, sampled, arm.simulated, arm.arm.n))


def contrast_summary(pair: tuple[str, str, str], arms: Mapping[str, ArmSubjects], known: Sequence[PublishedContrast],
                     predictor: Predictor) -> ContrastSummary:
    """Return the ratio of (endpoint, arm, reference), beside that of the same three among the published ones."""
    predictor = predictor.of(*pair[1:])
    name, arm, reference = pair
    both = (arms[arm], arms[reference])
    sampled = endpoints.ratio(name, both[0].table, both[1].table)
    run_sd = endpoints.run_sd(name, sampled, both[0].table, both[1].table)
    predicted = predictor.contrast(name, sampled, run_sd or 0.0, [each.simulated for each in both],
                                   [each.arm.n for each in both])
    found = next((c for c in known if (c.endpoint, c.arm, c.reference) == pair), None)
    odds = endpoints.ratio_kind(name) == "odds_ratio"
    ratio: RatioSummary = {
        **_summary(sampled, predicted), "run_sd": run_sd,
        "published": None if found is None else found.odds_ratio if odds else found.hr,
        "published_low": None if found is None else found.low, "published_high": None if found is None else found.high}
    if odds:
        return {"endpoint": name, "arm": arm, "reference": reference, "odds_ratio": ratio}
    p = survival.logrank_p(*(endpoints.times(each.table, name) for each in both))
    return {"endpoint": name, "arm": arm, "reference": reference, "hazard_ratio": ratio, "logrank_p": p}


def ratio_of(contrast: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the ratio that a contrast of a result holds, of hazards or of odds; None if it holds neither."""
    found: dict[str, Any] | None = contrast.get("hazard_ratio") or contrast.get("odds_ratio")
    return found


def _summary(sampled: Estimate, predicted: Estimate) -> IntervalSummary:
    found: IntervalSummary = {"value": sampled.value, "low": predicted.low, "high": predicted.high,
                              "sampling_low": sampled.low, "sampling_high": sampled.high}
    return found if sampled.note is None else {**found, "note": sampled.note}
