"""Trials: arms, assessments, endpoints, and what was published of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from her2lab.errors import InputError, Problems
from her2lab.facts.drug_records import DoseLevels, Drug
from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.limits import MOST_ARMS, MOST_ENDPOINTS, MOST_LINES, MOST_PATIENTS, MOST_PRIOR_LINES
from her2lab.facts.management import RuleFile
from her2lab.facts.measures import Assessment
from her2lab.facts.published import Published
from her2lab.facts.quantity import Finite, Identifier, PositiveFloat, Record
from her2lab.facts.reading import to_record
from her2lab.facts.regimen_records import Administration, LineChange, Regimen
from her2lab.facts.rule_changes import RuleChange
from her2lab.facts.strict_yaml import Document
from her2lab.facts.trial_checks import check_trial
from her2lab.facts.trial_writing import in_file, trial_file
from her2lab.facts.trials import trial_data
from her2lab.facts.yaml_text import yaml_text
from her2lab.nearest import unknown


class Arm(Record):
    """One arm of a trial: its size as published, and its regimen.

    `regimen_name` is that of the library which the lines come from, `changes` what the trial has changed of them; the
    lines have the changes.
    """

    id: Identifier
    n: Annotated[int, Field(ge=1, le=MOST_PATIENTS)]
    regimen: Annotated[TupleOf[Administration], Field(max_length=MOST_LINES)]
    regimen_name: Identifier | None = None
    changes: TupleOf[LineChange] = ()
    title: str | None = None


class LvefEvent(Record):
    """What a trial counts as a fall of LVEF: below `below` percent and `fall` points or more below baseline.

    `confirmed`: the next measurement must meet both as well.
    """

    below: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
    fall: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    confirmed: bool = False


Censoring = Literal["fda", "ema"]  # which agency's rules say when a time without progression ends
VirtualPatients = Literal["twins", "independent"]  # whether the arms of a run have the same patients, or each its own


class VisitAttendance(Record):
    """How visits are kept: evenly up to `jitter` days from the planned one, the share `missed` of them not at all."""

    jitter: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    missed: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.0


class Trial(Record):
    """One trial file. `baseline` overrides the population's own mix; see docs/design.md for its keys."""

    id: Identifier
    title: str
    aliases: TupleOf[str] = ()                  # number of the protocol, abbreviations; the registry's counts as one
    registry: str | None = None
    population: str | MappingOf[str, Any]
    baseline: MappingOf[str, Finite] = FrozenDict()
    eligibility: MappingOf[str, tuple[Finite | None, Finite | None]] = FrozenDict()
    prior: Annotated[TupleOf[str | TupleOf[Administration]], Field(max_length=MOST_PRIOR_LINES)] | None = None
    arms: Annotated[TupleOf[Arm], Field(min_length=1, max_length=MOST_ARMS)]
    reference: Identifier | None = None         # the arm that the others are compared with; None: the first
    virtual_patients: VirtualPatients = "twins"
    assessments: MappingOf[Assessment, PositiveFloat]
    visits: VisitAttendance | None = None       # None: all on their days
    followup: PositiveFloat                     # days, after reading
    endpoints: Annotated[TupleOf[str], Field(max_length=MOST_ENDPOINTS)]
    published: Published | None = None
    surgery: PositiveFloat | None = None
    censoring: Censoring = "fda"
    rules: MappingOf[str, bool] = FrozenDict()  # of the library or of its own, switched off or on
    changed_parameters: MappingOf[Identifier, MappingOf[str, str]] = FrozenDict()  # of drugs, with their units
    own_rules: RuleFile | None = None
    changed_rules: MappingOf[Identifier, RuleChange] = FrozenDict()
    dose_levels: MappingOf[Identifier, DoseLevels] = FrozenDict()
    lvef_event: LvefEvent | None = None
    use: Literal["calibration", "validation"] | None = None

    @classmethod
    def of(cls, document: Document, drugs: Mapping[str, Drug] | None = None,
           regimens: Mapping[str, Regimen] | None = None) -> Trial:
        """Return the trial that a file holds, all times in days.

        Parameters
        ----------
        document
            The file.
        drugs
            The drugs that a regimen may name; None leaves out the checks that belong to a drug.
        regimens
            Those that an arm may name; None where there are none.

        Raises
        ------
        InputError
            With all mistakes of the file; each has file, line, field, value and what was expected.
        """
        problems = Problems()
        data = trial_data(document, drugs, problems, regimens)
        with problems:
            trial = to_record(document, cls, data)
        problems.end()
        check_trial(document, trial)
        return trial

    @property
    def reference_arm(self) -> str:
        """The id of the arm that the others are compared with."""
        return self.reference or self.arms[0].id

    def replace(self, **changes: Any) -> Trial:
        """Return a copy with other values of some fields, as a trial file would have them (``followup="24 months"``).

        What was published is kept for arms whose regimen is the same, unless `published` is given.

        Raises
        ------
        InputError
            If there is no such field (the nearest is named), or a trial file could not say so.
        """
        for name in changes:
            if name not in Trial.model_fields:
                raise unknown("field of a trial", name, Trial.model_fields)
        given = {name: in_file(each) for name, each in changes.items()}
        changed = Trial.of(Document(None, {**trial_file(self), "published": None, **given}))
        if "published" in changes or self.published is None:
            return changed
        before = {arm.id: arm.regimen for arm in self.arms}
        return changed.model_copy(update={"published": self.published.of_arms(
            [arm.id for arm in changed.arms if arm.regimen == before.get(arm.id)])})

    def with_arm(self, arm: Arm | Mapping[str, Any]) -> Trial:
        """Return a copy with one more arm, or with this one in place of the arm of the same id.

        Raises
        ------
        InputError
            If a trial file could not have such an arm.
        """
        added = in_file(arm)
        if not isinstance(added, dict) or not isinstance(added.get("id"), str):
            raise InputError("an arm needs an id", field="arm", expected="an arm, or {id: …, n: …, regimen: …}")
        others = {each.id: in_file(each) for each in self.arms}
        return self.replace(arms=list({**others, added["id"]: added}.values()))

    def to_yaml(self) -> str:
        """Return the text of a trial file that holds this trial."""
        return yaml_text(trial_file(self))
