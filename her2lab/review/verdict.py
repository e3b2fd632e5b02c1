"""What came out for a statement of the review, whatever it was tried in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from her2lab.errors import InputError
from her2lab.facts.claims import Statement, Without


class Says(Protocol):
    """A check: what is tried, in words."""

    @property
    def says(self) -> str:
        """What is tried."""

    @property
    def contradicted(self) -> bool:
        """Whether primary sources say otherwise."""


class Tried(Protocol):
    """One check as it came out."""

    @property
    def check(self) -> Says:
        """The check."""

    @property
    def holds(self) -> bool:
        """Whether it came out as stated."""


Fault = Literal["primary sources", "model", "both"]
StatementT = TypeVar("StatementT", bound=Statement)
OutcomeT = TypeVar("OutcomeT", bound=Tried)


def switch(statement: Statement) -> Without:
    """Return what switches the mechanism behind a statement off.

    Raises
    ------
    InputError
        If the statement does not say.
    """
    if statement.without is None:
        raise InputError("the statement does not say what switches the mechanism behind it off", field="--without",
                         value=statement.id, expected="a statement with `without` in facts/claims")
    return statement.without


@dataclass(frozen=True)
class Verdict(Generic[StatementT, OutcomeT]):
    """What came out for one statement, or with the mechanism behind it switched off."""

    claim: StatementT
    outcomes: tuple[OutcomeT, ...]
    switched_off: bool = False

    @property
    def counted(self) -> tuple[OutcomeT, ...]:
        """The checks that decide: all of them."""
        return self.outcomes

    @property
    def holds(self) -> bool:
        """Whether every check that decides is as stated."""
        return all(outcome.holds for outcome in self.counted)

    @property
    def word(self) -> str:
        """``holds`` or ``fails``."""
        return "holds" if self.holds else "fails"

    @property
    def fault(self) -> Fault | None:
        """Why the statement fails: primary sources contradict it, or the model does not show what they say, or both."""
        if self.switched_off:
            return None
        missed = {outcome.check.contradicted for outcome in self.counted if not outcome.holds}
        if len(missed) == 2:
            return "both"
        return None if not missed else "primary sources" if True in missed else "model"

    @property
    def reason(self) -> str:
        """Why, in one line."""
        tried = self.counted
        missed = list(dict.fromkeys(outcome.check.says for outcome in tried if not outcome.holds))
        if not missed:
            return "the only reading is as stated" if len(tried) == 1 else f"all {len(tried)} readings are as stated"
        count = sum(not outcome.holds for outcome in tried)
        return f"{count} of {len(tried)} readings not as stated: {'; '.join(missed)}"
