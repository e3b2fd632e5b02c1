"""Scores of groups of figures: coverage, sharpness, error of hazard ratios, CRPS, and skill against naive forecasts."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from her2lab.comparison.figures import AT_SAME_LEVEL, PublishedFigure, crps, width_ratio, within
from her2lab.credibility.naive import KINDS, Library, Naive
from her2lab.facts.credibility import Targets
from her2lab.trial.statistics.estimate import LEVEL


@dataclass(frozen=True)
class Judged:
    """A figure with its naive forecasts by kind; None where there is none."""

    figure: PublishedFigure
    naive: dict[str, Naive | None]


@dataclass(frozen=True)
class Against:
    """The model against one naive forecast, on the `n` figures for which both have a forecast.

    `skill` is the share of the naive forecast's CRPS that the model takes off: 1 is perfect, 0 or less is no skill.
    """

    n: int
    crps: float | None
    crps_model: float | None
    skill: float | None
    inside_percent: float | None
    width_ratio: float | None
    log_hazard_ratio_median: float | None
    log_hazard_ratio_mean: float | None


@dataclass(frozen=True)
class GroupScores:
    """Scores of a group of figures.

    Attributes
    ----------
    n, predicted, inside, inside_percent
        Figures, those with a prediction, those inside its 90 % interval; without a prediction a figure is not inside.
    width_ratio, width_ratio_same_level, with_width
        Median width over the published 95 % interval's, the same as if both were 95 %, on how many figures.
    crps
        Mean over figures with a prediction, on each figure's scale.
    log_hazard_ratio_median, log_hazard_ratio_mean, hazard_ratios
        Absolute errors of log hazard ratios, and how many there are.
    against
        By the kind of naive forecast.
    """

    n: int
    predicted: int
    inside: int
    inside_percent: float | None
    width_ratio: float | None
    width_ratio_same_level: float | None
    with_width: int
    crps: float | None
    log_hazard_ratio_median: float | None
    log_hazard_ratio_mean: float | None
    hazard_ratios: int
    against: dict[str, Against]


@dataclass(frozen=True)
class Reached:
    """One target with what was reached; `met` is None where there was nothing to judge."""

    target: str
    wanted: str
    reached: float | None
    met: bool | None


def judge(figures: Iterable[PublishedFigure], library: Library) -> list[Judged]:
    """Return the figures with their naive forecasts."""
    return [Judged(each, {kind: library.forecast(kind, each) for kind in KINDS}) for each in figures]


def score(judged: Sequence[Judged]) -> GroupScores:
    """Return the scores of a group."""
    figures = [each.figure for each in judged]
    widths = [ratio for each in figures if (ratio := each.width_ratio) is not None]
    errors = [abs(each.error) for each in figures if _is_hazard_ratio(each) and each.error is not None]
    inside = sum(each.inside for each in figures)
    return GroupScores(
        n=len(figures), predicted=sum(each.predicted for each in figures), inside=inside,
        inside_percent=100 * inside / len(figures) if figures else None,
        width_ratio=_median(widths),
        width_ratio_same_level=_median([ratio * AT_SAME_LEVEL for ratio in widths]), with_width=len(widths),
        crps=_mean([found for each in figures if (found := each.crps) is not None]),
        log_hazard_ratio_median=_median(errors), log_hazard_ratio_mean=_mean(errors), hazard_ratios=len(errors),
        against={kind: _against(judged, kind) for kind in KINDS},
    )


def _against(judged: Sequence[Judged], kind: str) -> Against:
    pairs = [(each.figure, naive.belief) for each in judged
             if (naive := each.naive[kind]) is not None and each.figure.belief is not None]
    intervals = [(figure, belief.interval(figure.scale, LEVEL)) for figure, belief in pairs]
    theirs = _mean([crps(figure, belief) for figure, belief in pairs])
    ours = _mean([found for figure, _ in pairs if (found := figure.crps) is not None])
    errors = [abs(belief.mean - figure.truth) for figure, belief in pairs if _is_hazard_ratio(figure)]
    return Against(
        n=len(pairs), crps=theirs, crps_model=ours,
        skill=None if theirs is None or ours is None or theirs == 0 else 1 - ours / theirs,
        inside_percent=_mean([100.0 * within(figure, *ends) for figure, ends in intervals]),
        width_ratio=_median([ratio for figure, ends in intervals if (ratio := width_ratio(figure, *ends)) is not None]),
        log_hazard_ratio_median=_median(errors), log_hazard_ratio_mean=_mean(errors),
    )


def reached(found: GroupScores, targets: Targets) -> list[Reached]:
    """Return each target with what the validation trials reached."""
    rows = [
        _reached("published figures inside the 90 % interval, %", found.inside_percent, "at least",
                 targets.inside_percent),
        _reached("median width of the interval over the published one's", found.width_ratio, "at most",
                 targets.width_ratio),
        _reached("median absolute error of the log hazard ratio", found.log_hazard_ratio_median, "at most",
                 targets.log_hazard_ratio),
    ]
    return rows + [_reached(f"skill (CRPS) against the naive forecast: {kind}", against.skill, "above", 0.0)
                   for kind, against in found.against.items()]


def _reached(target: str, value: float | None, how: str, limit: float) -> Reached:
    meets = {"at least": operator.ge, "at most": operator.le, "above": operator.gt}[how]
    return Reached(target, f"{how} {limit:g}", value, None if value is None else bool(meets(value, limit)))


def grouped(judged: Sequence[Judged], field: str) -> dict[str, GroupScores]:
    """Return the scores by a field of the figures, in alphabetical order."""
    names = sorted({getattr(each.figure, field) for each in judged})
    return {name: score([each for each in judged if getattr(each.figure, field) == name]) for name in names}


def as_data(found: GroupScores) -> dict[str, Any]:
    """Return a score as plain data."""
    return asdict(found)


def _is_hazard_ratio(figure: PublishedFigure) -> bool:
    return figure.family.startswith("hazard ratio")


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None
