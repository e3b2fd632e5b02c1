"""The credibility report as plain data: what ``credibility.json`` holds and the page is made from."""

from __future__ import annotations

import math
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from her2lab import __version__
from her2lab.comparison.adverse_events import AdverseEventComparison
from her2lab.credibility.assessment import USES, Assessment
from her2lab.credibility.naive import Naive
from her2lab.credibility.scores import Judged, as_data, grouped, score
from her2lab.presentation.words import RESEARCH_USE
from her2lab.trial.results.trial_result import rounded
from her2lab.trial.statistics.estimate import LEVEL

SCHEMA = 1
WEIGHTS = ("population", "verdict", "trials", "patients", "effective_size", "largest_weight", "misfit", "left_out")
LIBRARIES = ("numpy", "scipy", "polars", "lifelines", "llvmlite", "antimony", "python-libsbml", "scoringrules", "SALib")
INTERVALS = (
    "Predictions have 90 % intervals as each result.json defines them; published ones are 95 %, as published or, where "
    "none is stored, from the number of patients. Ratios of widths compare the two as they are; same_level as if both "
    "were 95 %. CRPS is taken on the scale on which a figure is about normal: logit of shares, logarithm of the "
    "cumulative hazard at a landmark, logarithm of medians and ratios."
)


def document(found: Assessment) -> dict[str, Any]:
    """Return the whole report as JSON data: six significant digits, nothing that is not finite."""
    missed = [each for use in USES for each in found.of(use) if not each.figure.inside]
    data = {
        "schema": SCHEMA,
        "research_use": RESEARCH_USE,
        "trials": {"run": len(found.runs) - len(found.failures), "missing": found.missing, "failed": found.failures},
        "targets": [asdict(each) for each in found.reached],
        "intervals": INTERVALS,
        "scores": {use: {**_scores(found.of(use)), "subgroups": as_data(score(found.of(use, subgroups=True)))}
                   for use in USES},
        "figures": [_figure(each) for each in found.judged],
        "misses": [{**_named(each), "reason": found.reason(each.figure)} for each in missed],
        "adverse_events": _adverse_events(found.adverse_events),
        "sensitivity": found.sensitivity,
        "fitted_populations": found.fitted,
        "weights": [{name: each[name] for name in WEIGHTS} for each in found.weights],
        "intended_use": [each.model_dump() for each in found.plan.intended_use],
        "sources": {name: source.model_dump(exclude_none=True) for name, source in found.plan.sources.items()},
        "versions": _versions(found),
    }
    return dict(rounded(data))


def _scores(judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "all": as_data(score(judged)),
        "by_setting": {name: as_data(each) for name, each in grouped(judged, "setting").items()},
        "by_endpoint": {name: as_data(each) for name, each in grouped(judged, "family").items()},
    }


def _named(each: Judged) -> dict[str, Any]:
    figure = each.figure
    return {name: getattr(figure, name) for name in (
        "trial", "use", "setting", "subgroup", "endpoint", "family", "regimen", "arm", "reference", "published",
        "published_low", "published_high", "value", "low", "high")}


def _figure(each: Judged) -> dict[str, Any]:
    figure = each.figure
    return {
        **_named(each), "n": figure.n, "simulated_in": figure.simulated_in,
        "published_interval": "published" if figure.stored else "from n",
        "note": figure.note, "inside": figure.inside, "width_ratio": figure.width_ratio, "error": figure.error,
        "crps": figure.crps, "naive": {kind: _naive(each, naive) for kind, naive in each.naive.items()},
    }


def _naive(each: Judged, naive: Naive | None) -> dict[str, Any] | None:
    if naive is None:
        return None
    low, high = naive.belief.interval(each.figure.scale, LEVEL)
    return {"value": each.figure.scale.back(naive.belief.mean), "low": low, "high": high, "basis": naive.basis}


def _adverse_events(rows: Sequence[AdverseEventComparison]) -> dict[str, Any]:
    return {
        "spread_between_trials_probits": rows[0].spread if rows else None,
        "scores": {use: _rates(rows, use) for use in USES},
        "rates": [{**asdict(row), "low": row.wide[0], "high": row.wide[1], "inside": row.inside_wide,
                   "inside_sampling_only": row.inside} for row in rows],
    }


def _rates(rows: Sequence[AdverseEventComparison], use: str) -> dict[str, Any]:
    chosen = [row for row in rows if row.use == use]
    inside, narrow = sum(row.inside_wide for row in chosen), sum(row.inside for row in chosen)
    share = 100 / len(chosen) if chosen else math.nan
    return {"n": len(chosen), "inside": inside, "inside_percent": inside * share,
            "inside_sampling_only_percent": narrow * share}


def _versions(found: Assessment) -> dict[str, Any]:
    stamps = {name: asdict(run.stamp) for name, run in found.runs.items()}
    return {
        "her2lab": __version__, "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        **{field: sorted({stamp[field] for stamp in stamps.values()}, key=str)
           for field in ("seed", "patients", "model", "facts", "program")},
    }
