"""The review's statements, whatever they are tried in: which are asked for, and what came out of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.claims import Claim
from her2lab.facts.reference_claims import ReferenceClaim
from her2lab.facts.trial_claims import ClaimWithSource
from her2lab.review import cell_checks, reference_checks, trial_checks
from her2lab.task_pool import Progress

AnyVerdict = cell_checks.CellVerdict | trial_checks.TrialVerdict | reference_checks.ReferenceVerdict
Kept = TypeVar("Kept")

IN_DISH = "mechanism"  # the kind that is tried on cells


@dataclass(frozen=True)
class Statements:
    """Statements in an order, by what they are tried in: cells, virtual trials, or facts that are shown."""

    names: tuple[str, ...]
    in_dish: Mapping[str, Claim]
    in_trials: Mapping[str, ClaimWithSource]
    shown: Mapping[str, ReferenceClaim]

    def only(self, names: Iterable[str]) -> Statements:
        """Return some of them, in this order."""
        chosen = tuple(dict.fromkeys(names))
        return Statements(chosen, _of(self.in_dish, chosen), _of(self.in_trials, chosen), _of(self.shown, chosen))

    @property
    def can_be_switched_off(self) -> list[str]:
        """Those of which it is said what switches their mechanism off."""
        claims = {**self.in_dish, **{name: posed.claim for name, posed in self.in_trials.items()}}
        return [name for name in self.names if name in claims and claims[name].without is not None]


def asked_for(wanted: Sequence[str], kinds: Collection[str], *, without: bool = False) -> Statements:
    """Return the wanted statements in the order in which they were named; none: all of these kinds, in the review's.

    Without their mechanisms all are those of which it is said what switches these off.

    Raises
    ------
    InputError
        If there is no such statement, or nothing to switch off behind it.
    """
    statements = _of_kinds(kinds)
    for name in wanted:
        if name not in statements.names:
            raise InputError("there is no such statement of the review, or not of this kind", field="CLAIM", value=name,
                             expected=" or ".join(statements.names))
        if without and name in statements.shown:
            raise InputError("is a fact that no mechanism decides", field="--without", value=name)
    if not wanted and without:
        return statements.only(statements.can_be_switched_off)
    return statements.only(wanted or statements.names)


def verdicts(statements: Statements, *, seed: int = 1, jobs: int = 1, patients: int | None = None,
             progress: Progress | None = None, without: bool = False) -> list[AnyVerdict]:
    """Run statements and return what came out, in their order; parameters as in the modules that try them.

    Raises
    ------
    InputError
        If a statement names what there is not; nothing has been run then.
    WorkError
        If a trial fails, or its result does not hold what a statement reads.
    """
    tried = trial_checks.verdicts(statements.in_trials.values(), seed=seed, jobs=jobs, patients=patients,
                                  progress=progress, without=without)
    in_dish = cell_checks.verdicts(statements.in_dish.values(), jobs, without=without)
    found: list[AnyVerdict] = [*tried, *in_dish, *reference_checks.verdicts(statements.shown.values())]
    by_name = {each.claim.id: each for each in found}
    return [by_name[name] for name in statements.names]


def _of_kinds(kinds: Collection[str]) -> Statements:
    in_dish = library.claims() if IN_DISH in kinds else {}
    in_trials = {name: posed for name, posed in library.trial_claims().items() if posed.claim.kind in kinds}
    shown = {name: claim for name, claim in library.reference_claims().items() if claim.kind in kinds}
    claims = [*in_dish.values(), *(posed.claim for posed in in_trials.values()), *shown.values()]
    return Statements(tuple(library.in_order(claims)), in_dish, in_trials, shown)


def _of(statements: Mapping[str, Kept], names: Iterable[str]) -> dict[str, Kept]:
    return {name: statements[name] for name in names if name in statements}
