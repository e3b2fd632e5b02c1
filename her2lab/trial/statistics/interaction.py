"""Whether the ratio of two arms differs between the levels of a marker: the ratio of their ratios, with its test.

Hazards: a Cox model with treatment and treatment × level, in which each level has a baseline hazard of its own, so that
with two levels the ratio is that of the hazard ratios shown for them. Odds: the same from the two-by-two tables, after
Woolf. With more than two levels, which all have an order here, both are a trend: the ratio from one level to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from her2lab.trial.statistics.estimate import Estimate, Z
from her2lab.trial.statistics.prediction import sampling_sd
from her2lab.trial.statistics.survival import Times, cox

FEWEST = 2  # levels


@dataclass(frozen=True)
class InteractionEstimate:
    """The ratio of the ratios of two levels, or per level in a trend, with its 90 % interval and p-value (Wald)."""

    ratio: Estimate
    p: float | None = None


NONE = InteractionEstimate(Estimate(None, note="not estimable: fewer than two levels have a ratio"))


def of_hazards(levels: Sequence[tuple[float, Times, Times]]) -> InteractionEstimate:
    """Return how the hazard ratio changes with the score of a level.

    Parameters
    ----------
    levels
        Score, times of the arm and times of the reference of each level in which they have a hazard ratio.
    """
    if len(levels) < FEWEST:
        return NONE
    groups = [(score, treated, times) for score, arm, reference in levels
              for treated, times in ((1.0, arm), (0.0, reference))]
    score, treated = np.repeat([group[:2] for group in groups], [len(times) for *_, times in groups], axis=0).T
    times = Times(np.concatenate([times.durations for *_, times in groups]),
                  np.concatenate([times.events for *_, times in groups]))
    return InteractionEstimate(*cox(times, np.column_stack([treated, treated * score]), score))


def of_odds(levels: Sequence[tuple[float, Estimate]]) -> InteractionEstimate:
    """Return how the odds ratio changes with the score of a level: log ratios on scores, weighted by their variance.

    Parameters
    ----------
    levels
        Score and odds ratio with its interval of each level that has one.
    """
    if len(levels) < FEWEST:
        return NONE
    score = np.array([score for score, _ in levels])
    log_ratio = np.log([float(ratio.value or np.nan) for _, ratio in levels])
    weight = np.array([float(sampling_sd(ratio, "log") or np.nan) for _, ratio in levels]) ** -2.0
    away = score - np.average(score, weights=weight)
    information = float(weight @ away**2)
    slope, error = float(weight * away @ log_ratio) / information, information**-0.5
    low, high = slope + np.array([-1, 1]) * Z * error
    ratio = Estimate(float(np.exp(slope)), float(np.exp(low)), float(np.exp(high)))
    return InteractionEstimate(ratio, float(2 * ndtr(-abs(slope) / error)))
