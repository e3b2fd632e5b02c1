"""HER2 status of a sample by a testing guideline of ``facts/guidelines``, with the rule that decided.

Nothing is simulated: what was measured is compared with the guideline's limits. For research, never for the report of
a pathologist or the treatment of a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.guidelines import NOT_DONE, Guideline, IshGroup, Probe, Recount, Remark, Score, Specimen, StatusRule
from her2lab.nearest import did_you_mean


@dataclass(frozen=True)
class Sample:
    """What was measured in a sample: `ratio` is HER2 by CEP17 signals, `copies` the mean HER2 signals per cell.

    The `recount` values are those of a second count by an observer who did not know the first.
    """

    disease: str
    ihc: str | None = None
    ratio: float | None = None
    copies: float | None = None
    probe: Probe | None = None
    specimen: Specimen | None = None
    recount_ratio: float | None = None
    recount_copies: float | None = None


@dataclass(frozen=True)
class IshCount:
    """Counts of in situ hybridisation and the guideline's group that they fall into; no ratio for a single probe."""

    ratio: float | None
    copies: float
    group: IshGroup

    @property
    def cep17(self) -> float | None:
        """CEP17 signals per cell."""
        return None if self.ratio is None else self.copies / self.ratio


@dataclass(frozen=True)
class Her2Status:
    """The status of a sample: the `rule` of the `guideline` that decided, and what led to it.

    `score`, `ish` and `recount` are None where the test was not made; `remarks` are those that fit the result.
    """

    sample: Sample
    guideline: Guideline
    score: Score | None
    ish: IshCount | None
    recount: IshCount | None
    rule: StatusRule
    remarks: tuple[Remark, ...]

    @property
    def definitions(self) -> dict[str, str]:
        """How the IHC score is defined, by kind of specimen (``any``: in all); of one kind if the sample says which."""
        if self.score is None:
            return {}
        specimen = self.sample.specimen
        return {kind: text for kind, text in self.score.definitions.items()
                if specimen is None or kind in ("any", specimen)}


def her2_status(sample: Sample) -> Her2Status:
    """Return the HER2 status of a sample.

    Raises
    ------
    InputError
        If disease or score are unknown, or the measurements do not go together.

    Examples
    --------
    >>> her2_status(Sample("breast", ihc="2+", ratio=2.3, copies=4.6)).rule.status
    'positive'
    """
    guideline = _guideline(sample.disease)
    _check_ihc(sample, guideline)
    _check_counts(sample)
    ish = _count(sample.ratio, sample.copies, guideline)
    again = _count(sample.recount_ratio, sample.recount_copies, guideline)
    outcome: Recount | None = None
    if again is not None and ish is not None:
        outcome = "same_group" if again.group == ish.group else "other_group"
    rule = guideline.rule(sample.ihc or NOT_DONE, NOT_DONE if ish is None else ish.group.id, outcome)
    if rule is None:
        raise InputError("a recount does not change this result", field="recount_ratio", value=sample.recount_ratio,
                         expected=_recounted_results(guideline))
    score = next((each for each in guideline.ihc_scores if each.score == sample.ihc), None)
    remarks = tuple(remark for remark in guideline.remarks if _fits(remark, sample, rule, ish))
    return Her2Status(sample, guideline, score, ish, again, rule, remarks)


def _count(ratio: float | None, copies: float | None, guideline: Guideline) -> IshCount | None:
    return None if copies is None else IshCount(ratio, copies, guideline.group(ratio, copies))


def _fits(remark: Remark, sample: Sample, rule: StatusRule, ish: IshCount | None) -> bool:
    asked: Sequence[tuple[Sequence[str], str | None]] = (
        (remark.ihc, sample.ihc), (remark.status, rule.status), (remark.specimen, sample.specimen),
        (remark.probe, None if ish is None else ish.group.probe),
    )
    return all(not allowed or given in allowed for allowed, given in asked)


# ------------------------------------------------------------------------------------------------ what was given
def _guideline(disease: str) -> Guideline:
    known = library.guidelines()
    if disease not in known:
        raise InputError(f"no guideline for this disease{did_you_mean(disease, known)}", field="disease",
                         value=disease, expected=" or ".join(known))
    return known[disease]


def _check_ihc(sample: Sample, guideline: Guideline) -> None:
    scores = [each.score for each in guideline.ihc_scores]
    if sample.ihc is not None and sample.ihc not in scores:
        raise InputError("is not an IHC score", field="ihc", value=sample.ihc, expected=", ".join(scores))
    if sample.ihc is None and sample.ratio is None and sample.copies is None and sample.probe is None:
        raise InputError("is missing, and so are ISH counts", field="ihc",
                         expected=f"{', '.join(scores)}; or ratio and copies of ISH")


def _check_counts(sample: Sample) -> None:
    """Require both counts of a dual probe, copies alone of a single one, and a recount only after a count."""
    if sample.probe == "single" and sample.ratio is not None:
        raise InputError("a single probe gives no ratio", field="ratio", value=sample.ratio,
                         expected="a dual probe, or copies alone")
    if sample.copies is None and (sample.ratio is not None or sample.probe is not None):
        given = f"the ratio {sample.ratio:g}" if sample.ratio is not None else f"the {sample.probe} probe"
        raise InputError("is missing", field="copies", expected=f"the mean HER2 signals per cell beside {given}")
    if sample.ratio is None and sample.copies is not None and sample.probe != "single":
        raise InputError("is missing", field="ratio",
                         expected="the HER2/CEP17 ratio of a dual probe, or that the probe is single")
    if (sample.recount_ratio is None) != (sample.recount_copies is None):
        missing = "recount_ratio" if sample.recount_ratio is None else "recount_copies"
        raise InputError("is missing", field=missing, expected="both numbers of a recount")
    if sample.recount_ratio is not None and sample.ratio is None:
        raise InputError("there is no first dual-probe count", field="recount_ratio", value=sample.recount_ratio,
                         expected="ratio and copies of the first count")


def _recounted_results(guideline: Guideline) -> str:
    """Return in words which results are recounted by the guideline."""
    rules = [rule for rule in guideline.status_rules if rule.recount == "same_group"]
    names = {group.id: group.name for group in guideline.ish_groups}
    cases = [f"IHC {' or '.join(rule.ihc)} in {' or '.join(names.get(each, each) for each in rule.ish)}"
             for rule in rules]
    return "a recount of " + "; ".join(cases) if cases else "no recount, which this guideline does not use"
