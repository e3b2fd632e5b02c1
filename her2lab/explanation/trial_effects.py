"""What numbers move in one trial: its outcomes with each number as it is, lower and higher, in one small cohort."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from her2lab import trial as room
from her2lab._types import Integers
from her2lab.explanation import outcomes
from her2lab.explanation.outcomes import RATIO
from her2lab.explanation.scenarios import Scenario
from her2lab.facts import library
from her2lab.population import random
from her2lab.provenance.numbers import Number
from her2lab.trial import sensitivity_steps
from her2lab.trial.variants import VERSION, Variant, run_variants

Progress = Callable[[float], None]
Ends = tuple[float, ...]  # logarithms of the factors of a number: down, up, to the ends of its range; 0: not moved

LEAST_KNOWN = 0.5  # of the resamples, for their spread to be stated


@dataclass(frozen=True)
class Effect:
    """One outcome with the number as it is, lower and higher (None where it cannot be estimated).

    `elasticity` is its relative change by that of the number, `chance` its standard error in this cohort; `bottom` and
    `top` are the outcome at the ends of the number's range.
    """

    outcome: str
    value: float | None
    low: float | None
    high: float | None
    elasticity: float | None
    chance: float | None
    bottom: float | None = None
    top: float | None = None

    @property
    def change(self) -> float:
        """By how much it differs at most from one version to another, 0 where that cannot be said."""
        known = [each for each in (self.value, self.low, self.high, self.bottom, self.top) if each is not None]
        return max(known) - min(known) if known else 0.0


@dataclass(frozen=True)
class NumberEffects:
    """What one number moves: the factors by which it was multiplied, and the effects by outcome."""

    number: Number
    factors: tuple[float, float]
    effects: Mapping[str, Effect]


def measure(scenario: Scenario, numbers: Sequence[Number], patients: int, seed: int, *, both: bool = True,
            to_ends: bool = False, adverse: bool = False, jobs: int = 1,
            progress: Progress | None = None) -> list[NumberEffects]:
    """Move numbers one at a time in one trial and read its outcomes, in one batch.

    Parameters
    ----------
    scenario
        The trial and what is read.
    numbers
        Those that cannot be moved (zero, or at both ends of their range) are left out of the answer.
    patients, seed
        Of each arm; the same patients and chance for every number.
    both
        Move down and up; otherwise only to the end that is farther away.
    to_ends
        Move to the ends of their ranges as well.
    adverse
        Read rates of adverse events as well.
    jobs
        Threads; the result is the same for any number.
    progress
        Called with the part that is done, 0 to 1.
    """
    ends = {number.id: _ends(number, both, to_ends) for number in numbers}
    chosen = [number for number in numbers if any(ends[number.id])]
    people = library.population_of(scenario.trial)
    variants, places = [Variant(people)], dict[str, list[int]]()
    for number in chosen:
        places[number.id] = []
        for end in ends[number.id]:
            places[number.id].append(len(variants) if end else 0)
            if end:
                variants.append(sensitivity_steps.variant(number, math.exp(end), people))
    table = run_variants(room.trial_context(scenario.trial), scenario.arms, variants, patients, seed, jobs=jobs,
                         progress=progress)
    read = _Reading(scenario, table, seed, adverse=adverse)
    return [NumberEffects(number, (math.exp(ends[number.id][0]), math.exp(ends[number.id][1])),
                  read.effects(places[number.id], ends[number.id])) for number in chosen]


def _ends(number: Number, both: bool, to_ends: bool) -> Ends:
    if number.value == 0:
        return 0.0, 0.0
    spread = library.credibility_plan().sensitivity.spread
    low, high = sensitivity_steps.bounds(number.value, number.range, spread)
    near = (min(low, 0.0), max(high, 0.0)) if both else (0.0, high) if high >= -low else (low, 0.0)
    if not to_ends or number.range is None or number.value is None:
        return near
    bottom, top = (math.log(end / number.value) if end > 0 else 0.0 for end in number.range)
    return (*near, min(bottom, 0.0), max(top, 0.0))


def elasticity(value: float | None, low: float | None, high: float | None, ends: Ends) -> float | None:
    """Return the elasticity between both ends; where one is not reached, as a median may not be, up to the other."""
    if low is None:
        return sensitivity_steps.slope(value, high, ends[1])
    if high is None:
        return sensitivity_steps.slope(low, value, -ends[0])
    return sensitivity_steps.slope(low, high, ends[1] - ends[0])


class _Reading:
    """The table of patients of all versions, from which effects are read."""

    def __init__(self, scenario: Scenario, table: pl.DataFrame, seed: int, *, adverse: bool) -> None:
        self.scenario, self.seed = scenario, seed
        self.tables: dict[tuple[int, str], pl.DataFrame] = {}
        for (version, arm), people in table.filter(pl.col("status") == "ok").group_by(VERSION, "arm"):
            self.tables[int(str(version)), str(arm)] = people.sort("patient")
        self.names = [*scenario.outcomes, *(outcomes.adverse_events(self.tables[0, scenario.arm]) if adverse else [])]

    def effects(self, versions: Sequence[int], ends: Ends) -> dict[str, Effect]:
        """Return the effects on all outcomes of a number that has been moved to `ends` in these versions."""
        return {name: (self._ratio if name.endswith(RATIO) else self._effect)(name, versions, ends)
                for name in self.names}

    def _effect(self, name: str, versions: Sequence[int], ends: Ends) -> Effect:
        """Return the effect on an outcome of one arm, in the patients who are there in all versions."""
        tables = [self._people(version, self.scenario.arm) for version in (0, *versions)]
        there = set(tables[0]["patient"]).intersection(*(each["patient"] for each in tables[1:]))
        same = [each.filter(pl.col("patient").is_in(list(there))) for each in tables]
        reads = [outcomes.reader(each, name) for each in same]
        everybody = np.arange(len(there))
        value, low, high, *far = (read(everybody) for read in reads)
        again = [elasticity(reads[0](rows), reads[1](rows), reads[2](rows), ends)
                 for rows in self._resamples(len(there))]
        known = [each for each in again if each is not None]
        chance = float(np.std(known)) if again and len(known) >= LEAST_KNOWN * len(again) else None
        return Effect(name, value, low, high, elasticity(value, low, high, ends), chance, *far)

    def _ratio(self, name: str, versions: Sequence[int], ends: Ends) -> Effect:
        reference = str(self.scenario.reference)
        value, low, high, *far = (
            outcomes.ratio(self._people(version, self.scenario.arm), self._people(version, reference), name)
            for version in (0, *versions))
        return Effect(name, value, low, high, elasticity(value, low, high, ends), None, *far)

    def _people(self, version: int, arm: str) -> pl.DataFrame:
        found = self.tables.get((version, arm))
        return self.tables[0, arm].clear() if found is None else found

    def _resamples(self, n: int) -> list[Integers]:
        """Return patients drawn with replacement, the same for every number."""
        if n == 0:
            return []
        times = np.arange(library.trace_names().sizes.resamples)
        drawn = random.uniforms(self.seed, times, "resample of a trace", n)
        return list(np.floor(drawn * n).astype(np.int64))
