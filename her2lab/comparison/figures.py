"""Every published figure of a trial beside its prediction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scoringrules import crps_normal

from her2lab.comparison import published_intervals
from her2lab.comparison.regimen_classes import regimen_class
from her2lab.comparison.scales import Belief, FigureScale, family, ratio_family, scale_of, z
from her2lab.facts import library
from her2lab.facts.records import Arm, Published, PublishedContrast, Trial
from her2lab.trial.statistics.estimate import LEVEL
from her2lab.trial.statistics.summaries import ratio_of

ROUNDING = {"share": 0.05, "landmark": 0.05, "median": 0.05, "ratio": 0.005}  # half the last digit that is published


@dataclass(frozen=True)
class PublishedFigure:
    """One published figure: an endpoint of an arm, or a ratio of two arms, of all patients or of a subgroup.

    Attributes
    ----------
    trial, use, setting
        The trial, what it is used for, its population.
    endpoint, family, regimen
        The endpoint, the kind of endpoint, the class of the regimen (of both arms in a ratio).
    arm, reference
        The arm, and the one it is compared with (None for an endpoint of one arm).
    n, simulated_in
        Patients of the trial, and virtual ones, in both arms.
    published, published_low, published_high, stored
        The figure with its 95 % interval, and whether that was published or follows from the number of patients.
    value, low, high, note
        The prediction with its 90 % interval; an open end is None. The note says why there is none.
    subgroup
        Property and level, or None for all patients.
    """

    trial: str
    use: str | None
    setting: str
    endpoint: str
    family: str
    regimen: str
    arm: str
    reference: str | None
    n: int
    simulated_in: int
    published: float
    published_low: float
    published_high: float
    stored: bool
    value: float | None
    low: float | None
    high: float | None
    note: str | None = None
    subgroup: str | None = None

    @property
    def scale(self) -> FigureScale:
        """The scale on which the figure is about normal."""
        n = min(self.n, self.simulated_in)
        return scale_of(self.endpoint, n) if self.reference is None else FigureScale("ratio", n)

    @property
    def truth(self) -> float:
        """The published figure on its scale."""
        return self.scale.to(self.published)

    @property
    def belief(self) -> Belief | None:
        """The prediction as a normal forecast on the scale; None where there is none."""
        return Belief.of(self.scale, self.value, self.low, self.high, LEVEL)

    @property
    def predicted(self) -> bool:
        """Whether there is an interval, open at one end perhaps."""
        return self.low is not None or self.high is not None

    @property
    def inside(self) -> bool:
        """Whether the published figure lies in the interval; without a prediction it does not."""
        return self.predicted and within(self, self.low, self.high)

    @property
    def crps(self) -> float | None:
        """The continuous ranked probability score of the prediction, on the scale."""
        return None if self.belief is None else crps(self, self.belief)

    @property
    def width_ratio(self) -> float | None:
        """The width of the 90 % interval over that of the published 95 % interval, ratios by their logarithm."""
        return width_ratio(self, self.low, self.high)

    @property
    def error(self) -> float | None:
        """Prediction less publication on the scale: of a ratio, of their logarithms."""
        return None if self.value is None or self.belief is None else self.belief.mean - self.truth


def within(figure: PublishedFigure, low: float | None, high: float | None) -> bool:
    """Return whether the published figure, rounded as it is, lies in an interval."""
    slack = ROUNDING[figure.scale.kind]
    return (low is None or figure.published >= low - slack) and (high is None or figure.published <= high + slack)


def crps(figure: PublishedFigure, forecast: Belief) -> float:
    """Return the CRPS of a normal forecast of the figure (Gneiting and Raftery 2007, 10.1198/016214506000001437).

    It is taken on the figure's scale (Bosse 2023, 10.1371/journal.pcbi.1011393), so that figures can be averaged.
    """
    return float(crps_normal(figure.truth, forecast.mean, forecast.sd))


def width_ratio(figure: PublishedFigure, low: float | None, high: float | None) -> float | None:
    """Return the width of an interval over the published one's; None where an end is open."""
    if low is None or high is None:
        return None
    if figure.reference is None:
        return (high - low) / (figure.published_high - figure.published_low)
    if low <= 0:
        return None
    to = figure.scale.to
    return (to(high) - to(low)) / (to(figure.published_high) - to(figure.published_low))


AT_SAME_LEVEL = z(published_intervals.LEVEL) / z(LEVEL)  # a ratio of widths, as if both intervals were of one level


def figures(trial: Trial, result: Mapping[str, Any]) -> list[PublishedFigure]:
    """Return the published figures of a trial, endpoints first, then those of subgroups, beside the predictions.

    Parameters
    ----------
    trial
        Its published outcomes.
    result
        Its ``result.json``; without arms nothing is predicted.
    """
    whole = [*_endpoints(trial, result), *_contrasts(trial, result)]
    return whole + [each for group in result.get("subgroups", []) for each in _subgroup(trial, result, group)]


def _subgroup(trial: Trial, result: Mapping[str, Any], group: Mapping[str, Any]) -> list[PublishedFigure]:
    """Return the published figures of a subgroup, as those of a trial of only these patients.

    How many of them the published trial had follows from their share of the virtual patients.
    """
    whole, part = _sizes(result), _sizes(group)
    arms = [arm.replace(n=max(round(arm.n * part[arm.id] / whole[arm.id]), 1)) for arm in trial.arms
            if arm.id in part]
    smaller = trial.replace(arms=arms, published=_published_of(group))
    name = f"{group['property']} {group['level']}"
    return [replace(each, subgroup=name) for each in (*_endpoints(smaller, group), *_contrasts(smaller, group))]


def _published_of(group: Mapping[str, Any]) -> Published:
    """Return what the cells of a subgroup hold of published figures."""
    contrasts = []
    for each in group["contrasts"]:
        hazards, odds = each.get("hazard_ratio"), each.get("odds_ratio")
        cell = hazards or odds
        if cell and cell["published"] is not None:
            contrasts.append(PublishedContrast(
                endpoint=each["endpoint"], arm=each["arm"], reference=each["reference"],
                hr=cell["published"] if hazards else None, odds_ratio=None if hazards else cell["published"],
                low=cell["published_low"], high=cell["published_high"]))
    arms = {arm["id"]: {name: cell["published"] for name, cell in arm["endpoints"].items()
                        if cell["published"] is not None} for arm in group["arms"]}
    return Published(source="as the trial", arms=arms, contrasts=tuple(contrasts))


def _endpoints(trial: Trial, result: Mapping[str, Any]) -> Iterator[PublishedFigure]:
    predicted, sizes = {arm["id"]: arm["endpoints"] for arm in result["arms"]}, _sizes(result)
    for arm in trial.arms:
        for endpoint, value in published(trial, arm).items():
            low, high = published_intervals.of_endpoint(trial, arm, endpoint, value)
            yield PublishedFigure(
                trial.id, trial.use, setting(trial), endpoint, family(endpoint),
                regimen_class(trial, arm, endpoint, library.drug), arm.id, None, arm.n,
                sizes.get(arm.id, arm.n), value, low, high, False,
                **_prediction(predicted.get(arm.id, {}).get(endpoint)),
            )


def _contrasts(trial: Trial, result: Mapping[str, Any]) -> Iterator[PublishedFigure]:
    predicted = {(each["endpoint"], each["arm"],
                  each["reference"]): ratio_of(each) for each in result["contrasts"]}
    arms, sizes = {arm.id: arm for arm in trial.arms}, _sizes(result)
    for contrast in trial.published.contrasts if trial.published else ():
        if (value := ratio(contrast)) is None:
            continue
        (low, high), stored = published_intervals.of_contrast(trial, contrast, value)
        pair = (arms[contrast.arm], arms[contrast.reference])
        yield PublishedFigure(
            trial.id, trial.use, setting(trial), contrast.endpoint, ratio_family(contrast.endpoint),
            classes(trial, contrast), contrast.arm, contrast.reference, sum(arm.n for arm in pair),
            sum(sizes.get(arm.id, arm.n) for arm in pair), value, low, high, stored,
            **_prediction(predicted.get((contrast.endpoint, contrast.arm, contrast.reference))),
        )


def _sizes(result: Mapping[str, Any]) -> dict[str, int]:
    return {arm["id"]: arm["n"] for arm in result["arms"]}


def _prediction(found: Mapping[str, Any] | None) -> dict[str, Any]:
    if found is None:
        return {"value": None, "low": None, "high": None, "note": "not simulated"}
    return {name: found.get(name) for name in ("value", "low", "high", "note")}


# ------------------------------------------------------------------------------------------------ what was published
def published(trial: Trial, arm: Arm) -> Mapping[str, float]:
    """Return the published endpoints of an arm."""
    return {} if trial.published is None else trial.published.arms.get(arm.id, {})


def ratio(contrast: PublishedContrast) -> float | None:
    """Return the published ratio of a contrast."""
    return contrast.odds_ratio if contrast.hr is None else contrast.hr


def classes(trial: Trial, contrast: PublishedContrast) -> str:
    """Return the classes of both arms of a contrast."""
    pair = [next(arm for arm in trial.arms if arm.id == name) for name in (contrast.arm, contrast.reference)]
    return " v ".join(regimen_class(trial, arm, contrast.endpoint, library.drug) for arm in pair)


def setting(trial: Trial) -> str:
    """Return the id of a trial's population."""
    return trial.population if isinstance(trial.population, str) else str(trial.population["id"])
