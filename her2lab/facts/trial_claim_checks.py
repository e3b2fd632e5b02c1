"""The trials that statements of the review read, and whether the statements name only what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from her2lab.errors import InputError
from her2lab.facts.claims import Without
from her2lab.facts.management import Rule
from her2lab.facts.records import Distribution, Population, Trial
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.trial_claims import Setup, TrialCheck, TrialClaimFile
from her2lab.facts.trial_readouts import Limit, Readout
from her2lab.facts.trials import positive_time
from her2lab.facts.vocabulary import ADVERSE_EVENTS, BASELINE_KEYS, ENDPOINTS_SHOWN, TIME_ENDPOINTS, is_endpoint
from her2lab.nearest import did_you_mean, one_of

LEAST_PATIENTS = 2
ASSESSMENTS = ("tumour", "lvef", "blood")
AT_SURGERY = ("pcr", "pcr_breast")
# What came out in a patient and may define a stratum beside the properties: its words, or none for a number.
OUTCOMES: Mapping[str, Sequence[str]] = {
    "best_response": ("CR", "PR", "SD", "PD", "NE"), "serum_ecd_baseline": (), "baseline_sum_of_diameters": (),
}


@dataclass(frozen=True)
class Shelves:
    """Where trials, populations and rules are found.

    Attributes
    ----------
    trials
        The ids of the library's trials.
    trial
        Returns one of them.
    read
        Reads a trial file.
    population_of
        Returns the population of a trial.
    populations
        The ids of the populations.
    rules
        All management rules.
    priced
        The drugs that have a price.
    """

    trials: Sequence[str]
    trial: Callable[[str], Trial]
    read: Callable[[Document], Trial]
    population_of: Callable[[Trial], Population]
    populations: Sequence[str]
    rules: Callable[[], list[Rule]]
    priced: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Protocol:
    """A trial as it is run for statements: its protocol, whom it draws from, and how many."""

    trial: Trial
    people: Population
    patients: int


def protocols(document: Document, file: TrialClaimFile, names: Iterable[str], shelves: Shelves) -> dict[str, Protocol]:
    """Return the named trials of a file.

    Raises
    ------
    InputError
        If one is not in the file or the library, or is changed in what it does not have.
    """
    return {name: _protocol(document, file, name, shelves) for name in dict.fromkeys(names)}


def switched_off(protocol: Protocol, without: Without, rules: Sequence[Rule]) -> Protocol:
    """Return a trial in which every patient has the numbers that switch a mechanism off, and rules of organs are off.

    What is changed of drugs is no part of the protocol.
    """
    off = {rule.id: False for rule in rules if rule.organ in without.rules}
    numbers = {name: Distribution(kind="constant", value=value) for name, value in without.parameters.items()}
    people = protocol.people.model_copy(update={"parameters": {**protocol.people.parameters, **numbers}})
    trial = protocol.trial.model_copy(update={"rules": {**protocol.trial.rules, **off}})
    return Protocol(trial, people, protocol.patients)


def check_trial_claims(document: Document, file: TrialClaimFile, shelves: Shelves, only: Sequence[str] = ()) -> None:
    """Check that statements (those of `only`, default all) name trials, arms, properties and readouts that exist.

    Raises
    ------
    InputError
        For the first mistake, with its line.
    """
    chosen = [(n, claim) for n, claim in enumerate(file.claims) if not only or claim.id in only]
    sides = [(where, side) for n, claim in chosen for m, check in enumerate(claim.checks)
             for where, side in _sides(("claims", n, "checks", m), check)]
    for where, side in sides:
        _known(document, (*where, "trial"), "trial", side.trial, file.trials)
    known = protocols(document, file, [side.trial for _, side in sides] if only else file.trials, shelves)
    for where, side in sides:
        _check_side(document, where, side, known[side.trial], shelves)


def _sides(where: Where, check: TrialCheck) -> Iterator[tuple[Where, TrialCheck]]:
    yield where, check
    if (against := check.against()) is not None:
        yield (*where, "reference"), against


def _check_side(document: Document, where: Where, side: TrialCheck, protocol: Protocol, shelves: Shelves) -> None:
    arms = {arm.id: arm for arm in protocol.trial.arms}
    for field, arm in (("arm", side.arm), ("minus", side.minus)):
        if arm is not None:
            _known(document, (*where, field), "arm", arm, arms)
    for name, limit in side.where.items():
        _check_stratum(document, (*where, "where", name), name, limit, protocol.people)
    _check_readout(document, (*where, "read"), side.read, protocol.trial, shelves)


def _check_readout(document: Document, where: Where, read: Readout, trial: Trial, shelves: Shelves) -> None:
    drugs = sorted({line.drug for arm in trial.arms for line in arm.regimen})
    for n, event in enumerate(read.events or []):
        _known(document, (*where, "events", n), "adverse event", event, ADVERSE_EVENTS)
    for kind in ("stopped", "held", "reduced", "concentration", "intensity"):
        if (drug := getattr(read, kind)) is not None:
            _known(document, (*where, kind), "drug of the trial", drug, drugs)
    if read.organ is not None:
        _known(document, (*where, "organ"), "organ with rules", read.organ, sorted({r.organ for r in shelves.rules()}))
    if read.endpoint is not None:
        _check_endpoint(document, (*where, "endpoint"), read.endpoint, trial)
    if read.cost is not None:
        for drug in drugs:
            if drug not in shelves.priced():
                raise document.error((*where, "cost"), "a drug of the trial has no price", value=drug,
                                     expected="a price for each in facts/prices")


def _check_endpoint(document: Document, where: Where, name: str, trial: Trial) -> None:
    if not is_endpoint(name) or name in TIME_ENDPOINTS:
        _known(document, where, "endpoint", name, [each for each in ENDPOINTS_SHOWN if each not in TIME_ENDPOINTS])
    if name in AT_SURGERY and trial.surgery is None:
        raise document.error(where, "is read at surgery, and the trial has none", value=name)


def _check_stratum(document: Document, where: Where, name: str, limit: Limit, people: Population) -> None:
    """Check that a stratum is one of a property or of what came out, by numbers or by words as that has."""
    drawn = people.covariates.get(name)
    if name in OUTCOMES:
        words = list(OUTCOMES[name])
    elif drawn is not None:
        words = list(drawn.shares or {}) if drawn.kind == "categories" else []
    else:
        raise document.unknown(where, "property of a patient", name, [*people.covariates, *OUTCOMES])
    if isinstance(limit, tuple) == bool(words):
        raise document.error(where, "does not fit the property",
                             expected=one_of(words) if words else "a number, or the lowest and the highest")
    for word in limit if isinstance(limit, list) else ():
        _known(document, where, f"category of {name}", word, words)


def _check_property(document: Document, where: Where, name: str, people: Population) -> None:
    numeric = [each for each, drawn in people.covariates.items() if drawn.kind != "categories"]
    _known(document, where, "property of a patient (a number)", name, numeric)


# ------------------------------------------------------------------------------------------------ a trial as it is run
def _protocol(document: Document, file: TrialClaimFile, name: str, shelves: Shelves) -> Protocol:
    where = ("trials", name)
    setup = _like(document, file, name)
    trial = _origin(document, setup, ("trials", file.trials[name].like or name), shelves)
    _check_changes(document, setup, where, trial, shelves)
    if setup.population is not None:
        trial = trial.model_copy(update={"population": setup.population, "baseline": {}, "prior": None})
    off = {rule.id: False for rule in shelves.rules() if rule.organ in setup.without_rules}
    changed = trial.model_copy(update={
        "arms": [arm for arm in trial.arms if setup.arms is None or arm.id in setup.arms],
        "followup": trial.followup if setup.followup is None else positive_time(
            document, (*where, "followup"), setup.followup),
        "rules": {**trial.rules, **off, **setup.rules},
        "baseline": {**trial.baseline, **setup.baseline},
        "eligibility": {**trial.eligibility, **setup.eligibility},
        "assessments": {**trial.assessments, **{
            name: positive_time(document, (*where, "assessments", name), value)
            for name, value in setup.assessments.items()}},
        "endpoints": [],     # what is read is computed for its group
        "published": None,
    })
    people = _fix(document, setup, where, shelves.population_of(trial))
    return Protocol(changed, people, setup.patients or LEAST_PATIENTS)


def _like(document: Document, file: TrialClaimFile, name: str) -> Setup:
    """Return a setup complete: one that is like another with what it does not say taken from there."""
    setup = file.trials[name]
    if setup.like is None:
        return setup
    _known(document, ("trials", name, "like"), "trial that is not itself like another", setup.like,
           [each for each, other in file.trials.items() if other.like is None])
    return setup.after(file.trials[setup.like])


def _origin(document: Document, setup: Setup, where: Where, shelves: Shelves) -> Trial:
    if setup.library is not None:
        _known(document, (*where, "library"), "trial", setup.library, shelves.trials)
        return shelves.trial(setup.library)
    inside = (*where, "file")
    lines = {place[len(inside):]: line for place, line in document.lines.items() if place[:len(inside)] == inside}
    try:
        return shelves.read(Document(document.file, dict(setup.file or {}), lines))
    except InputError as problem:
        raise InputError(problem.message, file=problem.file, line=problem.line,
                         field=f"trials.{where[-1]}.file" + (f".{problem.field}" if problem.field else ""),
                         value=problem.value, expected=problem.expected) from None


def _check_changes(document: Document, setup: Setup, where: Where, trial: Trial, shelves: Shelves) -> None:
    rules = shelves.rules()
    for n, arm in enumerate(setup.arms or []):
        _known(document, (*where, "arms", n), "arm", arm, [each.id for each in trial.arms])
    for name in setup.rules:
        _known(document, (*where, "rules", name), "rule", name, [rule.id for rule in rules])
    for n, organ in enumerate(setup.without_rules):
        _known(document, (*where, "without_rules", n), "organ with rules", organ, sorted({r.organ for r in rules}))
    if setup.population is not None:
        _known(document, (*where, "population"), "population", setup.population, shelves.populations)
    for name in setup.baseline:
        _known(document, (*where, "baseline", name), "baseline key", name, BASELINE_KEYS)
    for name in setup.assessments:
        _known(document, (*where, "assessments", name), "assessment", name, ASSESSMENTS)


def _fix(document: Document, setup: Setup, where: Where, people: Population) -> Population:
    """Return the population with some properties the same in everybody, and some numbers drawn in another way."""
    for name in setup.fixed:
        _check_property(document, (*where, "fixed", name), name, people)
    fixed = {name: Distribution(kind="constant", value=value, unit=people.covariates[name].unit)
             for name, value in setup.fixed.items()}
    return people.model_copy(update={"covariates": {**people.covariates, **fixed},
                                     "parameters": {**people.parameters, **setup.parameters}})


def _known(document: Document, where: Where, what: str, name: str, allowed: Iterable[str] | Mapping[str, Any]) -> None:
    allowed = list(allowed)
    if name not in allowed:
        hint = did_you_mean(name, allowed)
        raise document.error(where, f"there is no such {what}{hint}", value=name,
                             expected=None if hint else one_of(allowed))
