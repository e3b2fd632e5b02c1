"""Whether claims as virtual trials name only what there is: trials, arms, properties, readouts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from her2lab.facts import library
from her2lab.facts.records import Population, Trial
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.vocabulary import ADVERSE_EVENTS, ENDPOINTS_SHOWN, TIME_ENDPOINTS, is_endpoint
from her2lab.nearest import one_of
from her2lab.review.records.readout import Limit, Readout
from her2lab.review.records.virtual_trial import TrialCheck, TrialClaimFile
from her2lab.review.trial_designs import TrialDesign, check_known, trial_designs

AT_SURGERY = ("pcr", "pcr_breast")
# What came out in a patient and may define a stratum beside the properties: its words, or none for a number.
OUTCOMES: Mapping[str, Sequence[str]] = {
    "best_response": ("CR", "PR", "SD", "PD", "NE"), "serum_ecd_baseline": (), "baseline_sum_of_diameters": (),
}


def check_trial_claims(document: Document, file: TrialClaimFile, only: Sequence[str] = ()) -> None:
    """Check that claims (those of `only`, default all) name trials, arms, properties and readouts that exist.

    Raises
    ------
    InputError
        For the first mistake, with its line.
    """
    chosen = [(n, claim) for n, claim in enumerate(file.claims) if not only or claim.id in only]
    sides = [(where, side) for n, claim in chosen for m, check in enumerate(claim.checks)
             for where, side in _sides(("claims", n, "checks", m), check)]
    for where, side in sides:
        check_known(document, (*where, "trial"), "trial", side.trial, file.trials)
    known = trial_designs(document, file, [side.trial for _, side in sides] if only else file.trials)
    for where, side in sides:
        _check_side(document, where, side, known[side.trial])


def _sides(where: Where, check: TrialCheck) -> Iterator[tuple[Where, TrialCheck]]:
    yield where, check
    if (against := check.against()) is not None:
        yield (*where, "reference"), against


def _check_side(document: Document, where: Where, side: TrialCheck, design: TrialDesign) -> None:
    arms = {arm.id: arm for arm in design.trial.arms}
    for field, arm in (("arm", side.arm), ("minus", side.minus)):
        if arm is not None:
            check_known(document, (*where, field), "arm", arm, arms)
    for name, limit in side.where.items():
        _check_stratum(document, (*where, "where", name), name, limit, design.people)
    _check_readout(document, (*where, "read"), side.read, design.trial)


def _check_readout(document: Document, where: Where, read: Readout, trial: Trial) -> None:
    drugs = sorted({line.drug for arm in trial.arms for line in arm.regimen})
    for n, event in enumerate(read.events or []):
        check_known(document, (*where, "events", n), "adverse event", event, ADVERSE_EVENTS)
    for kind in ("stopped", "held", "reduced", "concentration", "intensity"):
        if (drug := getattr(read, kind)) is not None:
            check_known(document, (*where, kind), "drug of the trial", drug, drugs)
    if read.organ is not None:
        organs = sorted({rule.organ for rule in library.rules()})
        check_known(document, (*where, "organ"), "organ with rules", read.organ, organs)
    if read.endpoint is not None:
        _check_endpoint(document, (*where, "endpoint"), read.endpoint, trial)
    if read.cost is not None:
        for drug in drugs:
            if drug not in library.prices():
                raise document.error((*where, "cost"), "a drug of the trial has no price", value=drug,
                                     expected="a price for each in facts/prices")


def _check_endpoint(document: Document, where: Where, name: str, trial: Trial) -> None:
    if not is_endpoint(name) or name in TIME_ENDPOINTS:
        check_known(document, where, "endpoint", name, [each for each in ENDPOINTS_SHOWN if each not in TIME_ENDPOINTS])
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
        check_known(document, where, f"category of {name}", word, words)
