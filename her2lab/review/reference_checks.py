"""What the review states as facts, beside what the product holds: read where it stands each time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from her2lab import biology, population
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Approval, Drug
from her2lab.facts.reference_claims import DrugRow, Fact, ReferenceClaim, Share

PATIENTS, SEED = 4000, 1  # of a share of virtual patients


@dataclass(frozen=True)
class ReferenceFact:
    """One fact: what the review says, what primary sources say and the product holds; `agrees` with the review or not.

    None is what is not said, and an agreement that cannot be told.
    """

    says: str
    review: str | None
    primary: str | None
    source: str | None
    held: str
    agrees: bool | None


@dataclass(frozen=True)
class ReferenceVerdict:
    """What the product holds beside one statement."""

    claim: ReferenceClaim
    outcomes: tuple[ReferenceFact, ...]

    @property
    def word(self) -> str:
        """``reference`` or ``not_testable``."""
        return "reference" if self.claim.not_testable is None else "not_testable"

    @property
    def fault(self) -> None:
        """A fact does not fail."""

    @property
    def reason(self) -> str:
        """What stands beside it, in one line."""
        if self.claim.not_testable is not None:
            return self.claim.not_testable
        differing = [each.says for each in self.outcomes if each.agrees is False]
        if differing:
            return f"shown with its sources; differs from the review in: {', '.join(differing)}"
        return "shown with its sources"


def verdicts(claims: Iterable[ReferenceClaim] | None = None) -> list[ReferenceVerdict]:
    """Return what the product holds beside statements (default: all that are facts), in their order.

    Raises
    ------
    InputError
        If a statement names what there is not.
    """
    chosen = library.reference_claims().values() if claims is None else claims
    return [ReferenceVerdict(claim, (*(_fact(fact) for fact in claim.facts), *(_row(claim.row) if claim.row else ())))
            for claim in chosen]


def approved(drug: Drug) -> list[Approval]:
    """Return the approvals of a drug by date, the earliest first, those without a date last."""
    granted = [each for each in drug.approvals if each.status == "approved"]
    return sorted(granted, key=lambda each: each.date or "9999")


def dated(approval: Approval) -> str:
    """Return an approval in words: region, date, indication."""
    return f"{approval.region}{f' {approval.date}' if approval.date else ''}: {approval.indication}"


def first_by_region(drug: Drug) -> dict[str, Approval]:
    """Return the earliest approval in each region."""
    first: dict[str, Approval] = {}
    for each in approved(drug):
        first.setdefault(each.region, each)
    return first


# ------------------------------------------------------------------------------------------------ facts
def _fact(fact: Fact) -> ReferenceFact:
    if fact.share is not None:
        held = _share(fact.share)
    else:
        held = f"not held: {fact.not_held}" if fact.not_held is not None else _symbols(fact.symbols)
    return ReferenceFact(fact.says, fact.review, fact.primary, fact.source, held, None)


def _share(share: Share) -> str:
    people = library.population(share.population)
    if share.property not in people.covariates:
        raise InputError("there is no such property of a patient", field="share.property", value=share.property,
                         expected=" or ".join(people.covariates))
    drawn = population.draw(people, PATIENTS, SEED).properties[share.property]
    percent = 100 * float((drawn == share.level).cast(float).mean())  # type: ignore[arg-type]
    return f"{percent:.1f} % of {PATIENTS} virtual patients of {share.population}"


def _symbols(names: Iterable[str]) -> str:
    parts, found = [], biology.modules()
    for name in names:
        module, _, symbol = name.partition(".")
        if module not in found or symbol not in found[module].symbols:
            raise InputError("the model has no such symbol", field="symbols", value=name, expected="module.symbol")
        meaning = found[module].symbols[symbol].meaning
        parts.append(f"{symbol} ({meaning})" if meaning else symbol)
    return f"in the model: {', '.join(parts)}"


# ------------------------------------------------------------------------------------------------ drugs
def _row(row: DrugRow) -> list[ReferenceFact]:
    drug = library.drug(row.drug)
    held = [ReferenceFact("mechanism", row.mechanism, None, None, " ".join(drug.mechanism.split()), None)]
    held += [_side_effect(drug, words, names) for words, names in row.side_effects.items()]
    return [*held, _approval(drug, row)]


def _side_effect(drug: Drug, words: str, names: Iterable[str]) -> ReferenceFact:
    found = [each for each in drug.side_effects if each.name in names]
    told = [f"{each.name.replace('_', ' ')}{f' ({each.note})' if each.note else ''}" for each in found]
    cited = "; ".join(dict.fromkeys(drug.sources[each.source].cite for each in found))
    held = "; ".join(told) or "not held: the drug's file has no source for it"
    return ReferenceFact(f"side effect: {words}", words, None, cited or None, held, bool(found))


def _approval(drug: Drug, row: DrugRow) -> ReferenceFact:
    granted = approved(drug)
    refused = [each.region for each in drug.approvals if each.status == "not_approved"]
    told = [dated(each) for each in granted] + ([f"not approved: {', '.join(refused)}"] if refused else [])
    agrees = bool(granted) == row.approved
    if row.since is not None:
        first = first_by_region(drug).get(row.since.region)
        agrees &= first is not None and (first.date or "").startswith(row.since.date)
    cited = "; ".join(dict.fromkeys(drug.sources[each.source].cite for each in granted))
    return ReferenceFact("approval", row.approval, None, cited or None, "; ".join(told) or "not held", agrees)
