"""The main endpoints of a trial in subgroups of its patients, beside what was published of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict

import numpy as np

from her2lab.facts.published import PublishedSubgroup
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import LANDMARK_MONTHS, RELAPSE, SUBGROUPS
from her2lab.trial.statistics import endpoints
from her2lab.trial.statistics.prediction import Predictor
from her2lab.trial.statistics.strata import MarkerLimits, column_of, strata
from her2lab.trial.statistics.subjects import ArmSubjects, counted
from her2lab.trial.statistics.summaries import ContrastSummary, EndpointSummary, contrast_summary, endpoint_summary

MAIN = ("orr", "pcr", "pfs_median", "os_median")


class SubgroupArm(TypedDict):
    """The endpoints of one arm in a subgroup of `n` patients."""

    id: str
    n: int
    endpoints: dict[str, EndpointSummary]


class PublishedFrom(TypedDict):
    """Where a published subgroup is from, and whether it has been seen by those who built the model."""

    source: str
    seen: bool


class SubgroupSummary(TypedDict):
    """The patients at one level of a property."""

    property: str
    level: str
    arms: list[SubgroupArm]
    contrasts: list[ContrastSummary]
    published: PublishedFrom | None


def compare(trial: Trial, arms: Sequence[ArmSubjects], names: Sequence[str], predictor: Predictor,
            limits: MarkerLimits, fewest: int) -> list[SubgroupSummary]:
    """Return every subgroup that is large enough: property, level, arms with endpoints, contrasts.

    Parameters
    ----------
    trial
        For what was published.
    arms
        The patients.
    names
        Endpoints of the result.
    predictor
        Gives the prediction intervals.
    limits
        Where measured markers are cut.
    fewest
        Patients whom each arm must have at a level.
    """
    known = {(each.property, each.level): each for each in trial.published.subgroups} if trial.published else {}
    return [_summary(trial, key, members, names, known.get(key), predictor)
            for key, members in _groups(arms, limits, fewest)]


def main_endpoints(names: Sequence[str]) -> list[str]:
    """Return the main ones of the endpoints of a result; of relapses the first landmark."""
    landmarks = [name for name in names if (at := LANDMARK_MONTHS.fullmatch(name)) and at[1] in RELAPSE]
    first = {name.split("_")[0]: name for name in reversed(landmarks)}
    return [name for name in names if name in MAIN or name in first.values()]


def _groups(arms: Sequence[ArmSubjects], limits: MarkerLimits,
            fewest: int) -> Iterator[tuple[tuple[str, str], list[ArmSubjects]]]:
    """Yield (property, level) with the arms reduced to it; nothing of a property that all patients share."""
    for name, possible in SUBGROUPS.items():
        if not all(column_of(name) in arm.table.columns for arm in arms):
            continue
        levels = [strata(name, arm.table[column_of(name)], limits) for arm in arms]
        if len({level for each in levels for level in np.unique(each).tolist()} - {""}) < 2:
            continue
        for level in possible:
            members = [arm.only((each == level).tolist()) for arm, each in zip(arms, levels, strict=True)]
            if all(len(counted(arm.table)) >= fewest for arm in members):
                yield (name, level), members


def _summary(trial: Trial, key: tuple[str, str], arms: Sequence[ArmSubjects], names: Sequence[str],
             known: PublishedSubgroup | None, predictor: Predictor) -> SubgroupSummary:
    published: Mapping[str, Mapping[str, float]] = known.arms if known else {}
    also = {name for values in published.values() for name in values if endpoints.simulated(name)}
    main = main_endpoints(names)
    shown = [*main, *sorted(also - set(main))]
    by_id = {arm.arm.id: arm for arm in arms}
    return {
        "property": key[0], "level": key[1],
        "arms": [{"id": arm.arm.id, "n": len(counted(arm.table)), "endpoints": {
            name: endpoint_summary(arm, name, published.get(arm.arm.id, {}).get(name), predictor) for name in shown
        }} for arm in arms],
        "contrasts": [contrast_summary(pair, by_id, known.contrasts if known else [], predictor)
                      for pair in _pairs(trial, names, known)],
        "published": {"source": known.source, "seen": known.seen} if known else None,
    }


def _pairs(trial: Trial, names: Sequence[str], known: PublishedSubgroup | None) -> list[tuple[str, str, str]]:
    """Return what is compared in a subgroup: hazards as in the whole trial, and what was published of the subgroup."""
    whole = [pair for pair in endpoints.pairs(trial, names) if pair[0] in endpoints.CONTRASTS]
    also = [(each.endpoint, each.arm, each.reference) for each in known.contrasts] if known else []
    there = {arm.id for arm in trial.arms}      # a trial may be run with some of its arms
    return list(dict.fromkeys(pair for pair in [*whole, *also] if {pair[1], pair[2]} <= there))
