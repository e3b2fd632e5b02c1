"""By how much published outcomes differ from predicted ones beyond chance, estimated on calibration trials.

For each kind of endpoint the differences (published less predicted, on the scale of the kind) have a variance that is
known, the sampling of both, and one that is not, the square of the spread. The spread is what makes the sum of squares
of the standardised differences equal to their number (Paule and Mandel 1982, J Res Natl Bur Stand 87:377), with a mean
of zero: what the model misses on the whole is part of the spread. Median and landmarks of one curve share theirs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq

from her2lab.comparison import stored_results
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.between_trials import KINDS, Disease, kind_of, kind_of_contrast, same_spread
from her2lab.facts.quantity import Quantity
from her2lab.facts.records import Trial
from her2lab.fitting.eligible_trials import trial_to_fit
from her2lab.fitting.write_back import rewrite_values
from her2lab.trial.statistics.estimate import Estimate
from her2lab.trial.statistics.prediction import AXES, sampling_sd, times_larger
from her2lab.trial.statistics.summaries import ratio_of

FEWEST = 4                # differences; with fewer a spread stays what it is
LARGEST = 10.0            # spread that is looked for
PUBLISHED_Z = 1.96        # published intervals are of 95 %


@dataclass(frozen=True)
class TrialPair:
    """One endpoint of a calibration trial, predicted and published, on the scale of its kind, with what chance does."""

    trial: str
    kind: str
    disease: Disease
    predicted: float
    published: float
    predicted_sd: float
    published_sd: float


@dataclass(frozen=True)
class Spread:
    """The spread of a kind of endpoint (or ``setting.kind``): before, estimated, and written; and of how many pairs.

    `estimated` is None where there are too few; `value` lies in the range of the file.
    """

    key: str
    before: float
    estimated: float | None
    value: float
    pairs: int


def run(folder: Path, *, write: bool = True) -> list[Spread]:
    """Estimate every spread from the results under ``folder/trials``, and write them into the file of facts.

    Parameters
    ----------
    folder
        Holds ``trials/ID/result.json`` of any number of trials; those of validation trials are not opened.
    write
        Put the values into ``facts/between_trials.yaml``.

    Raises
    ------
    InputError
        If there is no result of a calibration trial.
    """
    names = [trial.id for trial in library.trials() if trial.use == "calibration"]
    there = [name for name in names if stored_results.has(folder, name)]
    if not there:
        raise InputError("holds no result of a calibration trial", field="folder", value=str(folder),
                         expected="DIR/trials/ID/result.json, one folder for each trial")
    pairs = [pair for name in there for pair in pairs_of(trial_to_fit(name, "folder"), stored_results.summary(folder,
                                                                                                              name))]
    found = spreads(pairs, library.between_trials().spreads)
    if write:
        changes: dict[tuple[str, ...], float] = {
            (each.key, "value"): each.value for each in found if each.estimated is not None
        }
        rewrite_values(library.between_trials_file(), changes)
    return found


def spreads(pairs: Sequence[TrialPair], known: Mapping[str, Quantity]) -> list[Spread]:
    """Return the spread of each key of `known` (``kind`` or ``setting.kind``) from the pairs that it concerns.

    Raises
    ------
    InputError
        If a pair is of a trial that is not marked ``use: calibration``.
    """
    for name in dict.fromkeys(pair.trial for pair in pairs):
        trial_to_fit(name, "spread between trials")
    larger = lost_freedom(len(pairs))
    return [_spread(key, number, [pair for pair in pairs if _concerns(pair, key)], larger)
            for key, number in known.items()]


def _concerns(pair: TrialPair, key: str) -> bool:
    setting, _, kind = key.rpartition(".")
    return same_spread(pair.kind, kind) and setting in ("", pair.disease)


def lost_freedom(pairs: int) -> float:
    """Return by how much differences of fitted trials are stretched: √(n/(n − p)) for n figures and p free numbers.

    Trials that were fitted look nearer than others will; as with the residuals of any fit, each free number takes a
    degree of freedom. With half of the figures or more lost to free numbers the estimate is not trusted further: √2.
    """
    free = sum(len(library.calibration(name).free) for name in library.calibrations())
    return math.sqrt(pairs / max(pairs - free, pairs / 2))


def _spread(key: str, number: Quantity, pairs: Sequence[TrialPair], larger: float) -> Spread:
    if len(pairs) < FEWEST:
        return Spread(key, number.value, None, number.value, len(pairs))
    estimated = paule_mandel([larger * (pair.published - pair.predicted) for pair in pairs],
                             [pair.predicted_sd**2 + pair.published_sd**2 for pair in pairs])
    low, high = number.range or (0.0, math.inf)
    return Spread(key, number.value, estimated, float(f"{min(max(estimated, low), high):.3g}"), len(pairs))


def paule_mandel(differences: Sequence[float], variances: Sequence[float]) -> float:
    """Return the spread that differences of mean zero have beyond their known variances, both of shape (n,)."""
    squares, known = np.square(differences), np.asarray(variances, dtype=float)

    def excess(spread: float) -> float:
        with np.errstate(divide="ignore"):
            return float(np.sum(squares / (known + spread**2))) - len(squares)

    if excess(0.0) <= 0:
        return 0.0
    return LARGEST if excess(LARGEST) > 0 else float(brentq(excess, 0.0, LARGEST, xtol=1e-6))


# ------------------------------------------------------------------------------------------------ reading results
def pairs_of(trial: Trial, summary: dict[str, Any]) -> list[TrialPair]:
    """Return every endpoint of a result that is published as well, on the scale of its kind.

    Published values of single arms come without interval; they are taken to scatter as the simulated ones of an arm of
    that size.
    """
    return [*_endpoints(trial, summary), *_contrasts(trial, summary)]


def _endpoints(trial: Trial, summary: dict[str, Any]) -> Iterable[TrialPair]:
    sizes, published = {arm.id: arm.n for arm in trial.arms}, trial.published.arms if trial.published else {}
    for arm in summary["arms"]:
        for name, cell in arm["endpoints"].items():
            target = published.get(arm["id"], {}).get(name)
            pair = None if target is None else _pair(trial, kind_of(name), cell, target, arm["n"] / sizes[arm["id"]])
            if pair is not None:
                yield pair


def _contrasts(trial: Trial, summary: dict[str, Any]) -> Iterable[TrialPair]:
    known = trial.published.contrasts if trial.published else []
    run, published = {arm["id"]: arm["n"] for arm in summary["arms"]}, {arm.id: arm.n for arm in trial.arms}
    simulated = {(each["endpoint"], each["arm"], each["reference"]): each for each in summary["contrasts"]}
    for each in known:
        found, target = simulated.get((each.endpoint, each.arm, each.reference)), each.hr or each.odds_ratio
        cell = None if found is None else ratio_of(found)
        if cell is None or target is None:
            continue
        arms = (each.arm, each.reference)
        larger = times_larger([run[arm] for arm in arms], [published[arm] for arm in arms])
        pair = _pair(trial, kind_of_contrast(each.endpoint), cell, target, larger, (each.low, each.high))
        if pair is not None:
            yield replace(pair, predicted_sd=cell["run_sd"])     # the arms have the same virtual patients


def _pair(trial: Trial, kind: str, cell: dict[str, Any], target: float, larger: float,
          limits: tuple[float | None, float | None] = (None, None)) -> TrialPair | None:
    """Return a pair; None where one side has no place on the scale, or chance is unknown."""
    scale = KINDS[kind]
    sd = sampling_sd(Estimate(cell["value"], cell["sampling_low"], cell["sampling_high"]), scale)
    if sd is None or (scale != "log" and target in (0.0, 100.0)):
        return None
    low, high = limits
    own = sd * math.sqrt(larger) if low is None or high is None else math.log(high / low) / (2 * PUBLISHED_Z)
    to = AXES[scale].to
    return TrialPair(trial.id, kind, library.disease_of(trial), to(cell["value"]), to(target), sd, own)
