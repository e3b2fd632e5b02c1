"""Fit what drugs do to organs to published rates of adverse events, and write the numbers into the drugs' files.

Each fit moves one number of one drug until one event is as frequent in some arms as published. Rates are compared on
the probit scale, on which susceptibility is normal, any grade and grade 3 of each arm weighed by what it tells. All
numbers move at once, by secants on a logarithmic scale; the same virtual patients are used in each round, so that the
same seed gives the same numbers. Trials that are not marked ``use: calibration`` are refused before any is run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from her2lab._types import AmountDone
from her2lab.comparison.adverse_events import GRADES, probit, simulated_rate
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Drug, Trial
from her2lab.facts.toxicity import Fit, ToxicityCalibration
from her2lab.fitting.eligible_trials import trial_to_fit
from her2lab.fitting.write_back import rewrite_values
from her2lab.trial import run_trial as run_trial

Rates = Mapping[str, Any]

FIRST_SLOPE = 0.9             # of a probit per e-fold of the number, before a secant is known
SLOPES = (0.3, 2.0)           # that a secant may have
LONGEST_STEP = 1.0            # of the logarithm of a number in one round
UNCONFIRMED = 0.25            # weight of a published rate that nobody has read again


@dataclass
class FreeParameter:
    """One number on its way: its present value, the probits by which its event misses, and where it has been.

    It stays within `limits`; `past` holds (logarithm of the value, miss).
    """

    fit: Fit
    value: float
    limits: tuple[float, float] = (0.0, math.inf)
    miss: float = math.nan
    past: list[tuple[float, float]] = field(default_factory=list)

    def move(self) -> None:
        """Step towards a miss of zero."""
        here = math.log(self.value)
        slope = FIRST_SLOPE
        if self.past and abs(here - self.past[-1][0]) > 1e-9:
            slope = -(self.miss - self.past[-1][1]) / (here - self.past[-1][0])
        self.past.append((here, self.miss))
        step = self.miss / min(max(slope, SLOPES[0]), SLOPES[1])
        value = math.exp(here + min(max(step, -LONGEST_STEP), LONGEST_STEP))
        self.value = float(f"{min(max(value, self.limits[0]), self.limits[1]):.3g}")

    def settle(self) -> None:
        """Take the value that missed least of those tried, the present one included."""
        here, self.miss = min([*self.past, (math.log(self.value), self.miss)], key=lambda tried: abs(tried[1]))
        self.value = float(f"{math.exp(here):.3g}")


def run(identifier: str, *, jobs: int = 1, write: bool = True,
        progress: AmountDone | None = None) -> list[FreeParameter]:
    """Calibrate, and write the numbers into ``facts/drugs`` unless told not to; return them with what is missed.

    Raises
    ------
    InputError
        If there is no such calibration, a trial is not marked ``use: calibration``, or a drug, a number, an arm or a
        published rate is missing.
    """
    calibration = library.toxicity_calibration(identifier)
    wanted = [arm.split("/") for fit in calibration.fits for arm in fit.arms]
    trials = {name: _allowed(calibration, name, {arm for trial, arm in wanted if trial == name})
              for name in dict.fromkeys(trial for trial, _ in wanted)}
    parameters = [_free_parameter(fit, trials) for fit in calibration.fits]
    for done in range(calibration.rounds):
        rates = {}
        for index, (name, trial) in enumerate(trials.items()):
            rates[name] = _simulated(trial, _changed(parameters), calibration, jobs)
            if progress is not None:
                progress(done * len(trials) + index + 1, calibration.rounds * len(trials))
        for parameter in parameters:
            parameter.miss = _miss(trials, parameter.fit, rates, calibration.between_trials)
            if done < calibration.rounds - 1:
                parameter.move()
            else:
                parameter.settle()
    if write:
        for parameter in parameters:
            fit = parameter.fit
            rewrite_values(library.files("drugs")[fit.drug], {(fit.parameter, "value"): parameter.value})
    return parameters


def _allowed(calibration: ToxicityCalibration, name: str, fitted: set[str]) -> Trial:
    """Return a trial with the arms that are fitted, as long as they are followed."""
    trial = trial_to_fit(name, f"calibration {calibration.id}, fits.arms")
    cut = library.with_arms(trial, [arm.id for arm in trial.arms if arm.id in fitted])
    return cut.replace(followup=min(trial.followup, calibration.followup))


def _free_parameter(fit: Fit, trials: Mapping[str, Trial]) -> FreeParameter:
    parameters = library.drug(fit.drug).parameters
    if fit.parameter not in parameters:
        raise InputError("the drug has no such number", field=f"fits: {fit.drug}.{fit.parameter}",
                         expected=" or ".join(sorted(parameters)))
    for arm in fit.arms:
        if not _published(trials, arm, fit.event):
            raise InputError("no such rate is published", field=f"fits: {arm}", value=fit.event)
    number = parameters[fit.parameter]
    return FreeParameter(fit, number.value, number.range or (0.0, math.inf))


def _published(trials: Mapping[str, Trial], arm: str, event: str) -> Rates:
    trial, name = arm.split("/")
    published = trials[trial].published
    return {} if published is None else published.adverse_events.get(name, {}).get(event, {})


def _changed(parameters: list[FreeParameter]) -> dict[str, Drug]:
    """Return the drugs with their numbers as they are at present."""
    drugs: dict[str, Drug] = {}
    for parameter in parameters:
        drug = drugs.get(parameter.fit.drug, library.drug(parameter.fit.drug))
        number = drug.parameters[parameter.fit.parameter].replace(value=parameter.value)
        drugs[drug.id] = drug.replace(parameters={**drug.parameters, parameter.fit.parameter: number})
    return drugs


def _simulated(trial: Trial, drugs: Mapping[str, Drug], calibration: ToxicityCalibration,
               jobs: int) -> dict[str, Rates]:
    result = run_trial(trial, patients=calibration.patients, seed=calibration.seed, jobs=jobs, drugs=drugs)
    return {arm["id"]: {**arm["adverse_events"], "n": arm["n"]} for arm in result.summary["arms"]}


def _miss(trials: Mapping[str, Trial], fit: Fit, rates: Mapping[str, Mapping[str, Rates]], spread: float) -> float:
    """Return by how many probits the published rates lie above the simulated ones, over the arms of a fit."""
    total = weights = 0.0
    for arm in fit.arms:
        trial, name = arm.split("/")
        published, simulated = _published(trials, arm, fit.event), rates[trial][name]
        n = next(each.n for each in trials[trial].arms if each.id == name)
        for grade in GRADES:
            rate = simulated_rate(simulated[fit.event], published, grade)
            if rate is None:
                continue
            (target, variance), (found, _) = probit(published[grade], n), probit(rate, simulated["n"])
            weight = (UNCONFIRMED if published.get("seen") is False else 1.0) / (variance + spread**2)
            total, weights = total + weight * (target - found), weights + weight
    return total / weights if weights else 0.0
