"""Whether what one file of facts names stands in the others: drugs, trials, arms, populations, numbers, regimens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from pydantic import BaseModel

from her2lab.errors import Problems
from her2lab.facts.calibrations import Calibration, Free
from her2lab.facts.credibility import CredibilityPlan, check_plan
from her2lab.facts.curves import CurveIndex
from her2lab.facts.library.cell_files import check_cells
from her2lab.facts.library.drug_files import drugs, regimens
from her2lab.facts.library.folders import each, files, folders
from her2lab.facts.library.trial_files import population, population_of, trial
from her2lab.facts.monitoring import MonitoringFile, RiskFile, check_scores
from her2lab.facts.prior_lines import check_history
from her2lab.facts.reading import to_record
from her2lab.facts.records import Drug, Exposure, ModuleFacts, Population
from her2lab.facts.strict_yaml import Document, Where, read_document
from her2lab.facts.toxicity import ToxicityCalibration
from her2lab.facts.vocabulary import (
    ADVERSE_EVENTS,
    ENDPOINTS_SHOWN,
    TIME_ENDPOINTS,
    OddsEndpoint,
    is_endpoint,
)

PRICES = "prices"
DURATION = "dor"  # of response, as calibrations call it
CONTRASTS = (*TIME_ENDPOINTS, *get_args(OddsEndpoint))


def check_references(document: Document, record: BaseModel) -> None:
    """Require that everything that a record names of other files is there.

    Raises
    ------
    InputError
        With all that is not.
    """
    match record:
        case Population():
            check_history(document, record, files("regimens"))
        case CredibilityPlan():
            check_plan(document, record, trial, population_of)
        case Drug():
            _check_exposures(document, record)
        case ToxicityCalibration():
            _check_fits(document, record)
        case Calibration():
            _check_calibration(document, record)
        case CurveIndex():
            _check_curves(document, record)
        case MonitoringFile():
            known = [to_record(one, RiskFile, one.data) for one in each(folders("monitoring"), read_document).values()
                     if "scores" in one.data]
            check_scores(document, record, {score.id: score for file in known for score in file.scores})
        case ModuleFacts() if document.file is not None and document.file.parent.name == PRICES:
            _check_names(document, ("parameters",), "drug", record.parameters, drugs())
        case _:
            check_cells(document, record)


def _check_names(document: Document, at: Where, kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Require that names which stand as fields at a place are known."""
    known, problems = list(known), Problems()
    for name in names:
        with problems:
            if name not in known:
                raise document.unknown((*at, name), kind, name, known)
    problems.end()


def _check_exposures(document: Document, drug: Drug) -> None:
    """Require regimens that give this drug, and properties of populations that are there."""
    problems = Problems()
    for n, observed in enumerate(drug.observed_exposure):
        with problems:
            _check_exposure(document, ("observed_exposure", n), observed, drug)
    problems.end()


def _check_exposure(document: Document, at: Where, observed: Exposure, drug: Drug) -> None:
    if observed.dosing is None:
        return
    known, people = files("regimens"), files("populations")
    if observed.dosing not in known:
        raise document.unknown((*at, "dosing"), "regimen", observed.dosing, known)
    given = {line.drug for line in regimens()[observed.dosing].regimen}
    if drug.id not in given:
        raise document.error((*at, "dosing"), f"does not give {drug.id}", value=observed.dosing,
                             expected=f"a regimen with it; this one gives {', '.join(sorted(given))}")
    if observed.simulate_in not in people:
        raise document.unknown((*at, "simulate_in"), "population", observed.simulate_in, people)
    _check_names(document, (*at, "properties"), "property of the population", observed.properties,
                 population(observed.simulate_in).covariates)


def _check_fits(document: Document, file: ToxicityCalibration) -> None:
    problems = Problems()
    for n, fit in enumerate(file.fits):
        at: Where = ("fits", n)
        with problems:
            if fit.drug not in drugs():
                raise document.unknown((*at, "drug"), "drug", fit.drug, drugs())
            if fit.parameter not in drugs()[fit.drug].parameters:
                raise document.unknown((*at, "parameter"), f"parameter of {fit.drug}", fit.parameter,
                                       drugs()[fit.drug].parameters)
            if fit.event not in ADVERSE_EVENTS:
                raise document.unknown((*at, "event"), "adverse event", fit.event, ADVERSE_EVENTS)
        for m, name in enumerate(fit.arms):
            with problems:
                _check_arm(document, (*at, "arms", m), name)
    problems.end()


def _check_arm(document: Document, at: Where, name: str) -> None:
    """Require that ``trial``, or the ``trial/arm`` of ``trial/arm/endpoint``, is there."""
    of_trial, *rest = name.split("/")
    if of_trial not in files("trials"):
        raise document.unknown(at, "trial", of_trial, files("trials"))
    arms = [arm.id for arm in trial(of_trial).arms]
    if rest and rest[0] not in arms:
        raise document.unknown(at, f"arm of {of_trial}", rest[0], arms)


def _check_calibration(document: Document, file: Calibration) -> None:
    problems, targets = Problems(), file.targets
    with problems:
        if file.population not in files("populations"):
            raise document.unknown(("population",), "population", file.population, files("populations"))
        people = population(file.population)
        for n, free in enumerate(file.free):
            with problems:
                _check_free(document, ("free", n), free, people)
    for n, name in enumerate(file.trials):
        with problems:
            _check_arm(document, ("trials", n), name)
    for n, name in enumerate(targets.doubtful):
        with problems:
            _check_arm(document, ("targets", "doubtful", n), name)
    for n, curve in enumerate(targets.curves):
        with problems:
            _check_arm(document, ("targets", "curves", n, "trial"), curve.trial)
    for name in targets.endpoints:
        with problems:
            if not (is_endpoint(name) or name in (DURATION, *TIME_ENDPOINTS)):
                raise document.unknown(("targets", "endpoints", name), "endpoint", name, ENDPOINTS_SHOWN)
    with problems:
        _check_names(document, ("targets", "contrasts"), "contrast", targets.contrasts, CONTRASTS)
    problems.end()


def _check_free(document: Document, at: Where, free: Free, people: Population) -> None:
    if free.drug is None:
        known = [*people.parameters, *people.covariates]
    elif free.drug in drugs():
        known = list(drugs()[free.drug].parameters)
    else:
        raise document.unknown((*at, "drug"), "drug", free.drug, drugs())
    if free.parameter not in known:
        raise document.unknown((*at, "parameter"), "parameter", free.parameter, known)


def _check_curves(document: Document, file: CurveIndex) -> None:
    problems = Problems()
    with problems:
        if file.dataset not in file.sources:
            raise document.unknown(("dataset",), "source", file.dataset, file.sources)
    for n, curve in enumerate(file.digitised):
        with problems:
            _check_arm(document, ("digitised", n, "trial"), curve.trial)
        with problems:
            if curve.endpoint not in TIME_ENDPOINTS:
                raise document.unknown(("digitised", n, "endpoint"), "endpoint", curve.endpoint, TIME_ENDPOINTS)
    problems.end()
