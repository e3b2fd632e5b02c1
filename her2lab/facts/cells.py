"""Cell lines, what makes cells differ, tool compounds, and what was published of cells under treatment.

The records of ``facts/cell_lines``, ``facts/cell_features``, ``facts/tools`` and ``facts/perturbations``; the checks
that go beyond their form are in :mod:`her2lab.facts.cell_checks`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from her2lab.errors import InputError
from her2lab.facts.names import did_you_mean, one_of
from her2lab.facts.quantity import Finite, Quantity, Record, Source
from her2lab.facts.records import Fraction, Identifier

LineName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]

# What of the cell model a line or a feature may set, and in which unit.
MODEL_PARAMETERS: Mapping[str, str] = {
    "receptor.her1_per_cell": "million/cell",
    "receptor.her2_per_cell": "million/cell",
    "receptor.her3_per_cell": "million/cell",
    "receptor.her4_per_cell": "million/cell",
    "receptor.p95_share": "1",
    "receptor.epitope_masking": "1",
    "receptor.autocrine_egf": "nM",
    "receptor.autocrine_neuregulin": "nM",
    "receptor.mutation_l755s": "1",
    "receptor.mutation_t798i": "1",
    "receptor.mutation_v777l": "1",
    "receptor.mutation_exon20": "1",
    "network.igf1r_level": "1",
    "network.met_level": "1",
    "network.fgfr_level": "1",
    "network.src_level": "1",
    "network.notch_level": "1",
    "network.upar_level": "1",
    "network.ptp1b_level": "1",
    "network.stat3_level": "1",
    "network.pten": "1",
    "network.pik3ca_drive": "1",
    "network.kras_drive": "1",
    "network.er_level": "1",
    "network.p53_function": "1",
    "network.rb_function": "1",
    "network.stromal_il6": "nM",
    "network.apoptosis_block": "1",
    "cancer_cell.efflux_level": "1",
    "payload.lysosomal_export": "1",
    "payload.topoisomerase_level": "1",
}
READOUTS = (
    "pegfr",
    "pher2",
    "pher3",
    "pakt",
    "perk",
    "ps6k",
    "pgsk3",
    "p53",
    "mdm2",
    "foxo",
    "cyclin_d",
    "p27",
    "bim",
    "surface_her2",
    "surface_her3",
    "shed_ecd",
    "net_growth",
    "apoptosis",
    "viability",
    "payload",
)
EXTRA_READOUTS = (
    "adcc",
    "pher4",
    "prb",
    "psrc",
    "pstat3",
    "il6",
    "notch",
    "er",
    "survivin",
    "igf1r",
    "irs1",
    "her3_total",
    "pi3k",
    "ptsc2",
    "proliferation",
    "cytotoxic_kill",
    "kill_of_dividing",
    "cell_number",
)
LIGANDS = ("egf", "nrg1", "igf1", "hgf", "fgf", "il6")
GENES = (
    "egfr",
    "erbb2",
    "erbb3",
    "erbb4",
    "grb2",
    "igf1r",
    "met",
    "fgfr",
    "src",
    "stat3",
    "notch1",
    "plaur",
    "ptpn1",
    "bim",
    "pten",
    "rb1",
    "tp53",
    "abcb1",
)
UNCHANGED = (0.8, 1.25)  # ratio within which a readout counts as unchanged where the fact gives no bounds of its own


# ------------------------------------------------------------------------------------------------ cell lines
class CellLine(Record):
    """One cell line: what sets it apart from the cell model's defaults.

    `parameters` are keyed by ``module.symbol`` of the cell model (see `MODEL_PARAMETERS`); a symbol that is absent has
    the default of its module. `features` are applied after them, in order.
    """

    id: LineName
    name: str
    aliases: list[str] = []
    tissue: Literal["breast", "gastric", "ovarian", "lung", "skin"]
    genotype: str
    genotype_seen: bool = False
    parameters: dict[str, Quantity]
    doubling_time: Quantity
    features: list[Identifier] = []
    note: str | None = None
    sources: dict[str, Source]


# ------------------------------------------------------------------------------------------------ features
class Change(Record):
    """What a feature does to one parameter: exactly one of `set` (its new value), `times` and `plus`."""

    parameter: str
    set: Finite | None = None
    times: Finite | None = None
    plus: Finite | None = None
    range: tuple[Finite, Finite] | None = None

    @model_validator(mode="after")
    def _one_change(self) -> Change:
        if [self.set, self.times, self.plus].count(None) != 2:
            raise ValueError("a change is exactly one of set, times and plus")
        return self

    def of(self, value: float) -> float:
        """Return the parameter after the change, from its value before."""
        if self.set is not None:
            return self.set
        return value * self.times if self.times is not None else value + (self.plus or 0.0)


class Evidence(Record):
    """Where the size of a change comes from: exactly one of `source` and `assumption`, as for a Quantity."""

    source: str | None = None
    assumption: str | None = None
    seen: bool | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Evidence:
        if (self.source is None) == (self.assumption is None):
            raise ValueError("the size of a change needs either a source or an assumption, and not both")
        return self


class CellFeature(Record):
    """A property that a cell may carry: a mutation, a loss, a gain, a neighbourhood.

    `mechanism_source` is where the property was found to matter; `evidence` says where the size of the changes is from.
    """

    id: Identifier
    title: str
    mechanism: str
    mechanism_source: str | None = None
    mechanism_seen: bool | None = None
    changes: Annotated[list[Change], Field(min_length=1)]
    evidence: Evidence
    note: str | None = None


class FeatureFile(Record):
    """A file of ``facts/cell_features``."""

    title: str
    features: list[CellFeature]
    sources: dict[str, Source]


# ------------------------------------------------------------------------------------------------ tool compounds
class Tool(Record):
    """A compound that is no drug of this laboratory: it takes `target` away, by half at `half_inhibition`."""

    target: str
    example: str
    half_inhibition: Quantity
    note: str | None = None


class ToolFile(Record):
    """A file of ``facts/tools``."""

    title: str
    tools: dict[Identifier, Tool]
    sources: dict[str, Source]


# ------------------------------------------------------------------------------------------------ perturbations
class Treatment(Record):
    """What is done to a cell: concentrations as text (``1 uM``), shares of proteins knocked down, features added."""

    drugs: dict[Identifier, str] = {}
    ligands: dict[Identifier, str] = {}
    knockdown: dict[Identifier, Fraction] = {}
    features: list[Identifier] = []


class Comparison(Record):
    """A treatment and what it is held against.

    `reference` is another treatment, ``untreated`` (the cell of the fact without this treatment, features of the
    treatment included) or ``start`` (the treated cell itself at time zero).
    """

    treatment: Treatment
    reference: Treatment | Literal["untreated", "start"]


class Perturbation(Record):
    """A published finding on cells under treatment, as a test of the cell model.

    The fact holds if, in each of `lines` (in one of them with ``holds_in: any``), each of `readouts` does what `expect`
    says, for the treatment against its reference and for every comparison of `also`:

    ``up``, ``down``, ``unchanged``
        of treated to reference, both at time `at`; without `fold`, unchanged means within `UNCHANGED`
    ``transient``, ``sustained``
        of the treated cell over `times` (minutes): value at `late` below, or at least, 0.6 of the peak
    ``rebound``
        the treated cell at `at` lies above the same cell at time `early`

    `fold` bounds the ratio to the reference: ``at`` time `at`, at the ``peak`` of `times` or at ``every`` one of them.
    With `against_line`, the ratio is that of the fact's line divided by that of the other line.
    `features` are given to both arms. `stands_in` says what the model reads or uses in place of what was measured.
    A fact that cannot be put to the model has ``expressible: false`` and says `why`; one that needs readouts beyond
    those of ``her2lab cell run`` has ``extra_readout: true``. Grades: A densitometry or flow data, B a published
    direction, M a finding on a model.
    """

    id: Annotated[str, Field(pattern=r"^p[0-9]{3}$")]
    statement: str
    expressible: bool = True
    why: str | None = None
    lines: list[LineName] = []
    holds_in: Literal["each", "any"] = "each"
    features: list[Identifier] = []
    treatment: Treatment | None = None
    reference: Treatment | Literal["untreated", "start"] = "untreated"
    also: list[Comparison] = []
    against_line: LineName | None = None
    readouts: list[str] = []
    at: str | None = None
    early: str | None = None
    late: str = "60 min"
    times: list[Finite] | None = None
    expect: Literal["up", "down", "unchanged", "transient", "sustained", "rebound"]
    fold: tuple[Finite | None, Finite | None] | None = None
    fold_of: Literal["at", "peak", "every"] = "at"
    ratio_60min_to_peak: Finite | None = None
    ratio_120min_to_peak: Finite | None = None
    observed: list[Finite] | str | None = None
    grade: Literal["A", "B", "M"]
    source: str
    further_sources: list[str] = []
    seen: bool
    cell_seen: bool | None = None
    dose_assumed: bool = False
    time_assumed: bool = False
    extra_readout: bool = False
    stands_in: str | None = None
    expected_failure: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Perturbation:
        if not self.expressible:
            if self.why is None:
                raise ValueError("a fact that cannot be put to the model must say why")
            return self
        if not self.lines or not self.readouts or self.treatment is None or self.at is None:
            raise ValueError("a fact needs lines, a treatment, readouts and the time at which they are read")
        if self.expect == "rebound" and self.early is None:
            raise ValueError("a rebound needs the early time")
        if (self.expect in ("transient", "sustained") or self.fold_of != "at") and self.times is None:
            raise ValueError("a time course needs its times")
        return self

    @property
    def comparisons(self) -> list[Comparison]:
        """Every comparison that must hold, the first one included."""
        first = [] if self.treatment is None else [Comparison(treatment=self.treatment, reference=self.reference)]
        return [*first, *self.also]

    @property
    def treatments(self) -> list[Treatment]:
        """Every treatment that is named, as treatment or as reference."""
        arms = [arm for each in self.comparisons for arm in (each.treatment, each.reference)]
        return [arm for arm in arms if isinstance(arm, Treatment)]


class PerturbationFile(Record):
    """A file of ``facts/perturbations``: findings of one kind."""

    title: str
    facts: list[Perturbation]
    sources: dict[str, Source]


# ------------------------------------------------------------------------------------------------ names
def plain(name: str) -> str:
    """Return a line's name without case, spaces and dashes, so that SK-BR-3 and skbr3 are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def line_named(name: str, lines: Mapping[str, CellLine]) -> CellLine:
    """Return the line of this name, id or alias.

    Raises
    ------
    InputError
        If there is none; the nearest one is named.
    """
    known = {plain(each): line for line in lines.values() for each in (line.id, line.name, *line.aliases)}
    found = known.get(plain(name))
    if found is None:
        near = did_you_mean(plain(name), known)
        hint = next((f"; did you mean {line.name}?" for key, line in known.items() if f" {key}?" in near), "")
        expected = None if hint else one_of(line.name for line in lines.values())
        raise InputError(f"unknown cell line{hint}", field="cell line", value=name, expected=expected)
    return found
