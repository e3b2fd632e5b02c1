"""What a survival figure shows, whatever draws it: estimates, bands, numbers at risk, published curves and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from her2lab._types import Floats
from her2lab.comparison import published_curves
from her2lab.facts import library
from her2lab.facts.records import Arm, Trial
from her2lab.facts.vocabulary import landmark
from her2lab.presentation.figures.palette import arm_colour
from her2lab.presentation.words import SURVIVALS
from her2lab.trial.statistics.survival import Times, at_risk, end_of_curve, kaplan_meier

TICKS = (3, 6, 12, 24, 60)  # months between two of them
MOST_TICKS = 12
HALF = 50.0  # percent, where a median is


@dataclass(frozen=True)
class SurvivalCurve:
    """A Kaplan-Meier estimate: percent without the event from each of `months` on, with its 90 % interval."""

    months: Floats
    percent: Floats
    low: Floats
    high: Floats

    def at(self, grid: Floats) -> SurvivalCurve:
        """Return the curve at the times of a grid, as far as it goes."""
        months = np.append(grid[grid < self.months[-1]], self.months[-1])
        rows = np.searchsorted(self.months, months, side="right") - 1
        return SurvivalCurve(months, self.percent[rows], self.low[rows], self.high[rows])

    def until(self, end: float) -> SurvivalCurve:
        """Return the curve up to a time that lies on it."""
        rows = slice(int(np.searchsorted(self.months, end, side="right")))
        return SurvivalCurve(self.months[rows], self.percent[rows], self.low[rows], self.high[rows])

    @property
    def stairs(self) -> SurvivalCurve:
        """The corners of the curve, so that straight lines between them draw its steps."""
        percent, low, high = (np.repeat(values, 2)[:-1] for values in (self.percent, self.low, self.high))
        return SurvivalCurve(np.repeat(self.months, 2)[1:], percent, low, high)


@dataclass(frozen=True)
class ArmSurvival:
    """One arm of a survival figure.

    Attributes
    ----------
    id, title
        Of the arm.
    colour
        ``#rrggbb``.
    simulated, published
        Estimates of the virtual patients, as far as enough are at risk, and of the digitised curve; None where there
        is none.
    points
        Published (months, percent): medians and survival at a time.
    at_risk
        Virtual patients still at risk at each tick; empty where none were simulated.
    """

    id: str
    title: str
    colour: str
    simulated: SurvivalCurve | None
    published: SurvivalCurve | None
    points: list[tuple[float, float]]
    at_risk: list[int]


@dataclass(frozen=True)
class SurvivalPlot:
    """A survival endpoint of a trial: its arms, the last month shown, and the ticks of the axis in months."""

    endpoint: str
    title: str
    last: float
    ticks: Floats
    arms: list[ArmSurvival]

    @property
    def lowest(self) -> float:
        """The lowest percentage of all curves and points."""
        curves = [curve for arm in self.arms for curve in (arm.simulated, arm.published) if curve is not None]
        points = [percent for arm in self.arms for _, percent in arm.points]
        return min([100.0, *points, *(float(curve.percent.min()) for curve in curves)])


def survival_plot(trial: Trial, endpoint: str, simulated: Mapping[str, Times]) -> SurvivalPlot:
    """Return what a figure of a survival endpoint shows.

    Parameters
    ----------
    trial
        The protocol, with what was published.
    endpoint
        ``pfs``, ``os``, ``idfs``, ``dfs`` or ``efs``.
    simulated
        Arm -> times in months of the virtual patients; an arm without patients is left out.
    """
    digitised = published_curves.published(trial, endpoint)
    points = {arm.id: published_points(trial, endpoint, arm.id) for arm in trial.arms}
    seen = [float(times.durations.max()) for times in (*simulated.values(), *digitised.values())]
    last = max([*seen, *(month for found in points.values() for month, _ in found)], default=1.0)
    marks = ticks(last)

    def arm_survival(index: int, arm: Arm) -> ArmSurvival:
        times, published = simulated.get(arm.id), digitised.get(arm.id)
        return ArmSurvival(
            arm.id, arm.title or arm.id, arm_colour(index),
            None if times is None else curve_to_show(times), None if published is None else estimate(published),
            points[arm.id], [] if times is None else at_risk(times, marks),
        )

    arms = [arm_survival(index, arm) for index, arm in enumerate(trial.arms)]
    return SurvivalPlot(endpoint, SURVIVALS[endpoint], last, marks, arms)


def estimate(times: Times) -> SurvivalCurve:
    """Return the Kaplan-Meier estimate of a group, in percent."""
    fitted = kaplan_meier(times)
    return SurvivalCurve(fitted.times, 100 * fitted.survival, 100 * fitted.low, 100 * fitted.high)


def curve_to_show(times: Times) -> SurvivalCurve | None:
    """Return the estimate as far as enough patients are at risk (``facts/rules/analysis.yaml``); None if never."""
    end = end_of_curve(times, library.analysis_limits().fewest_at_risk)
    return estimate(times).until(end) if end >= 0 else None


def ticks(last: float) -> Floats:
    """Return the months under the axis: the finest spacing that gives at most a dozen."""
    step = next((step for step in TICKS if last / step <= MOST_TICKS), TICKS[-1])
    return np.arange(0, last + 1e-9, step)


def published_points(trial: Trial, endpoint: str, arm: str) -> list[tuple[float, float]]:
    """Return the published points of a survival curve: (months, percent) of the median and of survival at a time."""
    known = trial.published.arms.get(arm, {}) if trial.published else {}
    median = known.get(f"{endpoint}_median")
    found = [] if median is None else [(median, HALF)]
    marks = ((landmark(key), value) for key, value in known.items())
    return found + [(float(at[1]), value) for at, value in marks if at is not None and at[0] == endpoint]
