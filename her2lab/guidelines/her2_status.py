"""HER2 status of a sample by a testing guideline of ``facts/guidelines``, with the rule that decided.

Nothing is simulated and nothing is drawn: what was measured is compared with the guideline's limits. For research,
never for the report of a pathologist or the treatment of a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.guidelines import NOT_DONE, Guideline, IshGroup, Probe, Recount, Remark, Specimen, StatusRule
from her2lab.facts.monitoring import Sourced
from her2lab.nearest import did_you_mean
from her2lab.presentation.monitoring_plan import limits_words

NOTICE = "Research use only: what a testing guideline says of such results, never a diagnosis or advice for a person."
RATIO, COPIES, CEP17 = "HER2/CEP17 ratio", "HER2 copies per cell", "CEP17 signals per cell"


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


def status(sample: Sample) -> dict[str, Any]:
    """Return the HER2 status of a sample, ready for JSON.

    Returns
    -------
    dict
        ``notice``, what was given (``ihc``, ``ish``, ``recount`` with its meaning), ``status`` (positive, negative or
        equivocal), the ``rule`` that decided with its source, ``comment``, ``next`` and ``remarks``.

    Raises
    ------
    InputError
        If disease or score are unknown, or the options do not go together.
    """
    guideline = _guideline(sample.disease)
    _check_ihc(sample, guideline)
    _check_counts(sample)
    group = None if sample.copies is None else guideline.group(sample.ratio, sample.copies)
    again = _recounted(sample, guideline)
    outcome: Recount | None = None
    if again is not None:
        outcome = "same_group" if again == group else "other_group"
    ihc, ish = sample.ihc or NOT_DONE, NOT_DONE if group is None else group.id
    rule = guideline.rule(ihc, ish, outcome)
    if rule is None:
        raise InputError("a recount does not change this result", field="--recount-ratio", value=sample.recount_ratio,
                         expected=_asked_for(guideline))
    return {
        "notice": NOTICE,
        "disease": guideline.disease,
        "guideline": guideline.title,
        "specimen": sample.specimen,
        "ihc": _score(sample, guideline),
        "ish": None if group is None else _ish(sample.ratio, sample.copies, group, guideline),
        "recount": None if again is None else _ish(sample.recount_ratio, sample.recount_copies, again, guideline),
        "status": rule.status,
        "rule": {"id": rule.id, "name": rule.name, **_origin(rule, guideline)},
        "comment": rule.comment,
        "next": rule.next,
        "remarks": [{"id": remark.id, "text": remark.text, **_origin(remark, guideline)}
                    for remark in guideline.remarks if _fits(remark, sample, rule, group)],
    }


# ------------------------------------------------------------------------------------------------ what was given
def _guideline(disease: str) -> Guideline:
    known = library.guidelines()
    if disease not in known:
        raise InputError(f"no guideline for this disease{did_you_mean(disease, known)}", field="--disease",
                         value=disease, expected=" or ".join(known))
    return known[disease]


def _check_ihc(sample: Sample, guideline: Guideline) -> None:
    scores = [each.score for each in guideline.ihc_scores]
    if sample.ihc is not None and sample.ihc not in scores:
        raise InputError("is not an IHC score", field="--ihc", value=sample.ihc, expected=", ".join(scores))
    if sample.ihc is None and sample.ratio is None and sample.copies is None and sample.probe is None:
        raise InputError("is missing, and so are ISH counts", field="--ihc",
                         expected=f"{', '.join(scores)}; or --ratio and --copies")


def _check_counts(sample: Sample) -> None:
    """Require both counts of a dual probe, copies alone of a single one, and a recount only after a count."""
    if sample.probe == "single" and sample.ratio is not None:
        raise InputError("a single probe gives no ratio", field="--ratio", value=sample.ratio,
                         expected="--probe dual, or --copies alone")
    if sample.copies is None and (sample.ratio is not None or sample.probe is not None):
        raise InputError("is missing", field="--copies", expected="the mean HER2 signals per cell beside "
                         + (f"--ratio {sample.ratio:g}" if sample.ratio is not None else f"--probe {sample.probe}"))
    if sample.ratio is None and sample.copies is not None and sample.probe != "single":
        raise InputError("is missing", field="--ratio", expected="the HER2/CEP17 ratio of a dual probe, "
                         "or --probe single")
    if (sample.recount_ratio is None) != (sample.recount_copies is None):
        missing = "--recount-ratio" if sample.recount_ratio is None else "--recount-copies"
        raise InputError("is missing", field=missing, expected="both numbers of a recount")
    if sample.recount_ratio is not None and sample.ratio is None:
        raise InputError("there is no first dual-probe count", field="--recount-ratio", value=sample.recount_ratio,
                         expected="--ratio and --copies of the first count")


def _recounted(sample: Sample, guideline: Guideline) -> IshGroup | None:
    if sample.recount_copies is None:
        return None
    return guideline.group(sample.recount_ratio, sample.recount_copies)


def _asked_for(guideline: Guideline) -> str:
    """Return in words which results are recounted by the guideline."""
    rules = [rule for rule in guideline.status_rules if rule.recount == "same_group"]
    names = {group.id: group.name for group in guideline.ish_groups}
    cases = [f"IHC {' or '.join(rule.ihc)} in {' or '.join(names.get(each, each) for each in rule.ish)}"
             for rule in rules]
    return "a recount of " + "; ".join(cases) if cases else "no recount, which this guideline does not use"


# ------------------------------------------------------------------------------------------------ the answer
def _fits(remark: Remark, sample: Sample, rule: StatusRule, group: IshGroup | None) -> bool:
    asked: Sequence[tuple[Sequence[str], str | None]] = (
        (remark.ihc, sample.ihc), (remark.status, rule.status), (remark.specimen, sample.specimen),
        (remark.probe, None if group is None else group.probe),
    )
    return all(not allowed or given in allowed for allowed, given in asked)


def _score(sample: Sample, guideline: Guideline) -> dict[str, Any] | None:
    if sample.ihc is None:
        return None
    score = next(each for each in guideline.ihc_scores if each.score == sample.ihc)
    definitions = {kind: text for kind, text in score.definitions.items()
                   if sample.specimen is None or kind in ("any", sample.specimen)}
    return {"score": score.score, "result": score.result, "definitions": definitions, **_origin(score, guideline)}


def _ish(ratio: float | None, copies: float | None, group: IshGroup, guideline: Guideline) -> dict[str, Any]:
    limits = [limits_words(name, each, "1") for name, each in ((RATIO, group.ratio), (COPIES, group.copies)) if each]
    return {
        "probe": group.probe,
        "ratio": ratio,
        "copies": copies,
        "cep17": copies / ratio if copies is not None and ratio is not None else None,
        "group": group.id,
        "name": group.name,
        "limits": " and ".join(limits),
        **_origin(group, guideline),
    }


def _origin(entry: Sourced, guideline: Guideline) -> dict[str, Any]:
    source = None if entry.source is None else guideline.sources[entry.source]
    return {"source": source and source.cite, "doi": source and source.doi, "assumption": entry.assumption,
            "seen": bool(entry.seen), "note": entry.note}


# ------------------------------------------------------------------------------------------------ in words
def words(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return an answer as rows of a name and a text, for people."""
    rule = answer["rule"]
    rows = [("disease", answer["disease"]), ("guideline", answer["guideline"])]
    if answer["ihc"] is not None:
        rows += [("IHC", f"{answer['ihc']['score']}{'' if kind == 'any' else f', {kind}'}: {text}")
                 for kind, text in answer["ihc"]["definitions"].items()]
    rows += [(name, _count_words(answer[key])) for name, key in (("ISH", "ish"), ("recount", "recount"))
             if answer[key] is not None]
    rows += [("HER2 status", answer["status"].upper()), ("rule", f"{rule['name']} ({rule['id']})")]
    rows += [(key, answer[key]) for key in ("comment", "next") if answer[key] is not None]
    rows += [("remark", remark["text"]) for remark in answer["remarks"]]
    return [*rows, *_origin_rows(answer)]


def _count_words(count: Mapping[str, Any]) -> str:
    numbers = [f"{name} {count[key]:{form}}" for name, key, form in
               ((RATIO, "ratio", "g"), (COPIES, "copies", "g"), (CEP17, "cep17", ".3g")) if count[key] is not None]
    return f"{', '.join(numbers)}: {count['name']} ({count['limits']})"


def _origin_rows(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each source once, and what of the answer was not confirmed in it or is an assumption."""
    parts = [(answer["rule"]["name"], answer["rule"]), ("IHC score", answer["ihc"])]
    parts += [(answer[key]["name"], answer[key]) for key in ("ish", "recount") if answer[key] is not None]
    parts += [("remark", remark) for remark in answer["remarks"]]
    given = [(name, part) for name, part in parts if part is not None]
    cited = dict.fromkeys(f"{part['source']}, doi:{part['doi']}" for _, part in given if part["source"] is not None)
    doubts = dict.fromkeys(
        f"{name}: " + (f"assumption, {part['assumption']}" if part["assumption"] is not None
                       else f"not confirmed in the source{'; ' + part['note'] if part['note'] else ''}")
        for name, part in given if not part["seen"])
    return [*(("source", text) for text in cited), *(("doubt", text) for text in doubts)]
