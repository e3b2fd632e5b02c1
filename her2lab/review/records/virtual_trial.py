"""Claims as virtual trials: what a file of ``facts/claims`` that holds ``trials`` may say.

A check compares one number of two groups of virtual patients, or with a figure that was stated. What counts as holding
is written here, in data, before a trial is run; a verdict comes from a run each time.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from her2lab.facts.quantity import Finite, Record, Source
from her2lab.facts.records import Distribution, Identifier
from her2lab.review.records.claim import ClaimRecord
from her2lab.review.records.readout import Name, Readout, Strata

Limits = dict[str, tuple[Finite | None, Finite | None]]
Expected = Literal["up", "down", "unchanged", "not_up", "not_down", "figure", "shown"]


class TrialSetup(Record):
    """One virtual trial: one of the library, one written in `file` as a trial file is, or one `like` another.

    The rest changes it. `arms` are those to run (default: all), `rules` switch single rules and `without_rules` all
    rules of organs off. `population` takes the place of the trial's own, with its own mix and history; `fixed` gives
    every patient the same value of a property, `parameters` says anew how numbers of the model are drawn. What was
    published is not read.
    """

    library: Identifier | None = None
    file: dict[str, Any] | None = None
    like: Name | None = None
    patients: Annotated[int, Field(ge=2)] | None = None
    arms: list[str] | None = None
    followup: Finite | str | None = None
    rules: dict[str, bool] = {}
    without_rules: list[Name] = []
    population: Identifier | None = None
    baseline: dict[str, Finite] = {}
    eligibility: Limits = {}
    assessments: dict[str, Finite | str] = {}
    fixed: dict[str, Finite] = {}
    parameters: dict[str, Distribution] = {}

    @model_validator(mode="after")
    def _one_origin(self) -> TrialSetup:
        if sum(origin is not None for origin in (self.library, self.file, self.like)) != 1:
            raise ValueError("a trial is either one of the library, written in file, or like another trial of the file")
        if self.patients is None and self.like is None:
            raise ValueError("the patients of each arm are missing")
        return self

    def after(self, other: TrialSetup) -> TrialSetup:
        """Return the other setup with what this one says put in its place."""
        said = {name: getattr(self, name) for name in self.model_fields_set - {"like"}}
        return other.model_copy(update=said)


class Reference(Record):
    """The group compared with; what is not said is as in the check."""

    trial: Name | None = None
    arm: Name | None = None
    where: Strata | None = None
    minus: Name | None = None
    read: Readout | None = None

    @model_validator(mode="after")
    def _differs(self) -> Reference:
        if not self.model_fields_set:
            raise ValueError("a reference differs in something: trial, arm, where, minus or read")
        return self


class TrialCheck(Record):
    """`read` in the patients `where` of `arm`, against those of the reference, or by itself.

    With `minus`, what is read of a patient is the difference from the same patient in that other arm (of a hazard: the
    hazard ratio against that arm), so that a reference compares two effects. What is compared is the difference of the
    groups; of hazards their ratio; without a reference what is read itself. ``up`` and ``down`` hold if its 90 %
    interval lies on that side of `figure` (default: no difference) and the value at least `margin` from it;
    ``unchanged`` if the whole interval lies within the margin, ``not_up`` and ``not_down`` if it does not pass the
    margin on that side; ``figure`` if the stated `figure` lies in the interval; ``shown`` is only shown. A margin is in
    the unit of what is compared, of a ratio a factor above 1. `by` says whose claim it is: what primary sources say
    where the review differs is shown, and does not decide. `contradicted`: primary sources say otherwise, so that it is
    not the model's fault if it does not come out.
    """

    says: str
    by: Literal["review", "primary"] = "review"
    trial: Name
    arm: Name
    where: Strata = {}
    minus: Name | None = None
    read: Readout
    reference: Reference | None = None
    figure: Finite | None = None
    expect: Expected
    margin: Annotated[Finite, Field(ge=0)] = 0.0
    contradicted: bool = False

    @model_validator(mode="after")
    def _complete(self) -> TrialCheck:
        if self.expect == "unchanged" and self.margin == 0:
            raise ValueError("unchanged needs a margin above zero")
        if self.read.is_ratio and 0 < self.margin <= 1:
            raise ValueError("the margin of a ratio is a factor above 1")
        if self.figure is None and (self.expect == "figure" or (self.reference is None and self.expect != "shown")):
            raise ValueError("the reference is missing, or the figure to compare with")
        return self

    @model_validator(mode="after")
    def _comparable(self) -> TrialCheck:
        against = self.against()
        if self.read.is_ratio and self.minus is None and (against is None or against.minus is not None):
            raise ValueError("a hazard is compared with that of a reference, or of the arm minus")
        if against is not None and against.read.is_ratio != self.read.is_ratio:
            raise ValueError("a hazard is compared with a hazard only")
        if self.read.cost == "life_year_gained" and (self.minus is None or self.reference is not None):
            raise ValueError("a cost for each life-year gained needs minus, and has no reference")
        return self

    @property
    def decides(self) -> bool:
        """Whether the verdict rests on it: the others are only shown."""
        return self.by == "review" and self.expect != "shown"

    def against(self) -> TrialCheck | None:
        """Return the reference as a check of its own, with everything that it does not say filled in."""
        if self.reference is None:
            return None
        said = {name: value for name in type(self.reference).model_fields
                if (value := getattr(self.reference, name)) is not None}
        return self.model_copy(update=said)

    def sides(self) -> list[TrialCheck]:
        """Return the group and, if there is one, the reference."""
        against = self.against()
        return [self] if against is None else [self, against]


class TrialClaimRecord(ClaimRecord):
    """A claim that is checked in virtual trials, or of which it is said why it cannot be.

    `reading` says how the claim is read, and what stands for what the model does not hold.
    """

    kind: Literal["safety", "clinical", "selection"]
    reading: str | None = None
    checks: list[TrialCheck] = []
    not_testable: str | None = None

    @model_validator(mode="after")
    def _checked(self) -> TrialClaimRecord:
        decides = any(check.decides for check in self.checks)
        if decides == (self.not_testable is not None) or (self.checks and not decides):
            raise ValueError("a claim has a check by the review that decides, or not_testable says why it has none")
        return self


class TrialClaimFile(Record):
    """A file of ``facts/claims`` with virtual trials, each run once for all checks that read it."""

    title: str
    trials: dict[str, TrialSetup]
    claims: list[TrialClaimRecord]
    sources: dict[str, Source] = {}
