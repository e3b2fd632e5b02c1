"""The records of ``facts/``: drugs, regimens, trials, populations, model parameters, in one place to import from.

These classes are the vocabulary that all rooms share. They say what a file may hold; how it is read and how a
mistake is reported is the business of :mod:`her2lab.facts.reading`.
"""

from __future__ import annotations

from her2lab.facts.drug_records import (
    Alternative,
    Approval,
    Correlation,
    DoseLevels,
    Drug,
    Exposure,
    Interaction,
    SideEffect,
)
from her2lab.facts.grade_records import GradeFile, GradeName, Grading
from her2lab.facts.parameter_records import ModuleFacts
from her2lab.facts.population_records import Distribution, HistoryStep, PairCorrelation, Population
from her2lab.facts.published import Published, PublishedContrast
from her2lab.facts.quantity import Fraction, Identifier, PositiveFloat
from her2lab.facts.regimen_records import Administration, Dose, LineChange, Regimen, Route
from her2lab.facts.trial_records import Arm, Censoring, LvefEvent, Trial, VisitAttendance

__all__ = [
    "Administration",
    "Alternative",
    "Approval",
    "Arm",
    "Censoring",
    "Correlation",
    "Distribution",
    "Dose",
    "DoseLevels",
    "Drug",
    "Exposure",
    "Fraction",
    "GradeFile",
    "GradeName",
    "Grading",
    "HistoryStep",
    "Identifier",
    "Interaction",
    "LineChange",
    "LvefEvent",
    "ModuleFacts",
    "PairCorrelation",
    "Population",
    "PositiveFloat",
    "Published",
    "PublishedContrast",
    "Regimen",
    "Route",
    "SideEffect",
    "Trial",
    "VisitAttendance",
]
