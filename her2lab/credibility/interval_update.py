"""Prediction intervals of stored results with the present spread between trials: no trial is run for that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.trial.extrapolation import extrapolations
from her2lab.trial.results.trial_result import DIGITS
from her2lab.trial.statistics.estimate import Estimate
from her2lab.trial.statistics.prediction import Predictor
from her2lab.trial.statistics.summaries import ratio_of

Cell = dict[str, Any]


def renew(trial: Trial, summary: dict[str, Any]) -> dict[str, Any]:
    """Return a ``result.json`` whose intervals hold the present spread; the same object, changed in place."""
    beyond = extrapolations(trial)
    predictor = Predictor(library.between_trials(), library.disease_of(trial), beyond)
    for each in summary["arms"]:
        each["extrapolation"] = beyond[each["id"]].reasons
    published = {arm.id: arm.n for arm in trial.arms}
    run = {arm["id"]: arm["n"] for arm in summary["arms"]}
    for name, arm, count, cell in _endpoints(summary):
        _put(cell, predictor.of(arm).endpoint(name, _sampled(cell, count), run[arm], published[arm]))
    for contrast in (each for part in (summary, *summary["subgroups"]) for each in part["contrasts"]):
        arms = (contrast["arm"], contrast["reference"])
        if (found := ratio_of(contrast)) is not None:
            sizes = [[of[arm] for arm in arms] for of in (run, published)]
            _put(found, predictor.of(*arms).contrast(contrast["endpoint"], _sampled(found, None),
                                                     found["run_sd"] or 0.0, *sizes))
    return summary


def _endpoints(summary: dict[str, Any]) -> Iterator[tuple[str, str, int, Cell]]:
    """Give (endpoint, arm, patients, cell) of the whole trial and of its subgroups."""
    for part in (summary, *summary["subgroups"]):
        for arm in part["arms"]:
            yield from ((name, arm["id"], arm["n"], cell) for name, cell in arm["endpoints"].items())
            if "orr_confirmed" in arm:
                yield "orr", arm["id"], arm["n"], arm["orr_confirmed"]


def _sampled(cell: Cell, count: int | None) -> Estimate:
    return Estimate(cell["value"], cell["sampling_low"], cell["sampling_high"], count=count)


def _put(cell: Cell, predicted: Estimate) -> None:
    for key, bound in (("low", predicted.low), ("high", predicted.high)):
        cell[key] = None if bound is None else float(f"{bound:.{DIGITS}g}")
