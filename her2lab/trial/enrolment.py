"""The patients of a trial: drawn, screened, and, where its population has a history, made by their earlier lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil

import numpy as np

from her2lab import population
from her2lab._types import AmountDone, Integers
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Distribution, Drug, Population, Trial
from her2lab.population import Cohort, random, weights
from her2lab.population.mix import mix
from her2lab.trial.eligibility import LEAST_SCREENED, MOST_SCREENED, first_eligible, screen
from her2lab.trial.prior_lines import BLOCK, PriorLines, PriorLinesOutcome

FIRST = 2.0        # candidates drawn at first, for each patient wanted
SPARE = 1.1        # drawn beyond what the yield so far asks for
A_LINE = 365.25    # days that a line counts in the progress of a candidate


def enrol(trial: Trial, n: int, people: Population, seed: int, *, drugs: Mapping[str, Drug] | None = None,
            jobs: int = 1, progress: AmountDone | None = None) -> Cohort:
    """Return the patients of a trial.

    Without earlier lines they are the first eligible ones of the population. With earlier lines they are candidates
    who went through them (:mod:`her2lab.trial.prior_lines`). These have lost the mix of the population, since who dies
    early or never progresses does not come to the next line; weights of largest entropy restore what the baseline keys
    speak of, and the patients are a sample by these weights. What else the lines have selected stays.

    Parameters
    ----------
    trial, people
        The protocol, and the population to draw from.
    n, seed
        Patients wanted, seed of the study.
    drugs
        Drugs by id that take the place of the library's.
    jobs
        Threads; the result is the same for any number.
    progress
        Called with (patient-days done, in all) of the earlier lines.

    Raises
    ------
    InputError
        If too few candidates are eligible, or come to this line.
    """
    lines = library.earlier_lines(trial, people)
    if not lines:
        return first_eligible(trial, n, lambda many: population.draw(people, many, seed, trial.baseline))
    history = PriorLines(trial, lines, {**library.changed_drugs(trial), **(drugs or {})}, jobs)
    drawn = BLOCK * ceil(FIRST * n / BLOCK)
    while True:
        candidates, funnel = _eligible(trial, people, seed, drawn)
        cost = round(len(candidates.patients) * len(lines) * A_LINE)

        def report(part: float, cost: int = cost) -> None:
            if progress is not None:
                progress(round(part * cost), cost)

        past = _past(history, trial, people, candidates, report)
        rows = np.flatnonzero(past.enters)
        pool = past.applied_to(candidates).select(rows)
        taken = by_mix(people, pool, candidates, n) if len(rows) else rows
        if len(taken) >= n:
            report(1.0)
            return pool.select(taken[:n])
        if drawn >= max(LEAST_SCREENED, MOST_SCREENED * n):
            raise InputError(f"only {len(taken)} of the {n} patients wanted come to this line: {funnel}, "
                             f"{len(rows)} left after the earlier lines",
                             field="prior" if trial.prior else "population",
                             expected="earlier lines on which patients progress")
        needed = drawn * (SPARE * n / len(taken) if len(taken) else 2.0)
        drawn = BLOCK * ceil(max(needed, drawn + 1) / BLOCK)


def enrol_one(trial: Trial, patient: int, people: Population, seed: int) -> Cohort:
    """Return one patient, by number, as its earlier lines left it.

    Raises
    ------
    InputError
        If its earlier lines do not lead to this trial.
    """
    numbers = np.array([patient], dtype=np.int64)
    cohort = population.draw(people, 1, seed, trial.baseline, patients=numbers)
    lines = library.earlier_lines(trial, people)
    if not lines:
        return cohort
    past = _past(PriorLines(trial, lines, library.changed_drugs(trial)), trial, people, cohort)
    if not past.enters[0]:
        number = int(past.left_at[0])
        what = "died on" if past.died[0] else "did not progress on"
        raise InputError(f"this patient {what} line {number} ({lines[number - 1].name}) and does not come to this "
                         "trial", field="patient", value=patient, expected="the number of another patient")
    return past.applied_to(cohort)


def by_mix(people: Population, pool: Cohort, candidates: Cohort, n: int) -> Integers:
    """Return the rows of `pool` that are taken so that its mix is that of `candidates`, in order.

    The wanted means are as uncertain as those of a trial of `n` patients, which keeps the weights within bounds.
    """
    wanted = mix(people, candidates, candidates)
    varied = wanted.std(axis=0) > 0
    means = wanted[:, varied].mean(axis=0)
    given = weights.balance(mix(people, pool, candidates)[:, varied], means, np.sqrt(means * (1.0 - means) / n))
    drawn = random.uniforms(pool.seed, pool.patients, "taken into the trial")[:, 0]
    return np.flatnonzero(weights.accepted(given, drawn))


def _eligible(trial: Trial, people: Population, seed: int, drawn: int) -> tuple[Cohort, str]:
    candidates = population.draw(people, drawn, seed, trial.baseline)
    rows, funnel = screen(candidates, trial.eligibility)
    if not len(rows):
        raise InputError(f"nobody is eligible: {funnel}", field="eligibility",
                         expected="limits that patients of the population meet")
    return candidates.select(rows), funnel


def before_entry(trial: Trial, people: Population, candidates: Cohort) -> Cohort:
    """Return candidates as they were during their earlier lines."""
    earlier = {name: Distribution(kind="constant", value=value) for name, value in people.before_entry.items()}
    baseline = {key: value for key, value in trial.baseline.items()
                if people.baseline_keys.get(key, "").partition(":")[0] not in earlier}
    return population.draw(people.replace(covariates={**people.covariates, **earlier}),
                           len(candidates.patients), candidates.seed, baseline, patients=candidates.patients)


def _past(history: PriorLines, trial: Trial, people: Population, candidates: Cohort,
          progress: Callable[[float], None] | None = None) -> PriorLinesOutcome:
    """Take candidates through their earlier lines, as they were before entry."""
    return history.of(candidates, before_entry(trial, people, candidates), progress)
