"""The cut-offs and measurement errors that a trial reads from ``facts/rules``.

No number of this kind stands in the Python: RECIST's cut-offs and decision table, the errors of measurement and the
CTCAE grades are files, each number with its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from her2lab.errors import InputError
from her2lab.facts.management import LABS, MARKERS, TUMOUR_MARKERS
from her2lab.facts.quantity import Quantity, Record, Source
from her2lab.facts.reading import read_record
from her2lab.facts.records import LvefEvent, ModuleFacts
from her2lab.resources import folder

Response = Literal["PD", "NE", "CR", "PR", "SD"]
Condition = Literal["new_lesion", "growth_relative", "growth_absolute", "unmeasurable", "vanished", "shrunk"]


class DecisionRow(Record):
    """One row of the decision table: the response if all conditions are met."""

    id: str
    when: list[Condition]
    response: Response


class RecistFile(Record):
    """``facts/rules/recist.yaml``."""

    title: str
    cutoffs: dict[str, Quantity]
    table: list[DecisionRow]
    sources: dict[str, Source]


@dataclass(frozen=True)
class Recist:
    """RECIST 1.1 as numbers: lengths in mm, fractions of one, times in days."""

    measurable_from: float
    progression_relative: float
    progression_absolute: float
    response_relative: float
    vanished_below: float
    confirmation_after: float
    clinical_benefit_from: float
    table: tuple[DecisionRow, ...]


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
class Pathology:
    """What a pathologist sees: cells in 1e9, the share of cells in involved nodes as a fraction of one."""

    residual_seen_from: float
    nodal_residual_seen_from: float
    nodal_share: float


@dataclass(frozen=True)
class AnalysisLimits:
    """How patients are summed up: the grade of a severe event and of a fatal one, patients of the smallest subgroup."""

    severe_from: int
    death_grade: int
    subgroup_fewest: int


@dataclass(frozen=True)
class Cut:
    """Where a measured marker is cut, as stated; fractions of one are stated in percent."""

    value: float
    unit: str

    @property
    def limit(self) -> float:
        """The lowest value of the upper level, as patients have it."""
        return self.value / 100 if self.unit == "percent" else self.value


@cache
def recist() -> Recist:
    """Return the response criteria of ``facts/rules/recist.yaml``."""
    path = folder("facts") / "rules" / "recist.yaml"
    record = read_record(path, RecistFile)
    if not record.table or record.table[-1].when:
        raise InputError("the last row of a decision table meets every case", file=path, field="table",
                         expected="a last row with an empty list of conditions")
    return Recist(
        measurable_from=_value(record.cutoffs, "measurable_from", "mm"),
        progression_relative=_value(record.cutoffs, "progression_relative", "percent") / 100,
        progression_absolute=_value(record.cutoffs, "progression_absolute", "mm"),
        response_relative=_value(record.cutoffs, "response_relative", "percent") / 100,
        vanished_below=_value(record.cutoffs, "vanished_below", "mm"),
        confirmation_after=_value(record.cutoffs, "confirmation_after", "day"),
        clinical_benefit_from=_value(record.cutoffs, "clinical_benefit_from", "day"),
        table=tuple(record.table),
    )


@cache
def errors() -> MeasurementErrors:
    """Return the errors of measurement of ``facts/rules/measurement.yaml``."""
    numbers = _measurement()
    return MeasurementErrors(
        sum_of_diameters_cv=_value(numbers, "sum_of_diameters_cv", "percent") / 100,
        lvef_sd=_value(numbers, "lvef_sd", "percentage point"),
        **{f"{lab}_cv": _value(numbers, f"{lab}_cv", "percent") / 100 for lab in (*MARKERS, *LABS, *TUMOUR_MARKERS)},
    )


@cache
def lvef_event() -> LvefEvent:
    """Return what counts as a fall of LVEF where a trial does not say: that of ``facts/rules/measurement.yaml``."""
    numbers = _measurement()
    return LvefEvent(
        below=_value(numbers, "lvef_drop_below", "percent"),
        fall=_value(numbers, "lvef_drop_fall", "percentage point"),
    )


@cache
def cuts() -> dict[str, Cut]:
    """Return where measured markers are cut, by the name of the marker."""
    numbers = _measurement()
    return {
        "serum_ecd": Cut(_value(numbers, "serum_ecd_high", "ng/mL"), "ng/mL"),
        "serum_ecd_fall": Cut(_value(numbers, "serum_ecd_fall", "percent"), "percent"),
        "stromal_lymphocytes": Cut(_value(numbers, "stromal_lymphocytes_high", "percent"), "percent"),
    }


@cache
def serum_ecd_early() -> float:
    """Return up to which day of treatment a look at HER2 in serum is an early one."""
    return _value(_measurement(), "serum_ecd_early", "day")


@cache
def pathology() -> Pathology:
    """Return the limits of ``facts/rules/pathology.yaml``."""
    numbers = read_record(folder("facts") / "rules" / "pathology.yaml", ModuleFacts).parameters
    return Pathology(
        residual_seen_from=_value(numbers, "residual_seen_from", "Gcell"),
        nodal_residual_seen_from=_value(numbers, "nodal_residual_seen_from", "Gcell"),
        nodal_share=_value(numbers, "nodal_share", "1"),
    )


@cache
def error_shared_within() -> float:
    """Return within how many days two readings of one kind share their error."""
    return _value(_measurement(), "error_shared_within", "day")


@cache
def analysis_limits() -> AnalysisLimits:
    """Return the limits of ``facts/rules/analysis.yaml``."""
    numbers = read_record(folder("facts") / "rules" / "analysis.yaml", ModuleFacts).parameters
    return AnalysisLimits(**{name: round(_value(numbers, name, "1"))
                             for name in ("severe_from", "death_grade", "subgroup_fewest")})


def _measurement() -> dict[str, Quantity]:
    return read_record(folder("facts") / "rules" / "measurement.yaml", ModuleFacts).parameters


def _value(numbers: dict[str, Quantity], name: str, unit: str) -> float:
    """Return a number after checking that it is there and in the unit that the formula takes."""
    if name not in numbers:
        raise InputError("is missing", field=name, expected=f"a number in {unit}")
    if numbers[name].unit != unit:
        raise InputError("has another unit than the formula", field=name, value=numbers[name].unit, expected=unit)
    return numbers[name].value
