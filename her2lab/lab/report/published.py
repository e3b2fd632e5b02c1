"""Published survival, where the trial file names digitised curves or medians."""

from __future__ import annotations

import polars as pl

from her2lab.evidence.curves import curve
from her2lab.facts.published import Published
from her2lab.facts.records import Trial
from her2lab.trial.survival import Times, cnsr_from_events


def curves(trial: Trial, endpoint: str) -> dict[str, Times]:
    """Return the published follow-up of each arm for an endpoint, in months; empty if there is none."""
    if trial.published is None or endpoint not in trial.published.curves:
        return {}
    table = curve(trial.published.curves[endpoint])
    groups = {arm.id: table.filter(pl.col("arm") == arm.id) for arm in trial.arms}
    return {
        arm: Times.checked(group["time_months"].to_numpy(), cnsr_from_events(group["event"].to_numpy()))
        for arm, group in groups.items()
        if len(group) > 0
    }


def medians(published: Published | None, endpoint: str) -> dict[str, float]:
    """Return the published medians of an endpoint by arm, in months."""
    known = {} if published is None else published.arms
    return {arm: values[f"{endpoint}_median"] for arm, values in known.items() if f"{endpoint}_median" in values}
