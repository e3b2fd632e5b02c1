"""The chance of a run in the ratio of two of its arms: how far it would move with other virtual patients.

Where the arms of a run have the same virtual patients their outcomes are pairs, and the usual variance of a ratio,
which takes arms as independent, is not that of the run. Each subject's influence on the log ratio is summed over the
arms that hold the same patient; the variance is the sum of squares of these sums (a sandwich by patients, which is the
infinitesimal jackknife).

Hazards: Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074 (robust variance of the Cox model), patients as clusters as in
Lee EW, Wei LJ, Amato DA 1992 (Survival Analysis: State of the Art, 237); residuals for Efron's ties as in Therneau TM,
Grambsch PM. Modeling Survival Data, Springer 2000, sections 3.3 and 7.1. Odds: the same of the logit of a share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Bools, Floats
from her2lab.trial.statistics.survival import Times

Side = tuple[Times, Sequence[str]]     # times of an arm, and the patient behind each
Answers = tuple[Bools, Sequence[str]]  # who of an arm met an endpoint, and the patient behind each


def log_hazard_ratio_sd(arm: Side, reference: Side, ratio: float) -> float:
    """Return the standard deviation of a log hazard ratio (Cox, Efron's ties) over runs with other patients.

    Parameters
    ----------
    arm, reference
        Times of both arms, with the names of the patients; a name that is in both is one patient.
    ratio
        The hazard ratio.
    """
    durations = np.concatenate([arm[0].durations, reference[0].durations])
    events = np.concatenate([arm[0].events, reference[0].events])
    treated = np.repeat([1.0, 0.0], [len(arm[0]), len(reference[0])])
    return _by_patient(_influence(durations, events, treated, ratio), [*arm[1], *reference[1]])


def log_odds_ratio_sd(arm: Answers, reference: Answers) -> float:
    """Return the standard deviation of a log odds ratio over runs with other patients; arguments as above."""
    influence = [sign * (met - met.mean()) / (len(met) * met.mean() * (1 - met.mean()))
                 for sign, met in ((1.0, arm[0].astype(float)), (-1.0, reference[0].astype(float)))]
    return _by_patient(np.concatenate(influence), [*arm[1], *reference[1]])


def _by_patient(influence: Floats, patients: Sequence[str]) -> float:
    who = np.unique(np.array(patients), return_inverse=True)[1]
    return math.sqrt(float(np.square(np.bincount(who, weights=influence)).sum()))


def _influence(durations: Floats, events: Bools, treated: Floats, ratio: float) -> Floats:
    """Return what each subject moves the log hazard ratio by, shape (n,): residual of the score over the information.

    At each time with d deaths Efron's likelihood has d terms, in term l a share l/d of the deaths being gone already.
    """
    moments, deaths = np.unique(durations[events], return_counts=True)
    of_term = np.repeat(np.arange(len(moments)), deaths)
    gone = (np.arange(len(of_term)) - np.repeat(np.cumsum(deaths) - deaths, deaths)) / deaths[of_term]
    weight = np.where(treated > 0, ratio, 1.0)
    place = np.searchsorted(moments, durations, side="right")      # the first `place` times have the subject at risk

    def at_risk(values: Floats) -> Floats:
        summed = np.bincount(place, weights=values, minlength=len(moments) + 1).astype(float)
        return np.asarray(np.cumsum(summed[::-1])[::-1][1:])

    def dying(values: Floats) -> Floats:
        return np.bincount(place[events] - 1, weights=values[events], minlength=len(moments)).astype(float)

    left = at_risk(weight)[of_term] - gone * dying(weight)[of_term]
    mean = (at_risk(weight * treated)[of_term] - gone * dying(weight * treated)[of_term]) / left
    information = float((mean * (1 - mean)).sum())

    def expected(group: float, share: NDArray[np.floating]) -> Floats:
        """The score that a subject of a group is expected to give at each time, shape (times,)."""
        factor = ratio if group else 1.0
        score = share * factor * (group - mean) / left
        return np.bincount(of_term, weights=score, minlength=len(moments)).astype(float)

    mean_of_time = np.bincount(of_term, weights=mean, minlength=len(moments)) / deaths
    residual = np.zeros(len(durations))
    for group in (0.0, 1.0):
        who = treated == group
        survived, died = expected(group, np.ones(len(gone))), expected(group, 1 - gone)
        until = np.concatenate([[0.0], np.cumsum(survived)])
        residual[who] = -until[place[who]]
        failed = who & events
        at = place[failed] - 1
        residual[failed] += survived[at] - died[at] + group - mean_of_time[at]
    return np.asarray(residual / information)
