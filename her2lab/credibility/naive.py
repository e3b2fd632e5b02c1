"""Forecasts that know no biology: what a model must beat to be worth its equations.

``class mean``: the mean of the calibration arms of the same class of regimen and the same setting; where there is none,
of the setting; else of all. ``no effect``: every arm has the mean of the calibration arms of its setting (else of all),
and every ratio is 1. Both are normal on the figure's scale, with the spread between the calibration arms. A trial is
never part of its own forecast. Landmarks of one survival are one kind: their hazard per month is averaged.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from her2lab.comparison.figures import PublishedFigure, classes, published, ratio, setting
from her2lab.comparison.regimen_classes import regimen_class
from her2lab.comparison.scales import Belief, FigureScale, family, ratio_family, scale_of
from her2lab.facts import library
from her2lab.facts.records import Trial

CLASS_MEAN, NO_EFFECT = "class mean", "no effect"
KINDS = (CLASS_MEAN, NO_EFFECT)
FEWEST_FOR_SPREAD = 3  # arms; with fewer their spread is that within all groups


@dataclass(frozen=True)
class Seen:
    """One calibration arm (or pair of arms) as naive forecasts see it: `x` is its figure on the normalised scale."""

    trial: str
    family: str
    setting: str
    regimen: str
    x: float


@dataclass(frozen=True)
class Naive:
    """A forecast, and on which arms it rests."""

    belief: Belief
    basis: str


Choice = Callable[[Seen], str]


class Library:
    """The outcomes of all calibration trials."""

    def __init__(self, trials: Iterable[Trial]) -> None:
        self.seen = [each for trial in trials if trial.use == "calibration" for each in _seen(trial)]

    def forecast(self, kind: str, figure: PublishedFigure) -> Naive | None:
        """Return the naive forecast of a figure; None where no calibration arm has an endpoint of this kind."""
        known = [each for each in self.seen if each.family == figure.family and each.trial != figure.trial]
        if not known:
            return None
        if figure.reference is not None and kind == NO_EFFECT:
            return Naive(Belief(0.0, math.sqrt(float(np.mean([each.x**2 for each in known])))), "ratio 1")
        shift = math.log(figure.scale.months) if figure.scale.months else 0.0
        for words, choice in _choices(kind):
            group = [each.x for each in known if choice(each) == choice(_as_seen(figure))]
            if group:
                spread = _spread(group, known, choice)
                return Naive(Belief(float(np.mean(group)) + shift, spread), f"{len(group)} of {words}")
        return None


def _choices(kind: str) -> Sequence[tuple[str, Choice]]:
    """Return how groups are formed, the first choice first."""
    fallback = [("this setting", lambda each: each.setting), ("all", lambda each: "")]
    if kind == NO_EFFECT:
        return fallback
    return [("this class and setting", lambda each: f"{each.setting}, {each.regimen}"), *fallback]


def _spread(group: Sequence[float], known: Sequence[Seen], choice: Choice) -> float:
    """Return the standard deviation of a forecast: of one more arm of the group, and of its mean."""
    if len(group) >= FEWEST_FOR_SPREAD:
        variance = float(np.var(group, ddof=1))
    else:
        groups = defaultdict(list)
        for each in known:
            groups[choice(each)].append(each.x)
        left = sum(len(each) - 1 for each in groups.values())
        variance = (sum(float(np.var(each)) * len(each) for each in groups.values()) / left if left
                    else float(np.var([each.x for each in known])))
    return math.sqrt(max(variance, 1e-6) * (1 + 1 / len(group)))


def _as_seen(figure: PublishedFigure) -> Seen:
    return Seen(figure.trial, figure.family, figure.setting, figure.regimen, math.nan)


def _seen(trial: Trial) -> list[Seen]:
    """Return what is known of one calibration trial, landmarks of one survival averaged for each arm."""
    found: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for arm in trial.arms:
        for endpoint, value in published(trial, arm).items():
            key = (family(endpoint), arm.id, regimen_class(trial, arm, endpoint, library.drug))
            found[key].append(scale_of(endpoint, arm.n).normalised(value))
    for contrast in trial.published.contrasts if trial.published else ():
        if (published_ratio := ratio(contrast)) is not None:
            key = (ratio_family(contrast.endpoint), f"{contrast.arm} v {contrast.reference}", classes(trial, contrast))
            found[key].append(FigureScale("ratio", 1).to(published_ratio))
    return [Seen(trial.id, kind, setting(trial), regimen, float(np.mean(values)))
            for (kind, _, regimen), values in found.items()]
