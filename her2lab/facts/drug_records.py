"""Drugs: parameters with their sources, doses, observed exposures, approvals."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.quantity import Finite, Identifier, PositiveFloat, Quantity, Record, Source
from her2lab.facts.regimen_records import Route


class Approval(Record):
    """Whether a region allows the drug, and for what."""

    region: str
    status: Literal["approved", "withdrawn", "under_review", "not_approved"]
    date: str | None = None
    indication: str
    source: str


class SideEffect(Record):
    """A side effect that a label or a trial names."""

    name: str
    source: str
    note: str | None = None


class Exposure(Record):
    """An observed exposure: what was measured in which population under which regimen.

    With `dosing` (a regimen of facts/regimens) the row is simulated and stands in the table of exposures: `metric` is
    taken over `window` (first and last day, the doses of the last day excluded): ``peak`` the highest concentration,
    ``trough`` that at its end, ``area`` that under the curve, ``average`` the area by its length. `simulate_in` is
    a population of facts/populations, `properties` fixes properties of its patients. `informs_parameters` says that
    parameters of this file were derived from this row, so that agreement is no evidence.
    """

    regimen: str
    population: str
    metric: Literal["peak", "trough", "area", "average"]
    window: tuple[Finite, Finite] | None = None
    dosing: Identifier | None = None
    simulate_in: Identifier = "breast_metastatic_1l"
    properties: MappingOf[str, Finite] = FrozenDict()
    analyte: Literal["drug", "payload"] = "drug"
    statistic: Literal["median", "geometric mean", "mean", "typical"] = "median"
    value: Quantity
    p5: Finite | None = None
    p95: Finite | None = None
    informs_parameters: bool = False
    note: str | None = None


class Interaction(Record):
    """What changes exposure: food, another drug, an organ's function. `parameter` is multiplied by `factor`."""

    condition: str
    parameter: str
    factor: PositiveFloat
    source: str
    seen: bool | None = None
    note: str | None = None


class Correlation(Record):
    """Covariance of two parameters' random effects on the log scale."""

    between: tuple[str, str]
    covariance_log: Finite
    source: str


class Alternative(Record):
    """A source that disagrees with the one in use, kept beside it, and why it was not chosen."""

    parameter: str
    source: str
    value: Finite
    unit: str
    why_not: str


class DoseLevels(Record):
    """The doses that a label reduces to, from the full one down, as amounts of one administration."""

    unit: Literal["mg", "mg/kg", "mg/m2", "mg*min/mL"]
    values: Annotated[TupleOf[PositiveFloat], Field(min_length=1)]
    source: str | None = None
    assumption: str | None = None
    seen: bool | None = None
    note: str | None = None


class Drug(Record):
    """One drug.

    `parameters` are keyed by the symbols of the biology module named in `module` (``antibody``, ``cytotoxic``, …):
    a symbol of the module without a value, or a value without a symbol, is refused when a trial is assembled.
    Symbols that the module calls optional may be left out. `pharmacokinetics_tier`: A a published population model,
    B a published but secondary or thin one, C derived from exposures on a label, D a surrogate from a similar drug.
    """

    id: Identifier
    name: str
    aliases: TupleOf[str] = ()                  # trade names and common abbreviations
    drug_class: Literal["antibody", "cytotoxic", "small_molecule", "antibody_drug_conjugate", "checkpoint",
                        "endocrine", "antiangiogenic", "supportive", "tool"]
    module: str
    mechanism: str
    targets: TupleOf[str] = ()
    pharmacokinetics_tier: Literal["A", "B", "C", "D"] | None = None
    molar_mass: Quantity
    routes: TupleOf[Route]
    infusion_minutes: Quantity | None = None
    dose_units: TupleOf[Literal["mg", "mg/kg", "mg/m2"]]
    dose_units_by_route: MappingOf[Route, TupleOf[Literal["mg", "mg/kg", "mg/m2"]]] = FrozenDict()
    auc_dosing: bool = False                    # dosed by area under the curve (Calvert), as carboplatin is
    highest_dose: MappingOf[str, Quantity] = FrozenDict()
    dose_levels: DoseLevels | None = None
    parameters: MappingOf[str, Quantity]
    correlations: TupleOf[Correlation] = ()
    alternatives: TupleOf[Alternative] = ()
    observed_exposure: TupleOf[Exposure] = ()
    interactions: TupleOf[Interaction] = ()
    regimens: TupleOf[str] = ()
    approvals: TupleOf[Approval] = ()
    side_effects: TupleOf[SideEffect] = ()
    sources: MappingOf[str, Source]
