"""The numbers of ``facts/rules`` by which every trial is run; a file of the user's own replaces the built-in one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from her2lab.facts.library.folders import file_of, sourced
from her2lab.facts.recist import Recist, RecistFile, recist_of
from her2lab.facts.records import ModuleFacts
from her2lab.facts.rule_numbers import (
    AnalysisLimits,
    DosingRules,
    Measurement,
    Pathology,
    PriorLineRules,
    rule_numbers,
)


def recist() -> Recist:
    """Return the response criteria of ``facts/rules/recist.yaml``."""
    return _recist(file_of("rules", "recist"))


def measurement() -> Measurement:
    """Return what visits measure and with which error, from ``facts/rules/measurement.yaml``."""
    return _measurement(file_of("rules", "measurement"))


def pathology() -> Pathology:
    """Return what a pathologist finds at surgery, from ``facts/rules/pathology.yaml``."""
    return _pathology(file_of("rules", "pathology"))


def dosing_rules() -> DosingRules:
    """Return how a prescription becomes milligrams, from ``facts/rules/dosing.yaml``."""
    return _dosing_rules(file_of("rules", "dosing"))


def prior_line_rules() -> PriorLineRules:
    """Return how lines before a trial are simulated, from ``facts/rules/earlier_lines.yaml``."""
    return _prior_line_rules(file_of("rules", "earlier_lines"))


def analysis_limits() -> AnalysisLimits:
    """Return how patients are summed up, from ``facts/rules/analysis.yaml``."""
    return _analysis_limits(file_of("rules", "analysis"))


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def _recist(path: Path) -> Recist:
    return recist_of(*sourced(path, RecistFile))


@cache
def _measurement(path: Path) -> Measurement:
    return Measurement.of(_numbers(path))


@cache
def _pathology(path: Path) -> Pathology:
    return Pathology(**_numbers(path))


@cache
def _dosing_rules(path: Path) -> DosingRules:
    return DosingRules(**_numbers(path))


@cache
def _prior_line_rules(path: Path) -> PriorLineRules:
    return PriorLineRules(**_numbers(path))


@cache
def _analysis_limits(path: Path) -> AnalysisLimits:
    return AnalysisLimits(**{name: round(value) for name, value in _numbers(path).items()})


def _numbers(path: Path) -> dict[str, float]:
    document, file = sourced(path, ModuleFacts)
    return rule_numbers(document, path.stem, file)
