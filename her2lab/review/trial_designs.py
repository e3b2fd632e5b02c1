"""The trials that claims read, as they are run: one of the library or of the claim's file, with what differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.library.trial_files import trial_in
from her2lab.facts.records import Distribution, Population, Trial
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.trials import positive_time
from her2lab.facts.vocabulary import BASELINE_KEYS
from her2lab.nearest import did_you_mean, one_of
from her2lab.review.records.claim import MechanismOff
from her2lab.review.records.virtual_trial import TrialClaimFile, TrialSetup

LEAST_PATIENTS = 2
ASSESSMENTS = ("tumour", "lvef", "blood")


@dataclass(frozen=True)
class TrialDesign:
    """A trial as it is run for claims: its protocol, whom it draws from, and how many patients each arm has."""

    trial: Trial
    people: Population
    patients: int


def trial_designs(document: Document, file: TrialClaimFile, names: Iterable[str]) -> dict[str, TrialDesign]:
    """Return the named trials of a file.

    Raises
    ------
    InputError
        If one is not in the file or the library, or is changed in what it does not have.
    """
    return {name: _design(document, file, name) for name in dict.fromkeys(names)}


def without_mechanism(design: TrialDesign, off: MechanismOff) -> TrialDesign:
    """Return a trial in which every patient has the numbers that switch a mechanism off, and rules of organs are off.

    What is changed of drugs is no part of the design.
    """
    rules = {rule.id: False for rule in library.rules() if rule.organ in off.rules}
    numbers = {name: Distribution(kind="constant", value=value) for name, value in off.parameters.items()}
    people = design.people.model_copy(update={"parameters": {**design.people.parameters, **numbers}})
    trial = design.trial.model_copy(update={"rules": {**design.trial.rules, **rules}})
    return TrialDesign(trial, people, design.patients)


def check_known(document: Document, where: Where, what: str, name: str, allowed: Iterable[str]) -> None:
    """Raise an InputError where a name is none of those allowed; the nearest is given."""
    allowed = list(allowed)
    if name not in allowed:
        hint = did_you_mean(name, allowed)
        raise document.error(where, f"there is no such {what}{hint}", value=name,
                             expected=None if hint else one_of(allowed))


def _design(document: Document, file: TrialClaimFile, name: str) -> TrialDesign:
    where = ("trials", name)
    setup = _like(document, file, name)
    trial = _origin(document, setup, ("trials", file.trials[name].like or name))
    _check_changes(document, setup, where, trial)
    if setup.population is not None:
        trial = trial.model_copy(update={"population": setup.population, "baseline": {}, "prior": None})
    off = {rule.id: False for rule in library.rules() if rule.organ in setup.without_rules}
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
    people = _fix(document, setup, where, library.population_of(trial))
    return TrialDesign(changed, people, setup.patients or LEAST_PATIENTS)


def _like(document: Document, file: TrialClaimFile, name: str) -> TrialSetup:
    """Return a setup complete: one that is like another with what it does not say taken from there."""
    setup = file.trials[name]
    if setup.like is None:
        return setup
    check_known(document, ("trials", name, "like"), "trial that is not itself like another", setup.like,
                [each for each, other in file.trials.items() if other.like is None])
    return setup.after(file.trials[setup.like])


def _origin(document: Document, setup: TrialSetup, where: Where) -> Trial:
    if setup.library is not None:
        check_known(document, (*where, "library"), "trial", setup.library, library.files("trials"))
        return library.trial(setup.library)
    inside = (*where, "file")
    def lines() -> dict[Where, int]:
        return {place[len(inside):]: line for place, line in document.lines.items() if place[:len(inside)] == inside}

    try:
        return trial_in(Document(document.file, dict(setup.file or {}), lines))
    except InputError as problem:
        raise InputError(problem.message, file=problem.file, line=problem.line,
                         field=f"trials.{where[-1]}.file" + (f".{problem.field}" if problem.field else ""),
                         value=problem.value, expected=problem.expected) from None


def _check_changes(document: Document, setup: TrialSetup, where: Where, trial: Trial) -> None:
    rules = library.rules()
    for n, arm in enumerate(setup.arms or []):
        check_known(document, (*where, "arms", n), "arm", arm, [each.id for each in trial.arms])
    for name in setup.rules:
        check_known(document, (*where, "rules", name), "rule", name, [rule.id for rule in rules])
    for n, organ in enumerate(setup.without_rules):
        check_known(document, (*where, "without_rules", n), "organ with rules", organ, sorted({r.organ for r in rules}))
    if setup.population is not None:
        check_known(document, (*where, "population"), "population", setup.population, library.files("populations"))
    for name in setup.baseline:
        check_known(document, (*where, "baseline", name), "baseline key", name, BASELINE_KEYS)
    for name in setup.assessments:
        check_known(document, (*where, "assessments", name), "assessment", name, ASSESSMENTS)


def _fix(document: Document, setup: TrialSetup, where: Where, people: Population) -> Population:
    """Return the population with some properties the same in everybody, and some numbers drawn in another way."""
    numeric = [each for each, drawn in people.covariates.items() if drawn.kind != "categories"]
    for name in setup.fixed:
        check_known(document, (*where, "fixed", name), "property of a patient (a number)", name, numeric)
    fixed = {name: Distribution(kind="constant", value=value, unit=people.covariates[name].unit)
             for name, value in setup.fixed.items()}
    return people.model_copy(update={"covariates": {**people.covariates, **fixed},
                                     "parameters": {**people.parameters, **setup.parameters}})
