"""Weights of largest entropy for a table of plausible patients, and whether they help trials that were left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from her2lab._types import Bools, Floats
from her2lab.fitting.eligible_trials import trial_to_fit
from her2lab.population.weights import balance
from her2lab.weights.table import CandidateTable


@dataclass(frozen=True)
class LeftOut:
    """One trial whose outcomes were left out: how many, the effective size, and the misfit of its outcomes.

    Misfits are root mean squares in standard errors: without weights, and with those fitted to the other trials.
    """

    trial: str
    targets: int
    weights: Floats
    before: float
    after: float


@dataclass(frozen=True)
class Fitted:
    """Equal weights beside fitted ones, target by target.

    Attributes
    ----------
    weights
        Shape (n,), sum 1.
    errors
        Standard error of each target, percentage points, shape (k,).
    before, after
        Mean of each target without and with weights, percent, shape (k,).
    left_out
        The same for each trial with the outcomes of that trial left out; empty with one trial.
    """

    weights: Floats
    errors: Floats
    before: Floats
    after: Floats
    left_out: tuple[LeftOut, ...]

    @property
    def helps(self) -> bool | None:
        """Whether left-out outcomes come closer, on the whole and in most trials; None if nothing was left out."""
        if not self.left_out:
            return None
        before, after = self.left_out_misfit
        return after < before and 2 * sum(each.after < each.before for each in self.left_out) > len(self.left_out)

    @property
    def left_out_misfit(self) -> tuple[float, float]:
        """Root mean square over all left-out outcomes, without and with weights."""
        counts = np.array([each.targets for each in self.left_out])
        squares = np.array([(each.before**2, each.after**2) for each in self.left_out])
        before, after = np.sqrt(np.average(squares, axis=0, weights=counts))
        return float(before), float(after)


def weigh(table: CandidateTable) -> Fitted:
    """Return the weights that meet all targets as closely as their errors ask, and those with each trial left out.

    Of a trial that is left out its baseline mix stays a target: a trial's mix is known before its outcome.

    Raises
    ------
    InputError
        If a target is of a trial that is not marked ``use: calibration``.
    """
    names = list(dict.fromkeys(target.trial for target in table.targets))
    for name in names:
        trial_to_fit(name, "prevalence weights")
    errors = np.array([target.error(int(judged)) for target, judged in
                       zip(table.targets, (~np.isnan(table.values)).sum(axis=0), strict=True)])
    outcome = np.array([target.outcome for target in table.targets])
    of = {name: outcome & np.array([target.trial == name for target in table.targets]) for name in names}
    with_outcomes = [name for name in names if of[name].any()]
    equal = np.full(len(table.patients), 1 / len(table.patients))
    weights = _fit(table, errors, np.ones(len(table.targets), dtype=bool))
    left_out = []
    for name in with_outcomes if len(with_outcomes) > 1 else ():
        others = _fit(table, errors, ~of[name])
        left_out.append(LeftOut(name, int(of[name].sum()), others, misfit(table, errors, equal, of[name]),
                                misfit(table, errors, others, of[name])))
    return Fitted(weights, errors, means(table, equal), means(table, weights), tuple(left_out))


def means(table: CandidateTable, weights: Floats) -> Floats:
    """Return the weighted mean of each target over those in whom it can be told, percent, shape (k,)."""
    judged = ~np.isnan(table.values)
    return np.asarray(weights @ np.nan_to_num(table.values) / (weights @ judged))


def misfit(table: CandidateTable, errors: Floats, weights: Floats, chosen: Bools) -> float:
    """Return the root mean square of the chosen targets' misses, in standard errors."""
    published = np.array([target.published for target in table.targets])
    missed = (means(table, weights) - published) / errors
    return float(np.sqrt(np.mean(missed[chosen] ** 2)))


def _fit(table: CandidateTable, errors: Floats, chosen: Bools) -> Floats:
    """Return the weights for some of the targets.

    A patient in whom a target cannot be told takes no part in it: the weighted sum of the distances from the published
    value, over those in whom it can, should be zero.
    """
    published = np.array([target.published for target in table.targets])
    distances = np.nan_to_num(table.values - published)
    part = (~np.isnan(table.values)).mean(axis=0)
    names = [target.label for target in table.targets]
    return balance(distances[:, chosen], np.zeros(int(chosen.sum())), (errors * part)[chosen],
                   [name for name, one in zip(names, chosen, strict=True) if one])
