"""A claim of the review, whatever it is checked in; what one check gave; and the verdict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from her2lab.errors import InputError
from her2lab.review.records.claim import ClaimRecord, DifferingFigure, Kind, MechanismOff
from her2lab.review.runs import Runs

Word = Literal["holds", "fails", "reference", "not_testable"]
Fault = Literal["primary sources", "model", "both", "too few patients"]


@dataclass(frozen=True)
class Evidence:
    """What one check or fact gave, to be shown.

    Attributes
    ----------
    cells
        A row of a table: the text under each heading, the same headings in all rows of a claim.
    data
        The same as plain data, numbers as they are.
    summary
        What came out in a few words; None of a fact.
    """

    cells: Mapping[str, str]
    data: Mapping[str, object]
    summary: str | None


class Outcome(Protocol):
    """What one check or fact gave."""

    @property
    def says(self) -> str:
        """What is compared, in words."""

    def evidence(self) -> Evidence:
        """Return it to be shown."""


class Check(Protocol):
    """One comparison that a claim asks for."""

    @property
    def says(self) -> str:
        """What is compared, in words."""

    @property
    def contradicted(self) -> bool:
        """Whether primary sources say otherwise."""


class CheckOutcome(ABC):
    """What one check gave, on which a verdict may rest: whether it `holds`, as stated."""

    check: Check
    holds: bool

    @property
    def says(self) -> str:
        """What is compared, in words."""
        return self.check.says

    @property
    def contradicted(self) -> bool:
        """Whether primary sources say otherwise."""
        return self.check.contradicted

    @abstractmethod
    def evidence(self) -> Evidence:
        """Return it to be shown."""


@dataclass(frozen=True)
class Claim(ABC):
    """One claim of the review: checked on cells or in virtual trials, a reference that is shown, or not testable.

    Claims are checked together (:func:`her2lab.review.checks.verdicts`): each plans its runs, all are run at once, then
    each is checked.

    Attributes
    ----------
    record
        What the claim's file says.
    sources
        Citations by the names that the file gives them.
    kind
        What it is on: a mechanism, safety, efficacy, the selection of patients; a fact; or how the review was made.
    tried_in
        What is run to check it; None if nothing is.
    """

    record: ClaimRecord
    sources: Mapping[str, str]
    kind: Kind
    tried_in: ClassVar[Literal["cell culture", "virtual trials"] | None] = None

    @property
    def id(self) -> str:
        """Its number, such as C09."""
        return self.record.id

    @property
    def section(self) -> str | None:
        """The section of the review."""
        return self.record.section

    @property
    def text(self) -> str:
        """What the review states."""
        return self.record.states

    @property
    def primary(self) -> str | None:
        """What primary sources say beside the review."""
        return self.record.primary

    @property
    def reading(self) -> str | None:
        """How the claim is read, where that needs saying."""
        return None

    @property
    def differing_figures(self) -> Sequence[DifferingFigure]:
        """Figures in which the review and primary sources differ."""
        return self.record.beside

    @property
    def mechanism(self) -> MechanismOff | None:
        """What switches the mechanism behind it off, if it is said."""
        return self.record.without

    def patient_days(self) -> float:
        """Return how much is simulated to check it, at most: days of all virtual patients."""
        return 0.0

    def plan(self, runs: Runs) -> None:  # noqa: B027  # a claim that needs no run has nothing to plan
        """Enter what has to be run.

        Raises
        ------
        InputError
            If the claim names what there is not, or with mechanisms switched off does not say what is behind it.
        """

    @abstractmethod
    def check(self, runs: Runs) -> Verdict:
        """Return what came out of runs that have been run.

        Raises
        ------
        WorkError
            If a result does not hold what the claim reads.
        """

    def switched_off(self) -> MechanismOff:
        """Return what switches the mechanism behind it off.

        Raises
        ------
        InputError
            If the claim does not say.
        """
        if self.mechanism is None:
            raise InputError("the claim does not say what switches the mechanism behind it off", field="claim",
                             value=self.id, expected="a claim with `without` in facts/claims")
        return self.mechanism


@dataclass(frozen=True)
class Verdict:
    """What came out for one claim.

    Attributes
    ----------
    word
        ``holds``, ``fails``, ``reference`` (a fact that is shown) or ``not_testable``.
    reason
        Why, in one line.
    outcomes
        What its checks or facts gave.
    fault
        Why the claim fails: primary sources contradict it, or the model does not show what they say, or both; or there
        were fewer patients than the claim asks for, by which the model cannot be judged. None if it does not fail, or
        the mechanism behind it was switched off.
    """

    claim: Claim
    word: Word
    reason: str
    outcomes: tuple[Outcome, ...] = ()
    fault: Fault | None = None

    @property
    def holds(self) -> bool:
        """Whether every check that decides is as stated."""
        return self.word == "holds"


def decided(claim: Claim, outcomes: Sequence[CheckOutcome], deciding: Sequence[CheckOutcome], remark: str = "", *,
            too_few: bool = False, without: bool = False) -> Verdict:
    """Return the verdict that follows from checks: the claim holds if all that decide are as stated.

    Parameters
    ----------
    outcomes, deciding
        What all checks gave, and those that decide.
    remark
        What the reason says besides.
    too_few
        Whether there were fewer patients than the claim asks for.
    without
        Whether the mechanism behind the claim was switched off, so that nothing is at fault.
    """
    missed = [each for each in deciding if not each.holds]
    return Verdict(claim, "fails" if missed else "holds", _reason(deciding, missed) + remark, tuple(outcomes),
                   None if without else _fault(missed, too_few))


def _reason(deciding: Sequence[CheckOutcome], missed: Sequence[CheckOutcome]) -> str:
    if not missed:
        return "the only reading is as stated" if len(deciding) == 1 else f"all {len(deciding)} readings are as stated"
    named = dict.fromkeys(each.says for each in missed)
    return f"{len(missed)} of {len(deciding)} readings not as stated: {'; '.join(named)}"


def _fault(missed: Sequence[CheckOutcome], too_few: bool) -> Fault | None:
    contradicted = {each.contradicted for each in missed}
    if too_few and False in contradicted:
        return "too few patients"
    if len(contradicted) == 2:
        return "both"
    return None if not contradicted else "primary sources" if True in contradicted else "model"
