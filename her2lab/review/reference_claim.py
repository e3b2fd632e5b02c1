"""Claims that are facts, beside what the product holds (read where it stands each time), and those not testable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from her2lab import biology, population
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Approval, Drug
from her2lab.review.claim import Claim, Evidence, Verdict
from her2lab.review.records.reference import DrugRow, Fact, ReferenceClaimRecord, Share
from her2lab.review.runs import Runs

PATIENTS, SEED = 4000, 1  # of a share of virtual patients
AGREES = {True: "as in the review", False: "DIFFERS", None: ""}


@dataclass(frozen=True)
class ReferenceFact:
    """One fact: what the review says, what primary sources say and the product holds; `agrees` with the review or not.

    None is what is not said, and an agreement that cannot be told.
    """

    says: str
    review: str | None
    primary: str | None
    source: str | None
    product: str
    agrees: bool | None

    def evidence(self) -> Evidence:
        """Return it to be shown."""
        return Evidence(
            {"fact": self.says, "review": self.review or "", "primary sources": self.primary or "",
             "held here": self.product, "": AGREES[self.agrees]},
            {"says": self.says, "review": self.review, "primary": self.primary, "source": self.source,
             "held": self.product, "agrees": self.agrees}, None)


@dataclass(frozen=True)
class ReferenceClaim(Claim):
    """A claim that is a fact: shown with its sources beside what the product holds. A fact does not fail."""

    record: ReferenceClaimRecord

    def check(self, runs: Runs) -> Verdict:
        """Return what the product holds.

        Raises
        ------
        InputError
            If the claim names what there is not.
        """
        row = self.record.row
        facts = [*(_fact(fact) for fact in self.record.facts), *(_row(row) if row is not None else ())]
        differing = [each.says for each in facts if each.agrees is False]
        differs = f"; differs from the review in: {', '.join(differing)}" if differing else ""
        return Verdict(self, "reference", f"shown with its sources{differs}", tuple(facts))


@dataclass(frozen=True)
class NotTestableClaim(Claim):
    """A claim of which the file says why it cannot be checked (`why`), and how it is read."""

    why: str
    reading: str | None = None

    def check(self, runs: Runs) -> Verdict:
        """Return that it cannot be checked, and why."""
        return Verdict(self, "not_testable", self.why)


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
        product = _share(fact.share)
    else:
        product = f"not held: {fact.not_held}" if fact.not_held is not None else _symbols(fact.symbols)
    return ReferenceFact(fact.says, fact.review, fact.primary, fact.source, product, None)


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
    facts = [ReferenceFact("mechanism", row.mechanism, None, None, " ".join(drug.mechanism.split()), None)]
    facts += [_side_effect(drug, words, names) for words, names in row.side_effects.items()]
    return [*facts, _approval(drug, row)]


def _side_effect(drug: Drug, words: str, names: Iterable[str]) -> ReferenceFact:
    found = [each for each in drug.side_effects if each.name in names]
    told = [f"{each.name.replace('_', ' ')}{f' ({each.note})' if each.note else ''}" for each in found]
    cited = "; ".join(dict.fromkeys(drug.sources[each.source].cite for each in found))
    product = "; ".join(told) or "not held: the drug's file has no source for it"
    return ReferenceFact(f"side effect: {words}", words, None, cited or None, product, bool(found))


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
