"""Statements of the review as virtual trials: what a file of ``facts/claims`` that holds ``trials`` may say.

A check compares one number of two groups of virtual patients. What counts as holding is written here, in data, before a
trial is run; a verdict comes from a run each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from her2lab.facts.claims import Statement
from her2lab.facts.quantity import Finite, Record
from her2lab.facts.records import Identifier
from her2lab.facts.strict_yaml import Document

Limits = dict[str, tuple[Finite | None, Finite | None]]
Name = Annotated[str, Field(min_length=1)]

KINDS = ("events", "stopped", "held", "reduced", "given", "decision", "change", "endpoint")


class Setup(Record):
    """One virtual trial: one of the library, one written in `file` as a trial file is, or one `like` another.

    The rest changes it. `arms` are those to run (default: all), `rules` switch single rules and `without_rules` all
    rules of organs off, `fixed` gives every patient the same value of a property. What was published is not read.
    """

    library: Identifier | None = None
    file: dict[str, Any] | None = None
    like: Name | None = None
    patients: Annotated[int, Field(ge=2)] | None = None
    arms: list[str] | None = None
    followup: Finite | str | None = None
    rules: dict[str, bool] = {}
    without_rules: list[Name] = []
    baseline: dict[str, Finite] = {}
    eligibility: Limits = {}
    assessments: dict[str, Finite | str] = {}
    fixed: dict[str, Finite] = {}

    @model_validator(mode="after")
    def _one_origin(self) -> Setup:
        if sum(origin is not None for origin in (self.library, self.file, self.like)) != 1:
            raise ValueError("a trial is either one of the library, written in file, or like another trial of the file")
        if self.patients is None and self.like is None:
            raise ValueError("the patients of each arm are missing")
        return self

    def after(self, other: Setup) -> Setup:
        """Return the other setup with what this one says put in its place."""
        said = {name: getattr(self, name) for name in self.model_fields_set - {"like"}}
        return other.model_copy(update=said)


class Readout(Record):
    """What is read in each patient: exactly one of the kinds.

    ``events``: any of these adverse events of at least `grade`. ``stopped``, ``held``, ``reduced``, ``given``: whether
    that drug was stopped by a rule, held or reduced at least once, given at all. ``decision``: whether a rule of
    `organ` ever decided so. All these are percentages of patients. ``change``: the mean of what was measured on `days`
    (first and last), less what was measured before treatment; patients without a measurement on these days do not
    count. ``endpoint``: one of the result's endpoints, of all patients of an arm.
    """

    events: Annotated[list[str], Field(min_length=1)] | None = None
    grade: Annotated[int, Field(ge=1, le=5)] | None = None
    stopped: Name | None = None
    held: Name | None = None
    reduced: Name | None = None
    given: Name | None = None
    decision: Literal["hold", "resume", "reduce", "stop", "give", "reload"] | None = None
    organ: Name | None = None
    change: Literal["lvef", "neutrophils", "platelets", "haemoglobin", "alt", "ast", "bilirubin"] | None = None
    days: tuple[Finite, Finite] | None = None
    endpoint: Name | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Readout:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"what is read is exactly one of {', '.join(KINDS)}")
        for beside, kind in (("grade", "events"), ("organ", "decision"), ("days", "change")):
            if getattr(self, beside) is not None and getattr(self, kind) is None:
                raise ValueError(f"{beside} belongs to {kind}")
        if self.change is not None and (self.days is None or self.days[0] > self.days[1]):
            raise ValueError("change needs days, the first and the last")
        return self


class Reference(Record):
    """The group compared with; what is not said is as in the check."""

    trial: Name | None = None
    arm: Name | None = None
    where: Limits | None = None
    minus: Name | None = None
    read: Readout | None = None

    @model_validator(mode="after")
    def _differs(self) -> Reference:
        if not self.model_fields_set:
            raise ValueError("a reference differs in something: trial, arm, where, minus or read")
        return self


class SafetyCheck(Record):
    """`read` in the patients `where` of `arm`, against those of the reference.

    `where` limits properties of the patients (lowest, highest; both may be met). With `minus`, what is read of a
    patient is the difference from the same patient in that other arm. ``up`` and ``down`` hold if the 90 % interval of
    the difference lies on that side of zero and the difference is at least `margin`; ``unchanged`` holds if the whole
    interval lies within plus and minus `margin`. A margin is in percentage points, or in the unit of what has changed.
    """

    says: str
    trial: Name
    arm: Name
    where: Limits = {}
    minus: Name | None = None
    read: Readout
    reference: Reference
    expect: Literal["up", "down", "unchanged"]
    margin: Annotated[Finite, Field(ge=0)] = 0.0

    @model_validator(mode="after")
    def _margin_said(self) -> SafetyCheck:
        if self.expect == "unchanged" and self.margin == 0:
            raise ValueError("unchanged needs a margin above zero")
        return self

    def against(self) -> SafetyCheck:
        """Return the reference as a check of its own, with everything that it does not say filled in."""
        said = {name: value for name in type(self.reference).model_fields
                if (value := getattr(self.reference, name)) is not None}
        return self.model_copy(update=said)


class SafetyClaim(Statement):
    """A statement that is tried in virtual trials."""

    checks: Annotated[list[SafetyCheck], Field(min_length=1)]


class SafetyClaimFile(Record):
    """A file of ``facts/claims`` with virtual trials, each run once for all checks that read it."""

    title: str
    trials: dict[str, Setup]
    claims: list[SafetyClaim]


@dataclass(frozen=True)
class Posed:
    """A statement with the file that it stands in, whose trials it reads."""

    claim: SafetyClaim
    file: SafetyClaimFile
    document: Document
