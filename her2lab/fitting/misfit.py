"""How far simulated trials are from the published ones, target by target.

Times are compared as shares: at the published median half of the patients should be without event. Unlike a simulated
median, which jumps from scan to scan and may not be reached, that share moves smoothly with the model's numbers.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from her2lab.comparison.published_curves import curve, survival_at
from her2lab.facts.calibrations import Calibration, CurveTarget
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import landmark
from her2lab.trial import TrialResult
from her2lab.trial.statistics import endpoints
from her2lab.trial.statistics.summaries import ratio_of
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

DOUBTFUL = 2.0                    # fold of the tolerance of what nobody has read again
NOT_ESTIMABLE = 5.0               # misfit, in tolerances, of a value that the simulation could not give


@dataclass(frozen=True)
class TargetMisfit:
    """One target: its name, the published and the simulated value, and the difference in tolerances."""

    target: str
    published: float
    simulated: float | None
    misfit: float


def compare(
    calibration: Calibration, trials: Mapping[str, Trial], results: Mapping[str, TrialResult]
) -> list[TargetMisfit]:
    """Compare each simulated trial with what was published of it, target by target."""
    comparisons: list[TargetMisfit] = []
    for name, trial in trials.items():
        comparisons += _endpoints(calibration, trial, results[name])
        comparisons += _contrasts(calibration, trial, results[name])
    for target in calibration.targets.curves:
        comparisons += _curve(target, results[target.trial])
    return comparisons


def total(comparisons: list[TargetMisfit]) -> float:
    """Return the sum of squared misfits."""
    return sum(each.misfit**2 for each in comparisons)


def _endpoints(calibration: Calibration, trial: Trial, result: TrialResult) -> Iterator[TargetMisfit]:
    for arm in result.summary["arms"]:
        published = {} if trial.published is None else trial.published.arms.get(arm["id"], {})
        for endpoint, value in published.items():
            name = f"{trial.id}/{arm['id']}/{endpoint}"
            if endpoint in calibration.targets.endpoints:
                simulated = arm["endpoints"][endpoint]["value"]
                yield _comparison(calibration, name, value, simulated, calibration.targets.endpoints[endpoint])
                continue
            family, month, share = as_share(endpoint, value)
            tolerance = calibration.targets.endpoints.get(family)
            if tolerance is None or month > trial.followup / DAYS_PER_MONTH:
                continue
            simulated = _without_event(result, arm["id"], family, [month])[0]
            yield _comparison(calibration, name, share, simulated, tolerance)


def doubted(name: str, doubtful: Collection[str]) -> bool:
    """Return whether nobody has read ``trial/arm/endpoint`` again: it, its arm or its trial is among `doubtful`."""
    trial, arm, *_ = name.split("/")
    return not {trial, f"{trial}/{arm}", name}.isdisjoint(doubtful)


def as_share(endpoint: str, value: float) -> tuple[str, float, float]:
    """Return a time endpoint as (family, month, percent without event); families that are no time have none."""
    if endpoint.endswith("_median"):
        return endpoint.removesuffix("_median"), value, 50.0
    family, month = landmark(endpoint) or ("", math.inf)
    return family, float(month), value


def _contrasts(calibration: Calibration, trial: Trial, result: TrialResult) -> Iterator[TargetMisfit]:
    for contrast in result.summary["contrasts"]:
        tolerance = calibration.targets.contrasts.get(contrast["endpoint"])
        ratio = ratio_of(contrast)
        if tolerance is None or ratio is None or ratio.get("published") is None:
            continue
        name = f"{trial.id}/{contrast['arm']}/{contrast['endpoint']} log ratio"
        simulated = None if ratio["value"] is None else math.log(ratio["value"])
        yield _comparison(calibration, name, math.log(ratio["published"]), simulated, tolerance)


def _curve(target: CurveTarget, result: TrialResult) -> Iterator[TargetMisfit]:
    for (arm,), rows in curve(target.file).group_by("arm", maintain_order=True):
        published = survival_at(rows["time_months"].to_numpy(), rows["event"].to_numpy(), target.months)
        simulated = _without_event(result, str(arm), target.endpoint, target.months)
        for month, there, here in zip(target.months, published, simulated, strict=True):
            name = f"{target.trial}/{arm}/{target.endpoint} at {month:g} months"
            misfit = NOT_ESTIMABLE if here is None else (here - float(there)) / target.tolerance
            yield TargetMisfit(name, float(there), here, misfit)


def _without_event(result: TrialResult, arm: str, endpoint: str, months: Sequence[float]) -> list[float | None]:
    """Return the percent of an arm without event at `months`; for ``dor``, of responders since their response."""
    times = endpoints.times(result.patients.filter(pl.col("arm") == arm), endpoint)
    if not len(times):
        return [None for _ in months]
    return [float(x) for x in survival_at(times.durations, times.events.astype(float), months)]


def _comparison(calibration: Calibration, name: str, published: float, simulated: float | None,
                tolerance: float) -> TargetMisfit:
    wide = tolerance * (DOUBTFUL if doubted(name, calibration.targets.doubtful) else 1.0)
    misfit = NOT_ESTIMABLE if simulated is None else (simulated - published) / wide
    return TargetMisfit(name, published, simulated, misfit)
