"""What was published of cells under treatment: the records of ``facts/perturbations``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from her2lab.facts.cells import LineName
from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.quantity import Finite, Fraction, Identifier, Record, Source

UNCHANGED = (0.8, 1.25)  # ratio within which a readout counts as unchanged where the fact gives no bounds of its own


class Treatment(Record):
    """What is done to cells: concentrations as text (``1 uM``), shares of proteins knocked down, features added."""

    drugs: MappingOf[Identifier, str] = FrozenDict()
    ligands: MappingOf[Identifier, str] = FrozenDict()
    knockdown: MappingOf[Identifier, Fraction] = FrozenDict()
    features: TupleOf[Identifier] = ()


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
    those of the contract has ``extra_readout: true``. Grades: A densitometry or flow data, B a published
    direction, M a finding on a model.
    """

    id: Annotated[str, Field(pattern=r"^p[0-9]{3}$")]
    statement: str
    expressible: bool = True
    why: str | None = None
    lines: TupleOf[LineName] = ()
    holds_in: Literal["each", "any"] = "each"
    features: TupleOf[Identifier] = ()
    treatment: Treatment | None = None
    reference: Treatment | Literal["untreated", "start"] = "untreated"
    also: TupleOf[Comparison] = ()
    against_line: LineName | None = None
    readouts: TupleOf[str] = ()
    at: str | None = None
    early: str | None = None
    late: str = "60 min"
    times: TupleOf[Finite] | None = None
    expect: Literal["up", "down", "unchanged", "transient", "sustained", "rebound"]
    fold: tuple[Finite | None, Finite | None] | None = None
    fold_of: Literal["at", "peak", "every"] = "at"
    ratio_60min_to_peak: Finite | None = None
    ratio_120min_to_peak: Finite | None = None
    observed: TupleOf[Finite] | str | None = None
    grade: Literal["A", "B", "M"]
    source: str
    further_sources: TupleOf[str] = ()
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
    facts: TupleOf[Perturbation]
    sources: MappingOf[str, Source]
