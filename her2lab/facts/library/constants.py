"""What there is of the model's numbers, of the fits to published outcomes, and of the plan to judge them."""

from __future__ import annotations

from functools import cache

from her2lab.facts.calibrations import Calibration
from her2lab.facts.credibility import CredibilityPlan
from her2lab.facts.library.folders import Folders, each, folders, named
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
def _module_facts(found: Folders) -> dict[str, ModuleFacts]:
    return each(found, lambda path: read_record(path, ModuleFacts))


@cache
def _calibrations(found: Folders) -> dict[str, Calibration]:
    return each(found, lambda path: read_record(path, Calibration))


@cache
def _toxicity(found: Folders) -> dict[str, ToxicityCalibration]:
    return each(found, lambda path: read_record(path, ToxicityCalibration))


@cache
def _plans(found: Folders) -> dict[str, CredibilityPlan]:
    return each(found, lambda path: read_record(path, CredibilityPlan))
