"""From a number, or a drug's numbers, to the outcomes and statements that they move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from her2lab.errors import InputError
from her2lab.explanation import cell_effects, plain_data, scenarios, trial_effects
from her2lab.explanation.outcomes import GRADES, RATIO, SIZE
from her2lab.explanation.scenarios import Scenario
from her2lab.explanation.trial_effects import Effect, NumberEffects
from her2lab.facts import library
from her2lab.provenance.numbers import Number, of_drug
from her2lab.review import library as review
from her2lab.review.trial_claim import TrialClaim
from her2lab.trial import sensitivity_steps
from her2lab.trial.results.trial_result import rounded

Progress = Callable[[float], None]
Pair = tuple[Scenario, Number]

CERTAIN = 2.0        # standard errors from which on an effect is more than chance
DUST = 1e-6          # elasticity of what does not move but by rounding
SMALLEST = 1e-3      # change of a readout in the dish that is shown, relative
MOST_EVENTS = 6      # adverse events shown of each trial
MOST_EFFECTS = 3     # effects shown of each number of a drug


def of_number(numbers: Sequence[Number], *, trials: Sequence[str] = (), patients: int, seed: int, jobs: int = 1,
              progress: Progress | None = None) -> dict[str, Any]:
    """Return where a number comes from and what it moves.

    Parameters
    ----------
    numbers
        The number, as each file that holds it has it.
    trials
        Trials to run it in; none: a few references that use it.
    patients, seed, jobs, progress
        As :func:`effects.measure`.

    Raises
    ------
    InputError
        If there is no such trial, or it does not use the number.
    """
    pairs = [_pair(name, numbers) for name in trials] or list(_references(numbers))
    measured: list[tuple[Scenario, NumberEffects]] = []
    for place, (scenario, number) in enumerate(pairs):

        def report(part: float, place: int = place) -> None:
            if progress is not None:
                progress((place + part) / len(pairs))

        found = trial_effects.measure(scenario, [number], patients, seed, to_ends=True, adverse=True, jobs=jobs,
                                      progress=report)
        measured += [(scenario, each) for each in found]
    in_dish = next((each for each in numbers if each.folder != "populations"), numbers[0])
    readings = cell_effects.readings(list(review.cell_claims().values()), [in_dish], jobs)
    shown = sorted((each for each in readings if each.change >= SMALLEST), key=lambda each: -each.change)
    return {
        "number": numbers[0].symbol, "numbers": [plain_data.number(each) for each in numbers],
        "trials": [_in_trial(scenario, moved) for scenario, moved in measured],
        "claims": [plain_data.reading(each) for each in shown],
        "claims_not_moved": sorted({each.claim.id for each in readings} - {each.claim.id for each in shown}),
        "claims_in_trials": [_in_claim(claim, names, measured) for claim, names in _trial_claims(numbers)],
    }


def of_drug_numbers(drug: str, *, trials: Sequence[str] = (), patients: int, seed: int, jobs: int = 1,
                    progress: Progress | None = None) -> dict[str, Any]:
    """Return the numbers of a drug, each with its source and what it moves most in one trial; see :func:`of_number`."""
    numbers = list(of_drug(drug))
    pairs = [_pair(name, numbers[:1]) for name in trials[:1]] or list(_references(numbers[:1]))
    measured: list[NumberEffects] = []
    scenario = None
    if pairs:
        scenario = pairs[0][0]
        measured = trial_effects.measure(scenario, numbers, patients, seed, both=False, adverse=True, jobs=jobs,
                                   progress=progress)
    by_id = {each.number.id: each for each in measured}
    claims = [claim for claim in review.cell_claims().values() if cell_effects.reads(claim, numbers[0])]
    return {
        "drug": drug, "trial": None if scenario is None else scenario.trial.id,
        "arm": None if scenario is None else scenario.arm,
        "numbers": [_most(by_id[each.id]) if each.id in by_id else {**plain_data.number(each), "effects": []}
                    for each in numbers],
        "claims": [{"claim": claim.id, "states": claim.text} for claim in claims],
        "claims_in_trials": [_in_claim(claim, names, []) for claim, names in _trial_claims(numbers[:1])],
    }


# ------------------------------------------------------------------------------------------------ where it is used
def _pair(trial: str, numbers: Sequence[Number]) -> Pair:
    scenario = _scene(trial, numbers)
    number = _used(scenario, numbers)
    if number is None:
        raise InputError(f"does not use {numbers[0].symbol}", field="trials", value=trial,
                         expected="a trial with its drug, or of its population")
    return scenario, number


def _references(numbers: Sequence[Number]) -> Iterator[Pair]:
    """Give a few trials that use a number: references of the plan, one for each kind of disease before others."""
    plan = [each.trial for each in library.credibility_plan().sensitivity.references]
    drug = numbers[0].holder if numbers[0].folder == "drugs" else None
    found = [pair for pair in (_try(name, numbers) for name in plan) if pair is not None]
    if not found:
        using = [trial for trial in library.trials()
                 if (drug is not None and any(line.drug == drug for arm in trial.arms for line in arm.regimen))
                 or trial.population in {each.holder for each in numbers}]
        using.sort(key=lambda trial: trial.use != "calibration")
        found = [pair for pair in (_try(trial.id, numbers) for trial in using) if pair is not None]
    kinds = [library.disease_of(scenario.trial) for scenario, _ in found]
    first = [place for place, kind in enumerate(kinds) if kinds.index(kind) == place]
    order = [*first, *(place for place in range(len(found)) if place not in first)]
    yield from (found[place] for place in order[:library.trace_names().sizes.trials])


def _try(trial: str, numbers: Sequence[Number]) -> Pair | None:
    scenario = _scene(trial, numbers)
    number = _used(scenario, numbers)
    return None if number is None else (scenario, number)


def _scene(trial: str, numbers: Sequence[Number]) -> Scenario:
    """Return a trial as it is run; where tumours are measured, their smallest size is read as well."""
    scenario = scenarios.of_trial(trial, numbers[0].holder if numbers[0].folder == "drugs" else None)
    early = library.disease_of(scenario.trial) == "early"
    return scenario if early else replace(scenario, outcomes=(SIZE, *scenario.outcomes))


def _used(scenario: Scenario, numbers: Sequence[Number]) -> Number | None:
    """Return which of the values of a number holds in a trial: its population's before that of the module."""
    there = [each for each in numbers if scenarios.uses(scenario, each)
             and (each.folder != "parameters" or sensitivity_steps.in_patient(each))]
    return min(there, key=lambda each: each.folder == "parameters", default=None)


def _trial_claims(numbers: Sequence[Number]) -> Iterator[tuple[TrialClaim, list[str]]]:
    """Give the claims that are virtual trials and use a number, with the ids of these trials."""
    holders = {each.holder for each in numbers}
    for claim in review.trial_claims().values():
        trials = [each.trial for each in claim.designs().values()]
        used = [trial.id for trial in trials
                if trial.population in holders or numbers[0].folder == "parameters"
                or any(line.drug in holders for arm in trial.arms for line in arm.regimen)]
        if used:
            yield claim, list(dict.fromkeys(used))


# ------------------------------------------------------------------------------------------------ as data
def _in_trial(scenario: Scenario, moved: NumberEffects) -> dict[str, Any]:
    events = [name for name in moved.effects if name.partition(" ")[2] in GRADES]
    others = [name for name in moved.effects if name not in events]
    changed = sorted((name for name in events if moved.effects[name].change > 0),
                     key=lambda name: -moved.effects[name].change)[:MOST_EVENTS]
    return {
        "trial": scenario.trial.id, "arm": scenario.arm, "reference": scenario.reference, "use": scenario.trial.use,
        "population": scenario.trial.population if isinstance(scenario.trial.population, str) else "of the file",
        "id": moved.number.id, "factors": rounded(list(moved.factors)),
        "effects": [plain_data.effect(moved.effects[name]) for name in [*others, *changed]
                    if moved.effects[name].value is not None],
    }


def _most(moved: NumberEffects) -> dict[str, Any]:
    """Return a number of a drug with the outcomes that it moves most, by more than chance."""

    def size(effect: Effect) -> float:
        if effect.elasticity is None or (effect.chance is not None
                                         and abs(effect.elasticity) < CERTAIN * effect.chance):
            return 0.0
        return abs(effect.elasticity)

    names = sorted(moved.effects, key=lambda name: -size(moved.effects[name]))
    return plain_data.moved(moved, [name for name in names[:MOST_EFFECTS] if size(moved.effects[name]) > DUST])


def _in_claim(claim: TrialClaim, trials: Sequence[str],
              measured: Sequence[tuple[Scenario, NumberEffects]]) -> dict[str, Any]:
    """Return a claim that is a virtual trial, with the effects on what it reads that have been measured."""
    read = {side.read.endpoint or f"{side.read.hazard}{RATIO}"
            for side in claim.sides() if side.read.endpoint or side.read.hazard}
    return {
        "claim": claim.id, "states": claim.text, "trials": list(trials),
        "effects": [{"trial": scenario.trial.id, **plain_data.effect(moved.effects[name])} for scenario,
                    moved in measured
                    if scenario.trial.id in trials for name in sorted(read) if name in moved.effects],
    }
