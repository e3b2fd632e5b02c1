"""The records of ``facts/``: drugs, regimens, trials, populations and model parameters.

These classes are the vocabulary that all rooms share. They say what a file may hold; how it is read and how a
mistake is reported is the business of :mod:`her2lab.facts.reading`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from her2lab.facts.published import Published as Published
from her2lab.facts.published import PublishedContrast as PublishedContrast
from her2lab.facts.quantity import Covariate, Finite, Quantity, Record, Source

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
PositiveFloat = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Route = Literal["iv", "sc", "im", "oral"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


# ------------------------------------------------------------------------------------------------ dosing
class Dose(Record):
    """An amount per administration; `unit` is kept because mg/kg and mg/m2 are dimensions of their own."""

    amount: PositiveFloat
    unit: Literal["mg", "mg/kg", "mg/m2"]


class Administration(Record):
    """One line of a regimen, as in the trial-file contract (docs/reference/trial_files.md).

    Times in days, counted from day 0; `days` count from 1 within each cycle of length `every`.
    """

    drug: str
    dose: Dose | None = None
    auc: PositiveFloat | None = None
    at: list[Finite] | None = None
    start: Finite = 0.0
    every: PositiveFloat | None = None
    days: list[int] | None = None
    per_day: Annotated[int, Field(ge=1)] = 1
    cycles: Annotated[int, Field(ge=1)] | None = None
    duration: PositiveFloat | None = None
    until: Literal["progression"] | None = None
    route: Route = "iv"
    ramp: list[tuple[Dose, PositiveFloat]] = []


# ------------------------------------------------------------------------------------------------ drugs
class Approval(Record):
    region: str
    status: Literal["approved", "withdrawn", "under_review", "not_approved"]
    date: str | None = None
    indication: str
    source: str


class SideEffect(Record):
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
    properties: dict[str, Finite] = {}
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
    values: Annotated[list[PositiveFloat], Field(min_length=1)]
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
    drug_class: Literal["antibody", "cytotoxic", "small_molecule", "antibody_drug_conjugate", "checkpoint",
                        "endocrine", "antiangiogenic", "supportive", "tool"]
    module: str
    mechanism: str
    targets: list[str] = []
    pharmacokinetics_tier: Literal["A", "B", "C", "D"] | None = None
    molar_mass: Quantity
    routes: list[Route]
    infusion_minutes: Quantity | None = None
    dose_units: list[Literal["mg", "mg/kg", "mg/m2"]]
    dose_units_by_route: dict[Route, list[Literal["mg", "mg/kg", "mg/m2"]]] = {}
    auc_dosing: bool = False                    # dosed by area under the curve (Calvert), as carboplatin is
    highest_dose: dict[str, Quantity] = {}
    dose_levels: DoseLevels | None = None
    parameters: dict[str, Quantity]
    correlations: list[Correlation] = []
    alternatives: list[Alternative] = []
    observed_exposure: list[Exposure] = []
    interactions: list[Interaction] = []
    regimens: list[str] = []
    approvals: list[Approval] = []
    side_effects: list[SideEffect] = []
    sources: dict[str, Source]


# ------------------------------------------------------------------------------------------------ regimens
class Regimen(Record):
    """A named regimen (facts/regimens), for a drug's page and for what patients had before a trial."""

    id: Identifier
    title: str
    regimen: list[Administration]
    source: str
    seen: bool | None = None
    sources: dict[str, Source]


# ------------------------------------------------------------------------------------------------ trials
class Arm(Record):
    id: Identifier
    n: Annotated[int, Field(ge=1)]
    regimen: list[Administration]
    title: str | None = None


class LvefEvent(Record):
    """What a trial counts as a fall of LVEF: below `below` percent and `fall` points or more below baseline.

    `confirmed`: the next measurement must meet both as well.
    """

    below: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
    fall: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    confirmed: bool = False


class Trial(Record):
    """One trial file. `baseline` overrides the population's own mix; see docs/reference/trial_files.md for its keys."""

    id: Identifier
    title: str
    registry: str | None = None
    population: str | dict[str, Any]
    baseline: dict[str, Finite] = {}
    eligibility: dict[str, tuple[Finite | None, Finite | None]] = {}
    prior: list[Any] | None = None
    arms: Annotated[list[Arm], Field(min_length=1)]
    assessments: dict[Literal["tumour", "lvef", "blood"], PositiveFloat]
    followup: PositiveFloat                     # days, after reading
    endpoints: list[str]
    published: Published | None = None
    surgery: PositiveFloat | None = None
    rules: dict[str, bool] = {}
    lvef_event: LvefEvent | None = None
    use: Literal["calibration", "validation"] | None = None


# ------------------------------------------------------------------------------------------------ populations
class Distribution(Record):
    """How one property of a patient is drawn. Fields depend on `kind`:

    ``lognormal``: median, cv_percent; ``normal``: mean, sd; ``bernoulli``: probability; ``categories``: shares;
    ``constant``: value. `low` and `high` truncate (by redrawing through the quantile function). `by` names a
    categorical or 0/1 property drawn before, and `levels` then gives one distribution per level.
    `formula` kinds are computed from weight and height with `coefficients`: ``body_surface_area`` and
    ``lean_body_weight``. `covariates` multiply the value as they do for a Quantity, `times` names drawn columns
    (properties or parameters) that multiply it as well, `plus` names columns that are then added.
    """

    kind: Literal["lognormal", "normal", "bernoulli", "categories", "constant", "formula"]
    unit: str = "1"
    median: Finite | None = None
    cv_percent: Finite | None = None
    mean: Finite | None = None
    sd: Finite | None = None
    probability: Fraction | None = None
    shares: dict[str, Fraction] | None = None
    value: Finite | None = None
    low: Finite | None = None
    high: Finite | None = None
    by: str | None = None
    levels: dict[str, Distribution] | None = None
    formula: Literal["body_surface_area", "lean_body_weight"] | None = None
    coefficients: list[Finite] = []
    covariates: list[Covariate] = []
    times: list[str] = []
    plus: list[str] = []
    source: str | None = None
    assumption: str | None = None
    range: tuple[Finite, Finite] | None = None
    seen: bool | None = None
    calibrated: bool = False
    note: str | None = None


class PairCorrelation(Record):
    """Correlation of two properties on the normal scale that underlies them (Gaussian copula)."""

    between: tuple[str, str]
    value: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    source: str | None = None
    assumption: str | None = None


class HistoryStep(Record):
    """An earlier line: a regimen of facts/regimens, given until progression before entry.

    `when` and `unless` name properties of the patient with the values 0 and 1: who has 0 for `when`, or 1 for
    `unless`, did not have this line.
    """

    regimen: Identifier
    when: Identifier | None = None
    unless: Identifier | None = None
    source: str | None = None
    assumption: str | None = None
    note: str | None = None


class Population(Record):
    """A population: properties of the patient (`covariates`) and model parameters that vary between patients.

    `parameters` are keyed by the symbol of the assembled patient (``clone_2_growth_rate``) or, for all instances of a
    module alike, by ``module.symbol`` (``clone.growth_rate``); later entries overrule earlier ones. A symbol that is
    not listed has its value, and its spread if any, from facts/parameters. `baseline_keys` says which property (and,
    after a colon, which of its categories) a baseline key of a trial file sets; the keys in `not_simulated` are
    taken as 0 and refused with any other value. `history` lists the lines that were given before entry, in order;
    `before_entry` holds properties that had another value during these, such as metastases found only at entry.
    """

    id: Identifier
    title: str
    covariates: dict[str, Distribution]
    parameters: dict[str, Distribution]
    correlations: list[PairCorrelation] = []
    baseline_keys: dict[str, str] = {}
    not_simulated: list[str] = []
    history: list[HistoryStep] = []
    before_entry: dict[str, Finite] = {}
    sources: dict[str, Source]


# ------------------------------------------------------------------------------------------------ model parameters
class ModuleFacts(Record):
    """Values of the constants of one biology module (file name = module name)."""

    module: str
    title: str
    parameters: dict[str, Quantity]
    sources: dict[str, Source] = {}


# ------------------------------------------------------------------------------------------------ CTCAE grades
GradeName = Literal["grade1", "grade2", "grade3", "grade4"]
Graded = Literal[
    "lvef", "neutrophils", "platelets", "haemoglobin", "alt", "ast", "bilirubin", "diarrhoea", "nausea", "vomiting",
    "stomatitis", "rash", "hand_foot_syndrome", "alopecia", "peripheral_neuropathy", "fatigue", "infusion_reaction",
    "ild", "heart_failure", "febrile_neutropenia",
]


class Grading(Record):
    """Cut-offs of one adverse event that is graded by a measure.

    A value below ``below[grade]``, of ``at_least[grade]`` or more, or that fell from baseline by
    ``fall_at_least[grade]`` or more has at least that grade. The highest grade met counts. heart_failure and
    febrile_neutropenia have the value 1 once they have happened. Investigators report an event as adverse from the
    grade `reported_from` on: a laboratory value that is a little out of the normal range mostly is not. `noticed` is
    the share of patients whose worst value falls on a day on which blood is drawn.
    """

    event: str
    measure: Graded
    reported_from: Annotated[int, Field(ge=1, le=4)] = 1
    noticed: Quantity | None = None
    below: dict[GradeName, Quantity] = {}
    at_least: dict[GradeName, Quantity] = {}
    fall_at_least: dict[GradeName, Quantity] = {}
    note: str | None = None


class GradeFile(Record):
    title: str
    grades: list[Grading]
    sources: dict[str, Source]
