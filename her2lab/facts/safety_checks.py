"""The trials that statements on safety read, and whether the statements name only what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from her2lab.errors import InputError
from her2lab.facts.management import Rule
from her2lab.facts.names import did_you_mean, one_of
from her2lab.facts.records import Distribution, Population, Trial
from her2lab.facts.safety import Readout, SafetyCheck, SafetyClaimFile, Setup
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.trials import positive_time
from her2lab.facts.vocabulary import ADVERSE_EVENTS, BASELINE_KEYS, ENDPOINTS_SHOWN, is_endpoint

LEAST_PATIENTS = 2
ASSESSMENTS = ("tumour", "lvef", "blood")


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
    rules
        All management rules.
    """

    trials: Sequence[str]
    trial: Callable[[str], Trial]
    read: Callable[[Document], Trial]
    population_of: Callable[[Trial], Population]
    rules: Callable[[], list[Rule]]


@dataclass(frozen=True)
class Protocol:
    """A trial as it is run for statements: its protocol, whom it draws from, and how many."""

    trial: Trial
    people: Population
    patients: int


def protocols(document: Document, file: SafetyClaimFile, names: Iterable[str], shelves: Shelves) -> dict[str, Protocol]:
    """Return the named trials of a file.

    Raises
    ------
    InputError
        If one is not in the file or the library, or is changed in what it does not have.
    """
    return {name: _protocol(document, file, name, shelves) for name in dict.fromkeys(names)}


def check_safety(document: Document, file: SafetyClaimFile, shelves: Shelves, only: Sequence[str] = ()) -> None:
    """Check that statements (those of `only`, default all) name trials, arms, properties and readouts that exist.

    Raises
    ------
    InputError
        For the first mistake, with its line.
    """
    chosen = [(n, claim) for n, claim in enumerate(file.claims) if not only or claim.id in only]
    for n, claim in chosen:
        for m, check in enumerate(claim.checks):
            for where, side in _sides(("claims", n, "checks", m), check):
                _known(document, (*where, "trial"), "trial", side.trial, file.trials)
    used = [side.trial for _, claim in chosen for check in claim.checks for side in (check, check.against())]
    known = protocols(document, file, used if only else file.trials, shelves)
    for n, claim in chosen:
        for m, check in enumerate(claim.checks):
            for where, side in _sides(("claims", n, "checks", m), check):
                _check_side(document, where, side, known[side.trial], shelves)


def _sides(where: Where, check: SafetyCheck) -> Iterator[tuple[Where, SafetyCheck]]:
    yield where, check
    yield (*where, "reference"), check.against()


def _check_side(document: Document, where: Where, side: SafetyCheck, protocol: Protocol, shelves: Shelves) -> None:
    arms = {arm.id: arm for arm in protocol.trial.arms}
    for field, arm in (("arm", side.arm), ("minus", side.minus)):
        if arm is not None:
            _known(document, (*where, field), "arm", arm, arms)
    for name in side.where:
        _check_property(document, (*where, "where", name), name, protocol.people)
    if side.read.endpoint is not None and (side.where or side.minus):
        raise document.error((*where, "read", "endpoint"), "is read of a whole arm", expected="neither where nor minus")
    _check_readout(document, (*where, "read"), side.read, protocol.trial, {rule.organ for rule in shelves.rules()})


def _check_readout(document: Document, where: Where, read: Readout, trial: Trial, organs: Iterable[str]) -> None:
    drugs = sorted({line.drug for arm in trial.arms for line in arm.regimen})
    for n, event in enumerate(read.events or []):
        _known(document, (*where, "events", n), "adverse event", event, ADVERSE_EVENTS)
    for kind in ("stopped", "held", "reduced"):
        if (drug := getattr(read, kind)) is not None:
            _known(document, (*where, kind), "drug of the trial", drug, drugs)
    if read.organ is not None:
        _known(document, (*where, "organ"), "organ with rules", read.organ, sorted(organs))
    if read.endpoint is not None and not is_endpoint(read.endpoint):
        _known(document, (*where, "endpoint"), "endpoint", read.endpoint, ENDPOINTS_SHOWN)


def _check_property(document: Document, where: Where, name: str, people: Population) -> None:
    numeric = [each for each, drawn in people.covariates.items() if drawn.kind != "categories"]
    _known(document, where, "property of a patient (a number)", name, numeric)


# ------------------------------------------------------------------------------------------------ a trial as it is run
def _protocol(document: Document, file: SafetyClaimFile, name: str, shelves: Shelves) -> Protocol:
    where = ("trials", name)
    setup = _like(document, file, name)
    trial = _origin(document, setup, ("trials", file.trials[name].like or name), shelves)
    _check_changes(document, setup, where, trial, shelves)
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
        "endpoints": _endpoints_read(file, name),
        "published": None,
    })
    people = _fix(document, setup, where, shelves.population_of(trial))
    return Protocol(changed, people, setup.patients or LEAST_PATIENTS)


def _like(document: Document, file: SafetyClaimFile, name: str) -> Setup:
    """Return a setup complete: one that is like another with what it does not say taken from there."""
    setup = file.trials[name]
    if setup.like is None:
        return setup
    _known(document, ("trials", name, "like"), "trial that is not itself like another", setup.like,
           [each for each, other in file.trials.items() if other.like is None])
    return setup.after(file.trials[setup.like])


def _endpoints_read(file: SafetyClaimFile, name: str) -> list[str]:
    """Return the endpoints that any statement of the file reads in a trial."""
    sides = (side for claim in file.claims for check in claim.checks for side in (check, check.against()))
    return sorted({side.read.endpoint for side in sides if side.trial == name and side.read.endpoint is not None})


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
    for name in setup.baseline:
        _known(document, (*where, "baseline", name), "baseline key", name, BASELINE_KEYS)
    for name in setup.assessments:
        _known(document, (*where, "assessments", name), "assessment", name, ASSESSMENTS)


def _fix(document: Document, setup: Setup, where: Where, people: Population) -> Population:
    """Return the population with some properties the same in everybody."""
    for name in setup.fixed:
        _check_property(document, (*where, "fixed", name), name, people)
    fixed = {name: Distribution(kind="constant", value=value, unit=people.covariates[name].unit)
             for name, value in setup.fixed.items()}
    return people.model_copy(update={"covariates": {**people.covariates, **fixed}})


def _known(document: Document, where: Where, what: str, name: str, allowed: Iterable[str] | Mapping[str, Any]) -> None:
    allowed = list(allowed)
    if name not in allowed:
        hint = did_you_mean(name, allowed)
        raise document.error(where, f"there is no such {what}{hint}", value=name,
                             expected=None if hint else one_of(allowed))
