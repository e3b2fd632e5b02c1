"""Are the drugs in virtual patients what they are in real ones? Simulated exposure beside what was measured.

Every observed exposure of a drug's file that names a regimen (``dosing``) is simulated in its population. The
statistic is the one that was published: a mean is compared with a mean, a typical value with the median.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from her2lab import population
from her2lab._types import Floats
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.quantity import Quantity
from her2lab.facts.records import Distribution, Drug, Exposure
from her2lab.facts.units import convert
from her2lab.population import Cohort
from her2lab.trial import exposure

PATIENTS, SEED = 200, 1
WITHIN = {"A": 20.0, "B": 20.0, "C": 30.0, "D": 30.0}  # percent, by the tier of a drug's pharmacokinetics
BAND = (5.0, 95.0)

ExposureKey = tuple[str, str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True)
class ExposureComparison:
    """One observed exposure and the simulated one, in the unit of the observation.

    `reason` says why it was not simulated; `value`, `low` and `high` are then None.
    """

    drug: Drug
    observed: Exposure
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    @property
    def difference(self) -> float | None:
        """Percent by which the simulated value is above the published one."""
        return None if self.value is None else 100 * (self.value / self.observed.value.value - 1)

    @property
    def limit(self) -> float:
        """Percent that a difference may have."""
        return WITHIN[self.drug.pharmacokinetics_tier or "D"]

    @property
    def within(self) -> bool | None:
        """Whether the difference is small enough; None if it was not simulated."""
        return None if self.difference is None else abs(self.difference) <= self.limit


def compare(drugs: Sequence[Drug], *, patients: int = PATIENTS, seed: int = SEED, jobs: int = 1,
            progress: Callable[[int, int], None] | None = None) -> list[ExposureComparison]:
    """Return a comparison for every observed exposure of the drugs that names a regimen.

    Parameters
    ----------
    drugs
        The drugs.
    patients, seed
        Virtual patients for each regimen and population, and the seed of the draw.
    jobs
        Threads.
    progress
        Called with (drugs done, drugs in all).
    """
    rows: list[ExposureComparison] = []
    for done, drug in enumerate(drugs):
        if progress is not None:
            progress(done, len(drugs))
        rows += _of(drug, patients, seed, jobs)
    return rows


def _of(drug: Drug, patients: int, seed: int, jobs: int) -> list[ExposureComparison]:
    observed = [each for each in drug.observed_exposure if each.dosing is not None]
    samplings: dict[ExposureKey, exposure.Sampling] = {}
    reasons: dict[ExposureKey, str] = {}
    for each in observed:
        key = _key(each)
        try:
            if each.window is None:
                raise InputError("names a regimen and no window", field="observed_exposure", value=each.dosing)
            before = samplings[key] if key in samplings else exposure.Sampling(
                library.regimens()[key[0]].regimen, _cohort(key, patients, seed), ())
            samplings[key] = exposure.Sampling(before.lines, before.cohort, (*before.windows, each.window))
        except InputError as problem:
            reasons[key] = str(problem)
    if not samplings:
        return [ExposureComparison(drug, each, reason=reasons[_key(each)]) for each in observed]
    levels = dict(zip(samplings, exposure.simulate(drug, list(samplings.values()), jobs), strict=True))
    return [_compared(drug, each, levels[_key(each)]) if _key(each) in levels
            else ExposureComparison(drug, each, reason=reasons[_key(each)]) for each in observed]


def _key(observed: Exposure) -> ExposureKey:
    return observed.dosing or "", observed.simulate_in, tuple(sorted(observed.properties.items()))


def _cohort(key: ExposureKey, patients: int, seed: int) -> Cohort:
    """Draw the patients of a population, some of whose properties are fixed."""
    _, name, properties = key
    people = library.population(name)
    fixed = {}
    for each, value in properties:
        if each not in people.covariates:
            raise InputError(f"population {name} has no such property", field="properties", value=each)
        fixed[each] = Distribution(kind="constant", value=value, unit=people.covariates[each].unit)
    return population.draw(people.replace(covariates={**people.covariates, **fixed}), patients, seed)


def _compared(drug: Drug, observed: Exposure, levels: exposure.Concentrations) -> ExposureComparison:
    if observed.analyte not in levels.values or observed.window is None:
        return ExposureComparison(drug, observed, reason=f"the model has no {observed.analyte} of this drug")
    found = levels.metric(observed.metric, observed.window, observed.analyte)
    unit = exposure.units(drug)[observed.analyte] + ("*day" if observed.metric == "area" else "")
    one = Quantity(value=1.0, unit=unit, assumption="the unit of the model")
    found = found * convert(one, observed.value.unit, molar_mass=drug.molar_mass)
    low, high = np.percentile(found, BAND)
    return ExposureComparison(drug, observed, _centre(found, observed.statistic), float(low), float(high))


def _centre(values: Floats, statistic: str) -> float:
    if statistic == "mean":
        return float(values.mean())
    if statistic == "geometric mean":
        return float(np.exp(np.log(values).mean()))
    return float(np.median(values))
