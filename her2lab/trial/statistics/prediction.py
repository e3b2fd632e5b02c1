"""Prediction intervals: where a trial of the published size would find an endpoint nine times of ten.

To the sampling of patients, in the trial that is predicted and in this run, comes what differs between trials
(``facts/between_trials.yaml``), added as a variance on the natural scale of the endpoint: logit for proportions,
complementary log-log for landmark survival, log for medians and ratios. Each side of the interval keeps its own width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scipy.special import expit, logit

from her2lab.facts.between_trials import KINDS, BetweenTrials, Disease, Scale, kind_of, kind_of_contrast
from her2lab.trial.extrapolation import Extrapolation
from her2lab.trial.statistics.estimate import Estimate, Z, proportion


@dataclass(frozen=True)
class _Axis:
    """A scale: what takes a stated number there and back, and whether it runs the other way round."""

    to: Callable[[float], float]
    back: Callable[[float], float]
    falling: bool = False


AXES: dict[Scale, _Axis] = {
    "log": _Axis(math.log, math.exp),
    "logit": _Axis(lambda x: float(logit(x / 100)), lambda y: 100 * float(expit(y))),
    "complementary log-log": _Axis(lambda x: math.log(-math.log(x / 100)),
                                   lambda y: 100 * math.exp(-math.exp(y)), falling=True),
}


@dataclass(frozen=True)
class Predictor:
    """Widens the sampling intervals of one trial.

    Attributes
    ----------
    spreads, disease
        Spread between trials, and the setting that may have its own.
    beyond
        Arm -> in which ways it lies outside what was fitted or seen.
    """

    spreads: BetweenTrials
    disease: Disease
    beyond: Mapping[str, Extrapolation] = field(default_factory=dict)

    def of(self, *arms: str) -> Predictor:
        """Return the predictor of an arm, or of the ratio of two; its spreads grow where one of them extrapolates."""
        found = [self.beyond[arm] for arm in arms if arm in self.beyond]
        return replace(self, beyond={}, spreads=self.spreads.wider(
            outside=any(each.outside for each in found), undated=any(each.undated for each in found)))

    def endpoint(self, name: str, sampled: Estimate, run: int, published: int) -> Estimate:
        """Return an endpoint of an arm with its prediction interval.

        Parameters
        ----------
        name
            Key of the endpoint.
        sampled
            The estimate with its sampling interval.
        run, published
            Patients of the arm in this run, and by the trial file.
        """
        return self._wider(sampled, kind_of(name), run / published + 1.0)

    def contrast(self, endpoint: str, sampled: Estimate, run_sd: float, run: Sequence[int],
                 published: Sequence[int]) -> Estimate:
        """Return the ratio of two arms with its prediction interval; sizes as in `endpoint`, of both arms.

        The arms of a run have the same virtual patients, those of a trial have not: `run_sd`, the standard deviation of
        the log ratio by the chance of this run (:mod:`her2lab.trial.statistics.run_chance`), is added to the sampling
        of the trial that is predicted.
        """
        return self._wider(sampled, kind_of_contrast(endpoint), times_larger(run, published), run_sd)

    def _wider(self, sampled: Estimate, kind: str, larger: float, run_sd: float = 0.0) -> Estimate:
        return widen(sampled, KINDS[kind], math.hypot(self.spreads.of(kind, self.disease), run_sd), larger)


def times_larger(run: Sequence[int], published: Sequence[int]) -> float:
    """Return by how much the arms of a run are larger than those of the trial, as the variance of a ratio sees it."""
    return sum(1 / n for n in published) / sum(1 / n for n in run)


def widen(sampled: Estimate, scale: Scale, spread: float, larger: float = 1.0) -> Estimate:
    """Return an estimate with its prediction interval; a bound that is not reached stays None.

    Parameters
    ----------
    sampled
        The estimate with its sampling interval.
    scale
        On which the variances add.
    spread
        Standard deviation between trials on that scale.
    larger
        Sampling variance that counts, in units of that of this run: of the trial that is predicted, the size of the run
        over its size; of this run itself one more, where its chance matters.

    Notes
    -----
    A proportion of 0 or 100 % has no place on the scale. Its interval begins there, and its other side is that of
    Wilson, widened from half a patient.

    A median that is not reached may have a bound. How far it lies from the median is not known, so that the bound is
    moved by the spread in full, which is the most that it can add.
    """
    if scale != "log" and sampled.value in (0.0, 100.0):
        return _at_the_edge(sampled, scale, spread, larger)
    if sampled.value == 0.0:
        return sampled
    return replace(sampled, low=_bound(sampled.value, sampled.low, scale, spread, larger, -1.0),
                   high=_bound(sampled.value, sampled.high, scale, spread, larger, 1.0))


def sampling_sd(sampled: Estimate, scale: Scale) -> float | None:
    """Return the standard deviation by sampling on a scale, the mean of both sides; None where it is not known."""
    if sampled.value is None or (scale == "log" and sampled.value <= 0) or sampled.value in (0.0, 100.0):
        return None
    centre, axis = AXES[scale].to(sampled.value), AXES[scale]
    sides = [abs(axis.to(bound) - centre) / Z for bound in (sampled.low, sampled.high)
             if bound is not None and _on(scale, bound)]
    return sum(sides) / len(sides) if sides else None


def _on(scale: Scale, bound: float) -> bool:
    return bound > 0 if scale == "log" else 0 < bound < 100


def _bound(value: float | None, bound: float | None, scale: Scale, spread: float, larger: float,
           side: float) -> float | None:
    """Return a bound, the lower (`side` -1) or the upper one (1), moved by the spread."""
    if bound is None or not _on(scale, bound):
        return bound
    axis = AXES[scale]
    away = -side if axis.falling else side
    if value is None:
        return axis.back(axis.to(bound) + away * Z * spread)
    centre = axis.to(value)
    sampling = (axis.to(bound) - centre) / Z
    return axis.back(centre + away * Z * math.hypot(sampling * math.sqrt(larger), spread))


def _at_the_edge(sampled: Estimate, scale: Scale, spread: float, larger: float) -> Estimate:
    """Return the interval of 0 or 100 %; without a count of patients it is unknown."""
    if sampled.value is None or sampled.count is None:
        return sampled
    count = sampled.count / larger
    wilson = proportion(sampled.value / 100 * count, count)
    inner = 100 * 0.5 / (count + 1)
    if sampled.value == 0.0:
        return replace(sampled, low=0.0, high=_bound(inner, wilson.high, scale, spread, 1.0, 1.0))
    return replace(sampled, low=_bound(100 - inner, wilson.low, scale, spread, 1.0, -1.0), high=100.0)
