"""The cells of a result: an endpoint, or the ratio of two arms, simulated with its intervals beside the published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from her2lab.facts.published import PublishedContrast
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.statistics import endpoints
from her2lab.trial.statistics.estimate import Estimate
from her2lab.trial.statistics.prediction import Predictor


def endpoint(arm: ArmOutcome, name: str, published: float | None, predictor: Predictor) -> dict[str, Any]:
    """Return one endpoint of one arm."""
    return interval(arm, name, endpoints.estimate(arm, name), predictor) | {
        "unit": endpoints.unit(name), "published": published}


def interval(arm: ArmOutcome, name: str, sampled: Estimate, predictor: Predictor) -> dict[str, Any]:
    """Return an estimate of an arm, with the prediction interval that the endpoint called `name` has."""
    return _stated(sampled, predictor.endpoint(name, sampled, len(arm.status), arm.arm.n))


def contrast(pair: tuple[str, str, str], arms: Mapping[str, ArmOutcome], known: Sequence[PublishedContrast],
             predictor: Predictor) -> dict[str, Any]:
    """Return the ratio of (endpoint, arm, reference), beside that of the same three among the published ones."""
    name, arm, reference = pair
    both = (arms[arm], arms[reference])
    kind, ratio, p = endpoints.contrast(name, *both)
    predicted = predictor.contrast(name, ratio, [len(each.status) for each in both], [each.arm.n for each in both])
    found = next((c for c in known if (c.endpoint, c.arm, c.reference) == pair), None)
    value = None if found is None else (found.hr if kind == "hazard_ratio" else found.odds_ratio)
    published = {"published": value, "published_low": found and found.low, "published_high": found and found.high}
    cell = {"endpoint": name, "arm": arm, "reference": reference, kind: _stated(ratio, predicted) | published}
    return cell | ({"logrank_p": p} if kind == "hazard_ratio" else {})


def ratio(contrast: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the ratio that a contrast of a result holds, of hazards or of odds; None if it holds neither."""
    found: dict[str, Any] | None = contrast.get("hazard_ratio") or contrast.get("odds_ratio")
    return found


def _stated(sampled: Estimate, predicted: Estimate) -> dict[str, Any]:
    found = {"value": sampled.value, "low": predicted.low, "high": predicted.high,
             "sampling_low": sampled.low, "sampling_high": sampled.high}
    return found if sampled.note is None else found | {"note": sampled.note}
