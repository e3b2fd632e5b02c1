"""From an outcome of a trial, or a statement, back to the numbers that move it most, and their sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from her2lab.explanation import cell_effects, outcomes, plain_data, scenarios, trial_effects
from her2lab.explanation.outcomes import RATIO
from her2lab.explanation.scenarios import Scenario
from her2lab.explanation.trial_effects import NumberEffects
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.provenance.fitted_by import fitted_to
from her2lab.provenance.numbers import Number, numbers
from her2lab.review import library as review
from her2lab.trial import sensitivity_steps
from her2lab.trial.results.trial_result import rounded

Progress = Callable[[float], None]


def of_outcome(trial: str, outcome: str, arm: str | None = None, *, everything: bool = False, patients: int,
               screened: int, seed: int, jobs: int = 1, progress: Progress | None = None) -> dict[str, Any]:
    """Return what was published of an outcome, and the numbers that move it most, with their sources.

    All numbers of the regimen's drugs and of the population that were fitted or have a range are moved once in a small
    cohort, those that move most once more, both ways, in a larger one.

    Parameters
    ----------
    everything
        Move also numbers that have a source and no range, and those of the model's modules.
    patients, screened
        Of each arm, in the second and the first step.
    seed, jobs, progress
        As :func:`effects.measure`.

    Raises
    ------
    InputError
        If there is no such trial, arm or outcome.
    """
    sizes = library.trace_names().sizes
    scenario = scenarios.of_outcome(trial, outcome, arm)
    candidates = _candidates(scenario, everything)
    cost = (len(candidates) * screened, 2 * sizes.refined * patients)
    first = cost[0] / sum(cost)

    def report(begun: float, share: float) -> Progress:
        return lambda part: None if progress is None else progress(begun + share * part)

    screen = trial_effects.measure(scenario, candidates, screened, seed, both=False, jobs=jobs,
                                   progress=report(0.0, first))
    chosen = [each.number for each in _by_size(screen, outcome)[:sizes.refined]]
    found = _by_size(trial_effects.measure(scenario, chosen, patients, seed, jobs=jobs, progress=report(first,
                                                                                                        1 - first)),
                     outcome)[:sizes.shown]
    value = next((each.effects[outcome].value for each in found), None)
    return {
        "trial": scenario.trial.id, "arm": scenario.arm, "reference": scenario.reference, "outcome": outcome,
        "unit": outcomes.unit(outcome), "value": rounded(value),
        "published": _published(library.trial(trial), scenario, outcome), "calibrations": fitted_to(scenario.trial.id),
        "moved": len(screen), "numbers": [plain_data.moved(each, [outcome]) for each in found],
    }


def of_claim(identifier: str, *, jobs: int = 1) -> dict[str, Any]:
    """Return a claim: checked on cells, with the numbers that move its readouts most; in trials, what it reads."""
    claims, sizes = review.cell_claims(), library.trace_names().sizes
    if identifier not in claims:
        return _of_trial_claim(identifier)
    claim = claims[identifier]
    candidates = [each for each in numbers() if each.folder != "populations" and each.is_free
                  and cell_effects.reads(claim, each)]
    readings = sorted(cell_effects.readings([claim], candidates, jobs), key=lambda each: -each.change)
    most = {each.number.id: each for each in reversed(readings)}     # the largest of each number stays
    order = sorted(most.values(), key=lambda each: -each.change)[:sizes.shown]
    return {
        "claim": claim.id, "states": claim.text, "moved": len({each.number.id for each in readings}),
        "holds": all(each.holds[0] for each in readings),
        "numbers": [{**plain_data.number(each.number), "effects": [plain_data.reading(each)]} for each in order],
    }


def of_trial(identifier: str) -> dict[str, Any]:
    """Return the published figures of a trial with their source, and what the trial is used for; nothing is run."""
    trial = library.trial(identifier)
    published = trial.published
    figures: list[dict[str, Any]] = []
    if published is not None:
        figures += [{"outcome": name, "arm": arm, "published": value}
                    for arm, known in published.arms.items() for name, value in known.items()]
        figures += [{"outcome": f"{each.endpoint}{RATIO}", "arm": each.arm, "reference": each.reference,
                     "published": each.hr} for each in published.contrasts if each.hr is not None]
    return {"trial": trial.id, "title": trial.title, "registry": trial.registry, "use": trial.use,
            "source": None if published is None else published.source, "calibrations": fitted_to(trial.id),
            "figures": figures, "claims": _claims_on(trial)}


# ------------------------------------------------------------------------------------------------ inside
def _candidates(scenario: Scenario, everything: bool) -> list[Number]:
    own = [each for each in numbers() if scenarios.uses(scenario, each)]
    if everything:
        population = {each.symbol for each in own if each.folder == "populations"}
        return [each for each in own if each.value is not None and (
            each.folder != "parameters" or (each.symbol not in population and sensitivity_steps.in_patient(each)))]
    return [each for each in own if each.folder != "parameters" and each.is_free]


def _by_size(moved: Sequence[NumberEffects], outcome: str) -> list[NumberEffects]:
    """Return numbers by the size of what they do to an outcome; what cannot be told comes last."""

    def size(each: NumberEffects) -> float:
        found = each.effects[outcome].elasticity
        return -1.0 if found is None else abs(found)

    return sorted(moved, key=size, reverse=True)


def _published(trial: Trial, scenario: Scenario, outcome: str) -> dict[str, Any] | None:
    """Return what was published of an outcome, with its source and what the trial is used for."""
    known = trial.published
    if known is None:
        return None
    event, _, grade = outcome.partition(" ")
    if outcome.endswith(RATIO):
        pair = (outcome.removesuffix(RATIO), scenario.arm, scenario.reference)
        value = next((each.hr for each in known.contrasts if (each.endpoint, each.arm, each.reference) == pair), None)
    elif grade:
        rates: dict[str, Any] = dict(known.adverse_events.get(scenario.arm, {}).get(event, {}))
        value = rates.get(grade)
    else:
        value = known.arms.get(scenario.arm, {}).get(outcome)
    return {"value": value, "source": known.source, "registry": trial.registry, "use": trial.use}


def _of_trial_claim(identifier: str) -> dict[str, Any]:
    claim = review.trial_claims()[identifier]
    designs = claim.designs()
    sides = [(side, designs[side.trial].trial) for side in claim.sides()]
    return {
        "claim": identifier, "states": claim.text,
        "reads": [dict(each) for each in dict.fromkeys(
            (("trial", trial.id), ("arm", side.arm), ("read", _read_in_words(side.read.model_dump(exclude_none=True))))
            for side, trial in sides)],
        "next": list(dict.fromkeys(
            f"{trial.id} {name} --arm {side.arm}" for side, trial in sides if trial.id in library.files("trials")
            if outcomes.known(name := side.read.endpoint or f"{side.read.hazard}{RATIO}"))),
    }


def _read_in_words(read: dict[str, Any]) -> str:
    return ", ".join(f"{name} {' or '.join(map(str, value)) if isinstance(value, list | tuple) else value}"
                     for name, value in read.items())


def _claims_on(trial: Trial) -> list[str]:
    """Return the claims of the review that read a trial."""
    return [name for name, claim in review.trial_claims().items()
            if any(each.trial.id == trial.id for each in claim.designs().values())]
