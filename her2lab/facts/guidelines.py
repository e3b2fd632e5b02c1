"""Guidelines on HER2 testing as data (``facts/guidelines``): from IHC score and ISH counts to a status.

Counts put a sample into one of the guideline's ISH groups; the IHC score, the group and, where it is asked for, a
recount then choose one rule. Reading a file requires that every count falls into exactly one group, and every
combination under exactly one rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.frozen import FrozenDict, MappingOf, TupleOf
from her2lab.facts.monitoring import Limit, Sourced, meets
from her2lab.facts.quantity import Finite, Record, Source
from her2lab.facts.records import Identifier
from her2lab.facts.strict_yaml import Document
from her2lab.nearest import one_of

Probe = Literal["dual", "single"]
Specimen = Literal["biopsy", "resection"]
Recount = Literal["same_group", "other_group"]
Status = Literal["negative", "equivocal", "positive"]
NOT_DONE = "not_done"  # of a test, where a rule or a sample names its result

Limits = MappingOf[Limit, Finite]
Names = Annotated[TupleOf[str], Field(min_length=1)]


class Score(Sourced):
    """An IHC score, what it means by itself, and how it is defined in each kind of specimen (``any``: in all)."""

    score: str
    result: Status
    definitions: Annotated[MappingOf[Literal["any", "biopsy", "resection"], str], Field(min_length=1)]


class IshGroup(Sourced):
    """A range of ISH counts: `ratio` of HER2 to CEP17 signals (dual probe only), `copies` in HER2 signals per cell."""

    id: Identifier
    name: str
    probe: Probe
    ratio: Limits = FrozenDict()
    copies: Limits = FrozenDict()

    def holds(self, ratio: float | None, copies: float) -> bool:
        """Return whether counts belong to the group; without a ratio they are those of a single probe."""
        if (ratio is None) != (self.probe == "single"):
            return False
        return (ratio is None or meets(ratio, self.ratio)) and meets(copies, self.copies)


class StatusRule(Sourced):
    """What the status is for any of these scores with any of these groups; `next` says which test is needed then.

    With `recount` the rule is about a second count of the sample, in the same ISH group as the first or in another.
    """

    id: Identifier
    name: str
    ihc: Names
    ish: Names
    recount: Recount | None = None
    status: Status
    comment: str | None = None
    next: str | None = None


class Remark(Sourced):
    """What the guideline adds to a result that fits all lists that are given."""

    id: Identifier
    text: str
    ihc: TupleOf[str] = ()
    status: TupleOf[Status] = ()
    specimen: TupleOf[Specimen] = ()
    probe: TupleOf[Probe] = ()


class Guideline(Record):
    """A guideline for one disease."""

    id: Identifier
    disease: Identifier
    title: str
    ihc_scores: Annotated[TupleOf[Score], Field(min_length=1)]
    ish_groups: Annotated[TupleOf[IshGroup], Field(min_length=1)]
    status_rules: Annotated[TupleOf[StatusRule], Field(min_length=1)]
    remarks: TupleOf[Remark] = ()
    sources: MappingOf[str, Source]

    def group(self, ratio: float | None, copies: float) -> IshGroup:
        """Return the ISH group of counts; without a ratio they are those of a single probe."""
        return next(group for group in self.ish_groups if group.holds(ratio, copies))

    def rule(self, ihc: str, ish: str, recount: Recount | None = None) -> StatusRule | None:
        """Return the rule for a score and the id of a group, each possibly ``not_done``; nothing if there is none."""
        return next(iter(self.matching(ihc, ish, recount)), None)

    def matching(self, ihc: str, ish: str, recount: Recount | None) -> list[StatusRule]:
        """Return all rules for a combination, which in a file that was read are one, or none for what is not asked."""
        return [rule for rule in self.status_rules
                if ihc in rule.ihc and ish in rule.ish and recount == rule.recount]


# ------------------------------------------------------------------------------------------------ checking
def check_guideline(document: Document, record: Guideline) -> None:
    """Require that names are known and unique, groups share out all counts, and rules all combinations.

    Raises
    ------
    InputError
        For the first mistake.
    """
    _check_names(document, record)
    _check_groups(document, record)
    _check_rules(document, record)


def _check_names(document: Document, record: Guideline) -> None:
    scores = [each.score for each in record.ihc_scores]
    groups = [each.id for each in record.ish_groups]
    named = {"ihc_scores": scores, "ish_groups": groups, "status_rules": [each.id for each in record.status_rules],
             "remarks": [each.id for each in record.remarks]}
    for field, names in named.items():
        for n, name in enumerate(names):
            if name == NOT_DONE or name in names[:n]:
                raise document.error((field, n), "has the name of another, or of a test that was not made", value=name,
                                     expected="a name of its own")
    for n, rule in enumerate(record.status_rules):
        for field, used, known in (("ihc", rule.ihc, scores), ("ish", rule.ish, groups)):
            for m, name in enumerate(used):
                if name not in (NOT_DONE, *known):
                    raise document.error(("status_rules", n, field, m), "is not known", value=name,
                                         expected=one_of([NOT_DONE, *known]))
    for n, remark in enumerate(record.remarks):
        for m, name in enumerate(remark.ihc):
            if name not in scores:
                raise document.error(("remarks", n, "ihc", m), "is not known", value=name, expected=one_of(scores))


def _check_groups(document: Document, record: Guideline) -> None:
    """Require exactly one group at each limit and between any two of them, and so everywhere."""
    for n, group in enumerate(record.ish_groups):
        if group.probe == "single" and group.ratio:
            raise document.error(("ish_groups", n, "ratio"), "a single probe gives no ratio", expected="probe: dual")
    for probe in ("dual", "single"):
        groups = [group for group in record.ish_groups if group.probe == probe]
        ratios = [None] if probe == "single" else _samples(group.ratio for group in groups)
        for ratio, copies in product(ratios, _samples(group.copies for group in groups)):
            found = [group.id for group in groups if group.holds(ratio, copies)]
            if len(found) != 1:
                raise document.error(
                    ("ish_groups",), f"a {probe}-probe count with {_counts(ratio, copies)} is in "
                    + (" and ".join(found) or "no group"), expected="exactly one group")


def _samples(limits: Iterable[Limits]) -> list[float]:
    """Return the limits, and one value in each of the intervals that they make."""
    bounds = sorted({0.0} | {bound for each in limits for bound in each.values()})
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    return sorted([*bounds[1:], *between, bounds[-1] + 1])


def _counts(ratio: float | None, copies: float) -> str:
    return f"copies {copies:.3g}" if ratio is None else f"ratio {ratio:.3g} and copies {copies:.3g}"


def _check_rules(document: Document, record: Guideline) -> None:
    """Require one rule for each first result; for recounts, none or one for either outcome."""
    for ihc, ish in _combinations(record):
        found = record.matching(ihc, ish, None)
        if len(found) != 1:
            names = " and ".join(rule.id for rule in found) or "no rule"
            raise document.error(("status_rules",), f"IHC {ihc} with ISH {ish} falls under {names}",
                                 expected="exactly one rule")
        again = [len(record.matching(ihc, ish, outcome)) for outcome in ("same_group", "other_group")]
        if again not in ([0, 0], [1, 1]):
            raise document.error(("status_rules",), f"a recount of IHC {ihc} with ISH {ish} has {again[0]} rules for "
                                 f"the same group and {again[1]} for another", expected="one rule for each, or none")


def _combinations(record: Guideline) -> Iterator[tuple[str, str]]:
    scores = [NOT_DONE, *(each.score for each in record.ihc_scores)]
    groups = [NOT_DONE, *(each.id for each in record.ish_groups)]
    yield from (each for each in product(scores, groups) if each != (NOT_DONE, NOT_DONE))
