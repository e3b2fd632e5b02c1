"""The single numbers of ``facts/rules`` by which trials are run: errors of measurement, pathology, dosing, analysis.

Each file holds a closed list of numbers (`RULE_NUMBERS`); the records here are what a trial reads of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from her2lab.errors import InputError
from her2lab.facts.measures import LABS, MARKERS, TUMOUR_MARKERS
from her2lab.facts.quantity import Quantity
from her2lab.facts.records import LvefEvent, ModuleFacts
from her2lab.facts.strict_yaml import Document
from her2lab.facts.units import convert

RULE_NUMBERS: Mapping[str, Mapping[str, str]] = {   # file -> number -> the unit in which a trial takes it
    "measurement": {
        "sum_of_diameters_cv": "percent", "lvef_sd": "percentage point",
        **{f"{lab}_cv": "percent" for lab in (*MARKERS, *LABS, *TUMOUR_MARKERS)},
        "error_shared_within": "day", "lvef_drop_below": "percent", "lvef_drop_fall": "percentage point",
        "serum_ecd_high": "ng/mL", "serum_ecd_fall": "percent", "serum_ecd_early": "day",
        "stromal_lymphocytes_high": "percent",
    },
    "pathology": {"residual_seen_from": "Gcell", "nodal_residual_seen_from": "Gcell", "nodal_share": "1"},
    "dosing": {"calvert_added": "mL/min", "filtration_at_most": "mL/min", "time_of_a_dose": "day"},
    "earlier_lines": {"horizon": "day", "tumour": "day", "lvef": "day", "blood": "day"},
    "analysis": {"severe_from": "1", "death_grade": "1", "subgroup_fewest": "1", "fewest_at_risk": "1",
                 "missed_assessments": "1"},
}
MAY_BE_ZERO = ("_cv", "_sd")                        # a measurement without error


@dataclass(frozen=True)
class MeasurementErrors:
    """Errors of measurement: coefficients of variation as fractions of one, standard deviation in LVEF points."""

    sum_of_diameters_cv: float
    lvef_sd: float
    troponin_cv: float
    natriuretic_peptide_cv: float
    neutrophils_cv: float
    platelets_cv: float
    haemoglobin_cv: float
    alt_cv: float
    ast_cv: float
    bilirubin_cv: float
    serum_ecd_cv: float


@dataclass(frozen=True)
class MarkerCut:
    """Where a measured marker is cut, as stated; fractions of one are stated in percent."""

    value: float
    unit: str

    @property
    def limit(self) -> float:
        """The lowest value of the upper level, as patients have it."""
        return self.value / 100 if self.unit == "percent" else self.value


@dataclass(frozen=True)
class Measurement:
    """What visits measure.

    Attributes
    ----------
    errors
        Errors of measurement.
    error_shared_within
        Days within which two readings of one kind share their error.
    lvef_event
        What counts as a fall of LVEF where a trial does not say.
    cuts
        Where measured markers are cut, by marker.
    serum_ecd_early
        Day of treatment up to which a measurement of HER2 in serum is an early one.
    """

    errors: MeasurementErrors
    error_shared_within: float
    lvef_event: LvefEvent
    cuts: Mapping[str, MarkerCut]
    serum_ecd_early: float

    @classmethod
    def of(cls, numbers: Mapping[str, float]) -> Measurement:
        """Return what the numbers of ``measurement.yaml`` say."""
        units = RULE_NUMBERS["measurement"]
        cuts = {"serum_ecd": "serum_ecd_high", "serum_ecd_fall": "serum_ecd_fall",
                "stromal_lymphocytes": "stromal_lymphocytes_high"}
        return cls(
            errors=MeasurementErrors(lvef_sd=numbers["lvef_sd"], **{
                name: value / 100 for name, value in numbers.items() if name.endswith("_cv")}),
            error_shared_within=numbers["error_shared_within"],
            lvef_event=LvefEvent(below=numbers["lvef_drop_below"], fall=numbers["lvef_drop_fall"]),
            cuts={marker: MarkerCut(numbers[name], units[name]) for marker, name in cuts.items()},
            serum_ecd_early=numbers["serum_ecd_early"],
        )


@dataclass(frozen=True)
class Pathology:
    """What a pathologist sees: cells in 1e9, the share of cells in involved nodes as a fraction of one."""

    residual_seen_from: float
    nodal_residual_seen_from: float
    nodal_share: float


@dataclass(frozen=True)
class DosingRules:
    """How a prescription becomes milligrams: mL/min and days."""

    calvert_added: float
    filtration_at_most: float
    time_of_a_dose: float


@dataclass(frozen=True)
class PriorLineRules:
    """How lines before a trial are simulated, in days: how long at most, and the intervals between assessments."""

    horizon: float
    tumour: float
    lvef: float
    blood: float


@dataclass(frozen=True)
class AnalysisLimits:
    """How patients are summed up.

    Attributes
    ----------
    severe_from, death_grade
        The grade of a severe event and of a fatal one.
    subgroup_fewest
        Patients whom each arm has in the smallest subgroup.
    fewest_at_risk
        Patients at risk below whom a survival curve ends.
    missed_assessments
        Missed tumour assessments in a row after which, by the rules of the FDA, an event no longer counts.
    """

    severe_from: int
    death_grade: int
    subgroup_fewest: int
    fewest_at_risk: int
    missed_assessments: int


def rule_numbers(document: Document, name: str, file: ModuleFacts) -> dict[str, float]:
    """Return the numbers of one of the files of `RULE_NUMBERS`, in the units in which trials take them.

    Raises
    ------
    InputError
        If one is missing, unknown, out of its range or in another kind of unit.
    """
    return numbers_in(document, "parameters", file.parameters, RULE_NUMBERS[name])


def numbers_in(document: Document, field: str, given: Mapping[str, Quantity],
               units: Mapping[str, str]) -> dict[str, float]:
    """Return numbers in the units that are wanted; those of `units` have to be there, and no other.

    Raises
    ------
    InputError
        If one is missing, unknown, out of its range or in another kind of unit.
    """
    for name in given:
        if name not in units:
            raise document.unknown((field, name), "number", name, units)
    for name, unit in units.items():
        if name not in given:
            raise document.error((field, name), "is missing", expected=f"a value in {unit}")
    return {name: _number(document, field, name, given[name], unit) for name, unit in units.items()}


def _number(document: Document, field: str, name: str, quantity: Quantity, unit: str) -> float:
    try:
        value = quantity.value if quantity.unit == unit else convert(quantity, unit)
    except InputError:
        raise document.error((field, name, "unit"), "has another unit than the formula", value=quantity.unit,
                             expected=f"a unit like {unit}") from None
    may_be_zero = name.endswith(MAY_BE_ZERO)
    if value < 0 or (value == 0 and not may_be_zero):
        raise document.error((field, name, "value"), "is too small", value=quantity.value,
                             expected="zero or more" if may_be_zero else "a number above zero")
    if unit == "percent" and not may_be_zero and value > 100:
        raise document.error((field, name, "value"), "is not a percentage", value=quantity.value,
                             expected="at most 100 percent")
    return value
