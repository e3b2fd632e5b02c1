"""A HER2 status in words for people, and as plain data."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from her2lab.facts.guidelines import Guideline
from her2lab.facts.monitoring import Sourced
from her2lab.guidelines.her2_status import Her2Status, IshCount
from her2lab.presentation.monitoring_rules import limits_words

NOTICE = "Research use only: what a testing guideline says of such results, never a diagnosis or advice for a person."
RATIO, COPIES, CEP17 = "HER2/CEP17 ratio", "HER2 copies per cell", "CEP17 signals per cell"
STATUS = "HER2 status"


def screen(found: Her2Status) -> list[RenderableType]:
    """Return a status as a table, its notice first and last."""
    table = Table("", "", box=None, show_header=False)
    for name, text in rows(found):
        table.add_row(name, Text(text, style="bold" if name == STATUS else ""))
    notice = Text(NOTICE, style="bold")
    return [notice, "", table, "", notice]


def rows(found: Her2Status) -> list[tuple[str, str]]:
    """Return a status as rows of a name and a text."""
    rule, shown = found.rule, [("disease", found.guideline.disease), ("guideline", found.guideline.title)]
    if found.score is not None:
        shown += [("IHC", f"{found.score.score}{'' if kind == 'any' else f', {kind}'}: {text}")
                  for kind, text in found.definitions.items()]
    shown += [(name, _count(count)) for name, count in (("ISH", found.ish), ("recount", found.recount))
              if count is not None]
    shown += [(STATUS, rule.status.upper()), ("rule", f"{rule.name} ({rule.id})")]
    shown += [(name, text) for name, text in (("comment", rule.comment), ("next", rule.next)) if text is not None]
    shown += [("remark", remark.text) for remark in found.remarks]
    return [*shown, *_origins(found)]


def _count(count: IshCount) -> str:
    measured = ((RATIO, count.ratio, "g"), (COPIES, count.copies, "g"), (CEP17, count.cep17, ".3g"))
    numbers = [f"{name} {value:{form}}" for name, value, form in measured if value is not None]
    return f"{', '.join(numbers)}: {count.group.name} ({_limits(count)})"


def _limits(count: IshCount) -> str:
    named = ((RATIO, count.group.ratio), (COPIES, count.group.copies))
    return " and ".join(limits_words(name, limits, "1") for name, limits in named if limits)


def _origins(found: Her2Status) -> list[tuple[str, str]]:
    """Return each source once, and what of the answer was not confirmed in it or is an assumption."""
    entries: list[tuple[str, Sourced]] = [(found.rule.name, found.rule)]
    if found.score is not None:
        entries.append(("IHC score", found.score))
    entries += [(count.group.name, count.group) for count in (found.ish, found.recount) if count is not None]
    entries += [("remark", remark) for remark in found.remarks]
    cited = dict.fromkeys(_cited(entry.source, found.guideline) for _, entry in entries if entry.source is not None)
    doubts = dict.fromkeys(f"{name}: {_doubt(entry)}" for name, entry in entries if not entry.seen)
    return [*(("source", text) for text in cited), *(("doubt", text) for text in doubts)]


def _cited(source: str, guideline: Guideline) -> str:
    return f"{guideline.sources[source].cite}, doi:{guideline.sources[source].doi}"


def _doubt(entry: Sourced) -> str:
    if entry.assumption is not None:
        return f"assumption, {entry.assumption}"
    return f"not confirmed in the source{'; ' + entry.note if entry.note else ''}"


# ------------------------------------------------------------------------------------------------ plain data
def data(found: Her2Status) -> dict[str, Any]:
    """Return a status as plain data, ready for JSON.

    Returns
    -------
    dict
        ``notice``, what was given (``ihc``, ``ish``, ``recount`` with its meaning), ``status`` (positive, negative or
        equivocal), the ``rule`` that decided with its source, ``comment``, ``next`` and ``remarks``.
    """
    guideline, rule = found.guideline, found.rule
    score = None if found.score is None else {
        "score": found.score.score, "result": found.score.result, "definitions": found.definitions,
        **_origin(found.score, guideline),
    }
    return {
        "notice": NOTICE,
        "disease": guideline.disease,
        "guideline": guideline.title,
        "specimen": found.sample.specimen,
        "ihc": score,
        "ish": _count_data(found.ish, guideline),
        "recount": _count_data(found.recount, guideline),
        "status": rule.status,
        "rule": {"id": rule.id, "name": rule.name, **_origin(rule, guideline)},
        "comment": rule.comment,
        "next": rule.next,
        "remarks": [{"id": remark.id, "text": remark.text, **_origin(remark, guideline)} for remark in found.remarks],
    }


def _count_data(count: IshCount | None, guideline: Guideline) -> dict[str, Any] | None:
    if count is None:
        return None
    group = count.group
    return {"probe": group.probe, "ratio": count.ratio, "copies": count.copies, "cep17": count.cep17, "group": group.id,
            "name": group.name, "limits": _limits(count), **_origin(group, guideline)}


def _origin(entry: Sourced, guideline: Guideline) -> dict[str, Any]:
    source = None if entry.source is None else guideline.sources[entry.source]
    return {"source": source and source.cite, "doi": source and source.doi, "assumption": entry.assumption,
            "seen": bool(entry.seen), "note": entry.note}
