"""Subgroups of a result, simulated beside published: what the terminal and the report print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from her2lab.presentation.comparison import ComparisonRow, contrasts, rows
from her2lab.presentation.words import plain

PROPERTIES = {
    "ihc": "HER2 by immunohistochemistry",
    "hr_positive": "Hormone receptor",
    "pik3ca_mutated": "PIK3CA",
    "fcgr3a": "FcγRIIIa",
    "pdl1_positive": "PD-L1",
    "brain_metastases": "Brain metastases",
    "node_positive": "Nodes",
    "serum_ecd": "HER2 in serum before treatment",
    "pten_loss": "PTEN",
    "stromal_lymphocytes": "Lymphocytes in the stroma",
    "serum_ecd_fall": "Early fall of HER2 in serum",
}
LEVELS = {
    ("hr_positive", "yes"): "positive",
    ("hr_positive", "no"): "negative",
    ("pik3ca_mutated", "yes"): "mutated",
    ("pik3ca_mutated", "no"): "wild type",
    ("fcgr3a", "F"): "F carriers",
    ("pdl1_positive", "yes"): "positive",
    ("pdl1_positive", "no"): "negative",
    ("node_positive", "yes"): "positive",
    ("node_positive", "no"): "negative",
    ("pten_loss", "yes"): "reduced",
    ("pten_loss", "no"): "present",
}


@dataclass(frozen=True)
class Group:
    """One subgroup: who, how many in each arm, all rows, those of ratios, and where published figures come from."""

    who: str
    sizes: str
    rows: list[ComparisonRow]
    contrasts: list[ComparisonRow]
    source: str | None


def property_name(name: str) -> str:
    """Return the words for a property or marker."""
    return PROPERTIES.get(name, plain(name))


def level_name(name: str, level: str) -> str:
    """Return the words for a level of it."""
    return LEVELS.get((name, level), level)


def groups(summary: Mapping[str, Any]) -> list[Group]:
    """Return the subgroups of a result in its order."""
    return [_group(each) for each in summary.get("subgroups", [])]


def published(found: list[Group]) -> list[tuple[Group, list[ComparisonRow]]]:
    """Return the groups of which something was published, with those rows alone."""
    kept = [(group, [row for row in group.rows if row.published is not None]) for group in found]
    return [(group, lines) for group, lines in kept if lines]


def _group(subgroup: Mapping[str, Any]) -> Group:
    name, level = subgroup["property"], subgroup["level"]
    known = subgroup["published"]
    recalled = "" if known is None or known["seen"] else " (recalled, not read)"
    return Group(
        who=f"{property_name(name)}: {level_name(name, level)}",
        sizes=", ".join(f"{arm['id']} {arm['n']}" for arm in subgroup["arms"]),
        rows=rows(subgroup),
        contrasts=contrasts(subgroup),
        source=known and f"{known['source']}{recalled}",
    )
