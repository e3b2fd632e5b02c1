"""Results made up from what was published, so that the report is tested without running a trial."""

from __future__ import annotations

from typing import Any

import polars as pl

from her2lab.facts.records import Trial
from her2lab.trial import TrialResult


def cell(published: float | None, factor: float, width: float) -> dict[str, Any]:
    """Return a prediction that is the published figure times `factor`, with an interval of relative half-width."""
    if published is None:
        return dict.fromkeys(("value", "low", "high", "sampling_low", "sampling_high", "run_sd", "published"))
    value = published * factor
    low, high = value * (1 - width), value * (1 + width)
    return {"value": value, "low": low, "high": high, "sampling_low": low, "sampling_high": high,
            "run_sd": 0.0, "published": published}


def summary(trial: Trial, *, patients: int | None = None, factor: float = 1.0, width: float = 0.2) -> dict[str, Any]:
    """Return a ``result.json`` that predicts every published figure of a trial."""
    assert trial.published is not None
    return {
        "trial": trial.id,
        "arms": [
            {
                "id": arm.id, "n": patients or arm.n,
                "endpoints": {name: cell(value, factor, width)
                              for name, value in trial.published.arms.get(arm.id, {}).items()},
                "adverse_events": {event: {"any": 10.0, "grade3": 1.0}
                                   for event in trial.published.adverse_events.get(arm.id, {})},
            }
            for arm in trial.arms
        ],
        "contrasts": [
            {"endpoint": each.endpoint, "arm": each.arm, "reference": each.reference,
             "hazard_ratio": cell(each.hr, factor, width) | {"published_low": each.low, "published_high": each.high}}
            for each in trial.published.contrasts
        ],
        "subgroups": [],
    }


def result(trial: Trial, patients: int | None = None, **options: float) -> TrialResult:
    """Return the result of a run that did not take place."""
    frame = pl.DataFrame({"patient": ["1"], "arm": [trial.arms[0].id]})
    return TrialResult(trial, summary(trial, patients=patients, **options), frame, frame, {}, None)  # type: ignore[arg-type]
