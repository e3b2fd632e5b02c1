"""The same patients under several versions of the numbers, side by side in one batch.

Chance is keyed by patient, so that versions differ by the numbers alone. Patients of one version are rows like others:
many small runs cost what one large run does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from her2lab import biology, population
from her2lab._types import Floats, PartDone
from her2lab.biology.patient_interface import LATER_LINE_GROWTH
from her2lab.facts import library
from her2lab.facts.records import Arm, Drug, Population, Trial
from her2lab.population import Cohort
from her2lab.trial.conduct.arm import run_arm
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.context import DrugParameters, TrialContext
from her2lab.trial.enrolment import before_entry, enrol
from her2lab.trial.prior_lines import PriorLines, carried, run_prior_lines
from her2lab.trial.results.subject_table import subject_table

VERSION = "version"  # the property of a patient that says under which version it runs
HISTORY_SHARE = 0.5  # of the work, where there are earlier lines: for progress only


@dataclass(frozen=True)
class Variant:
    """One version of the numbers: the population to draw from, and drugs that take the place of the library's."""

    people: Population
    drugs: Mapping[str, Drug] = field(default_factory=dict)


def run_variants(setting: TrialContext, arms: Sequence[Arm], variants: Sequence[Variant], n: int, seed: int, *,
                 jobs: int = 1, progress: PartDone | None = None) -> pl.DataFrame:
    """Run some arms of a trial in `n` patients under each version; return the table of patients, with ``version``.

    The first version says who the patients are. Under others they go through their earlier lines again, if these use a
    number that differs; who does not come to the trial then is missing.

    Parameters
    ----------
    setting
        The trial's machinery, with the library's drugs.
    seed
        Of the study.
    jobs
        Threads; the result is the same for any number.
    progress
        Called with the part that is done, 0 to 1.

    Raises
    ------
    InputError
        As :func:`her2lab.trial.run_trial`.
    """
    trial = setting.trial
    share = HISTORY_SHARE if library.earlier_lines(trial, variants[0].people) else 0.0
    base = enrol(trial, n, variants[0].people, seed, jobs=jobs)
    cohorts = entrants(trial, base, variants, jobs=jobs, progress=_part(progress, 0.0, share))
    each = (1.0 - share) / len(arms)
    by_version = [variant_drug_parameters(setting.drug_parameters, variant) for variant in variants]
    conducts = [side_by_side(setting, arm, cohorts, by_version, jobs=jobs,
                             progress=_part(progress, share + place * each, each)) for place, arm in enumerate(arms)]
    return subject_table(trial, conducts, setting.gradings)


def side_by_side(setting: TrialContext, arm: Arm, cohorts: Sequence[Cohort], by_version: Sequence[DrugParameters], *,
                 jobs: int = 1,
                 progress: PartDone | None = None) -> ArmOutcome:
    """Run one arm in several cohorts at once, in each with the drug parameters of its own version.

    The rows of the result are those of the cohorts, one after the other; their property ``version`` counts from 0.
    """
    versions = replace(setting, drug_parameters=_by_variant(by_version))
    return run_arm(versions, arm, joined(cohorts), jobs=jobs, progress=progress)


def joined(cohorts: Sequence[Cohort]) -> Cohort:
    """Return the patients of several cohorts as one, told apart by ``version``.

    A constant that only some of them speak of has the value of the facts in the others.
    """
    properties = [cohort.properties.with_columns(pl.lit(place, dtype=pl.Int64).alias(VERSION))
                  for place, cohort in enumerate(cohorts)]
    names = dict.fromkeys(name for cohort in cohorts for name in cohort.parameters)
    parameters = {name: np.concatenate([_values(cohort, name) for cohort in cohorts]) for name in names}
    return Cohort(cohorts[0].seed, np.concatenate([cohort.patients for cohort in cohorts]),
                  pl.concat(properties, how="vertical_relaxed"), parameters)


def _values(cohort: Cohort, name: str) -> Floats:
    if name in cohort.parameters:
        return cohort.parameters[name]
    return np.full(len(cohort.patients), biology.assemble().constants[name].value, dtype=float)


def variant_drug_parameters(drug_parameters: DrugParameters, variant: Variant) -> DrugParameters:
    """Return the drug parameters of one version of the numbers."""
    return lambda drug, slot, cohort: drug_parameters(variant.drugs.get(drug.id, drug), slot, cohort)


def _by_variant(by_version: Sequence[DrugParameters]) -> DrugParameters:
    def drug_parameters(drug: Drug, slot: str, cohort: Cohort) -> Mapping[str, Floats]:
        numbers, found = cohort.properties[VERSION].to_numpy(), dict[str, Floats]()
        for number in np.unique(numbers):
            rows = np.flatnonzero(numbers == number)
            for name, values in by_version[number](drug, slot, cohort.select(rows)).items():
                found.setdefault(name, np.empty(len(numbers)))[rows] = values
        return found

    return drug_parameters


# ------------------------------------------------------------------------------------------------ earlier lines
def entrants(trial: Trial, base: Cohort, variants: Sequence[Variant], *, jobs: int = 1,
             progress: PartDone | None = None) -> list[Cohort]:
    """Return, for each version, the patients of `base` (who came under the first one) who come to the trial."""
    lines = library.earlier_lines(trial, variants[0].people)
    drawn = [population.draw(variant.people, len(base.patients), base.seed, trial.baseline, patients=base.patients)
             for variant in variants]
    if not lines:
        return drawn
    settings = PriorLines(trial, lines, jobs=jobs).settings
    left = {name: base.parameters[name] for name in carried(settings[0].model)[0]}
    found = [cohort.with_parameters(left) for cohort in drawn]
    given = {line.drug for setting in settings for arm in setting.trial.arms for line in arm.regimen}
    again = [place for place, variant in enumerate(variants) if _reaches_back(variant, variants[0], given)]
    if not again:
        return found
    by_version = [variant_drug_parameters(settings[0].drug_parameters, variants[place]) for place in again]
    candidates = joined([drawn[place] for place in again])
    before = joined([before_entry(trial, variants[place].people, drawn[place]) for place in again])
    moved = [replace(setting, drug_parameters=_by_variant(by_version)) for setting in settings]
    past = run_prior_lines(lines, moved, candidates, before, jobs, progress)
    lived, numbers = past.applied_to(candidates), candidates.properties[VERSION].to_numpy()
    for number, place in enumerate(again):
        entered = lived.select(np.flatnonzero((numbers == number) & past.enters))
        found[place] = replace(entered, properties=entered.properties.drop(VERSION))
    return found


def _reaches_back(variant: Variant, base: Variant, given: set[str]) -> bool:
    """Return whether a version differs from the first one in something that earlier lines use."""
    if any(name in given and drug != base.drugs.get(name) for name, drug in variant.drugs.items()):
        return True
    return _used_before(variant.people) != _used_before(base.people)


def _used_before(people: Population) -> tuple[Any, ...]:
    parameters = {name: each for name, each in people.parameters.items() if not name.endswith(LATER_LINE_GROWTH)}
    return people.covariates, parameters


def _part(progress: PartDone | None, begun: float, share: float) -> PartDone | None:
    return None if progress is None else lambda part: progress(begun + share * part)
