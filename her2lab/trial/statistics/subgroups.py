"""The main endpoints of a trial in subgroups of its patients, beside what was published of them.

A subgroup is an arm in which everybody else counts in no statistic, as who could not be integrated does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from her2lab.facts.published import PublishedSubgroup
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import LANDMARK_MONTHS, RELAPSE, SUBGROUPS
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.results import entries, tables
from her2lab.trial.statistics import endpoints, strata
from her2lab.trial.statistics.prediction import Predictor

FEWEST = 20                                 # patients of each arm at a level
MAIN = ("orr", "pcr", "pfs_median", "os_median")
OUTSIDE = "not in the subgroup"


def compare(trial: Trial, arms: Sequence[ArmOutcome], names: Sequence[str], predictor: Predictor) -> list[dict[str,
                                                                                                               Any]]:
    """Return every subgroup that is large enough: property, level, arms with endpoints, contrasts.

    Parameters
    ----------
    trial
        For what was published.
    arms
        What happened.
    names
        Endpoints of the result.
    predictor
        Gives the prediction intervals.
    """
    known = {(each.property, each.level): each for each in trial.published.subgroups} if trial.published else {}
    return [_subgroup(trial, key, members, names, known.get(key), predictor) for key, members in _groups(arms)]


def _groups(arms: Sequence[ArmOutcome]) -> Iterator[tuple[tuple[str, str], list[ArmOutcome]]]:
    """Yield (property, level) with the arms reduced to it; nothing of a property that all patients share."""
    for name, possible in SUBGROUPS.items():
        values = [_levels(arm, name) for arm in arms]
        there = {level for each in values if each is not None for level in np.unique(each).tolist()} - {""}
        if len(there) < 2:
            continue
        for level in possible:
            members = [replace(arm, status=np.where(each == level, arm.status, OUTSIDE))
                       for arm, each in zip(arms, values, strict=True) if each is not None]
            if len(members) == len(arms) and all(arm.ok.sum() >= FEWEST for arm in members):
                yield (name, level), members


def _levels(arm: ArmOutcome, name: str) -> NDArray[np.str_] | None:
    """Return the level of each patient, shape (n,), "" where it is unknown; None if the model does not have it."""
    if name == tables.SERUM_HER2:
        return strata.level_of(name, arm.visits.first(name, len(arm.status))) if name in arm.visits.names else None
    properties = arm.cohort.properties
    return strata.level_of(name, properties[name].to_numpy()) if name in properties.columns else None


def _subgroup(trial: Trial, key: tuple[str, str], arms: Sequence[ArmOutcome], names: Sequence[str],
              known: PublishedSubgroup | None, predictor: Predictor) -> dict[str, Any]:
    published = known.arms if known else {}
    also = {name for values in published.values() for name in values if endpoints.simulated(name)}
    shown = [*_main(names), *sorted(also - set(_main(names)))]
    by_id = {arm.arm.id: arm for arm in arms}
    return {
        "property": key[0], "level": key[1],
        "arms": [{"id": arm.arm.id, "n": int(arm.ok.sum()), "endpoints": {
            name: entries.endpoint(arm, name, published.get(arm.arm.id, {}).get(name), predictor) for name in shown
        }} for arm in arms],
        "contrasts": [entries.contrast(pair, by_id, known.contrasts if known else [], predictor)
                      for pair in _pairs(trial, names, known)],
        "published": known and {"source": known.source, "seen": known.seen},
    }


def _main(names: Sequence[str]) -> list[str]:
    """Return the main ones of the endpoints of a result; of relapses the first landmark."""
    landmarks = [name for name in names if (at := LANDMARK_MONTHS.fullmatch(name)) and at[1] in RELAPSE]
    first = {name.split("_")[0]: name for name in reversed(landmarks)}
    return [name for name in names if name in MAIN or name in first.values()]


def _pairs(trial: Trial, names: Sequence[str], known: PublishedSubgroup | None) -> list[tuple[str, str, str]]:
    """Return what is compared in a subgroup: hazards as in the whole trial, and what was published of the subgroup."""
    whole = [pair for pair in endpoints.pairs(trial, names) if pair[0] in endpoints.CONTRASTS]
    also = [(each.endpoint, each.arm, each.reference) for each in known.contrasts] if known else []
    there = {arm.id for arm in trial.arms}      # a trial may be run with some of its arms
    return list(dict.fromkeys(pair for pair in [*whole, *also] if {pair[1], pair[2]} <= there))
