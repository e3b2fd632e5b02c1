"""Numbers of the model, fits to published outcomes, digitised curves, and the plan to judge them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from her2lab.facts.between_trials import BetweenTrials, check_spreads
from her2lab.facts.calibrations import Calibration
from her2lab.facts.credibility import CredibilityPlan
from her2lab.facts.curves import CurveIndex, DigitisedCurve
from her2lab.facts.library.folders import Folders, checked, each, folders, named, single_file
from her2lab.facts.reading import read_record
from her2lab.facts.records import ModuleFacts
from her2lab.facts.toxicity import ToxicityCalibration


def module_facts() -> dict[str, ModuleFacts]:
    """Return the parameters of each biology module, by module name."""
    return dict(_module_facts(folders("parameters")))


def calibrations() -> dict[str, Calibration]:
    """Return every calibration of ``facts/calibrations`` by id."""
    return dict(_calibrations(folders("calibrations")))


def calibration(identifier: str) -> Calibration:
    """Return one calibration.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return named("calibration", identifier, calibrations())


def toxicity_calibration(identifier: str) -> ToxicityCalibration:
    """Return one calibration of adverse effects, from ``facts/toxicity``.

    Raises
    ------
    InputError
        If there is none of this id; the nearest one is named.
    """
    return named("calibration", identifier, _toxicity(folders("toxicity")))


def between_trials() -> BetweenTrials:
    """Return by how much trials differ beyond chance, from ``facts/between_trials.yaml``."""
    return _between_trials(between_trials_file())


def between_trials_file() -> Path:
    """Return the file of the spread between trials."""
    return single_file("between_trials")


def curve_indexes() -> dict[str, CurveIndex]:
    """Return the indexes of ``facts/curves`` by name of the file."""
    return dict(_curves(folders("curves")))


def digitised(trial: str, endpoint: str) -> tuple[CurveIndex, DigitisedCurve] | None:
    """Return what is known of the digitised curve of a trial and an endpoint, or None."""
    entries = ((index, index.find(trial, endpoint)) for index in curve_indexes().values())
    return next(((index, entry) for index, entry in entries if entry is not None), None)


def credibility_plan() -> CredibilityPlan:
    """Return the plan of the credibility report, from ``facts/credibility/plan.yaml``.

    Raises
    ------
    InputError
        If there is none, or it has a mistake.
    """
    return named("plan", "plan", _plans(folders("credibility")))


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def _between_trials(path: Path) -> BetweenTrials:
    return checked(path, BetweenTrials, check_spreads)


@cache
def _module_facts(found: Folders) -> dict[str, ModuleFacts]:
    return each(found, lambda path: read_record(path, ModuleFacts))


@cache
def _calibrations(found: Folders) -> dict[str, Calibration]:
    return each(found, lambda path: read_record(path, Calibration))


@cache
def _curves(found: Folders) -> dict[str, CurveIndex]:
    return each(found, lambda path: read_record(path, CurveIndex))


@cache
def _toxicity(found: Folders) -> dict[str, ToxicityCalibration]:
    return each(found, lambda path: read_record(path, ToxicityCalibration))


@cache
def _plans(found: Folders) -> dict[str, CredibilityPlan]:
    return each(found, lambda path: read_record(path, CredibilityPlan))
