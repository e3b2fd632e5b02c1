"""Every rule of the library in one list: dose modifications, management, monitoring, starts, cautions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.monitoring import Caution, Schedule, Start
from her2lab.nearest import did_you_mean, nearest_of
from her2lab.presentation.facts_words import citation
from her2lab.presentation.monitoring_rules import (
    NAMES,
    action_words,
    cited,
    drug_names,
    limits_words,
    origin,
    times_words,
)
from her2lab.presentation.words import RESEARCH_USE

Kind = Literal["dose_modification", "management", "monitoring", "start", "caution"]


@dataclass(frozen=True)
class ListedRule:
    """One rule in words.

    Attributes
    ----------
    id, kind, drugs
        Its id, what kind of rule it is, and the drugs that it acts upon or that make one look.
    watches, threshold, action
        What is looked at, the limit beyond which (None: there is none) and what is done.
    applies
        In which trials: with or without other drugs, in early or metastatic disease; empty in all.
    source, assumption, seen, note
        The citation or the assumption, whether the text itself was read, and what was taken where it says less or more.
    """

    id: str
    kind: Kind
    drugs: tuple[str, ...]
    watches: str
    threshold: str | None
    action: str
    applies: str
    source: str | None
    assumption: str | None
    seen: bool
    note: str | None


def listed_rules(drug: str | None = None) -> list[ListedRule]:
    """Return every rule of the library in the order of its files, or those that name one drug.

    Raises
    ------
    InputError
        If there is no such drug, or a file has a mistake.
    """
    wanted = None if drug is None else library.drug_id(drug)
    known, sources = library.monitoring(), library.rule_sources()
    rows = [*(_rule(rule, citation(sources[rule.id])) for rule in library.rules()),
            *map(_schedule, known.schedules), *map(_start, known.starts), *map(_caution, known.cautions)]
    return [row for row in rows if wanted in (None, *row.drugs)]


def listed_rule(identifier: str) -> ListedRule:
    """Return one rule.

    Raises
    ------
    InputError
        If there is none of this id; the nearest ones are named.
    """
    known = {row.id: row for row in listed_rules()}
    if identifier not in known:
        raise InputError(f"unknown rule{did_you_mean(identifier, known)}", field="identifier", value=identifier,
                         expected=nearest_of(identifier, known))
    return known[identifier]


def _rule(rule: Rule, source: str) -> ListedRule:
    kind: Kind = "management" if rule.action == "give" else "dose_modification"
    applies = [f"with {drug_names(rule.only_with)}"] if rule.only_with else []
    applies += [f"without {drug_names(rule.unless_with)}"] if rule.unless_with else []
    watches = ", ".join(map(_measure, (rule.measure, *(each.measure for each in rule.also))))
    return ListedRule(rule.id, kind, rule.drugs, watches, limits_words(rule.measure, rule.when, rule.unit, rule.also),
                      action_words(rule), "; ".join([*applies, *_setting(rule.only_in)]), source, None, bool(rule.seen),
                      rule.note)


def _schedule(schedule: Schedule) -> ListedRule:
    closer = schedule.closer
    every = ", ".join(f"{days:g} at {name.replace('_', ' ')} {closer.score} risk"
                      for name, days in closer.every_days.items()) if closer else ""
    return _monitoring(schedule, "monitoring", schedule.what, None, times_words(
        schedule, schedule.every_days, f" ({every})" if every else ""), _setting(schedule.only_in))


def _start(start: Start) -> ListedRule:
    return _monitoring(start, "start", _measure(start.property), limits_words(start.property, start.when, start.unit),
                       "required before the first dose", _setting(start.only_in))


def _caution(caution: Caution) -> ListedRule:
    until = f" until {caution.days_after:g} days after the last dose" if caution.days_after else ""
    return _monitoring(caution, "caution", f"{drug_names(caution.with_drugs)} at the same time", None,
                       f"caution{until}: {caution.text}", [])


def _monitoring(entry: Schedule | Start | Caution, kind: Kind, watches: str, threshold: str | None, action: str,
                applies: Sequence[str]) -> ListedRule:
    return ListedRule(entry.id, kind, entry.drugs, watches, threshold, action, "; ".join(applies),
                      **origin(entry.id, entry))


def _setting(only_in: str | None) -> list[str]:
    return [] if only_in is None else [f"{only_in} disease"]


def _measure(name: str) -> str:
    return NAMES.get(name, name.replace("_", " ")).removesuffix(" by")


# ------------------------------------------------------------------------------------------------ as people see it
def table(rows: Iterable[ListedRule]) -> Table:
    """Return rules as a table, a row each."""
    found = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("rule", "drugs", "watches", "threshold", "action", "source"):
        found.add_column(column, overflow="fold")
    for row in rows:
        action = f"{row.action} [{row.applies}]" if row.applies else row.action
        found.add_row(*map(escape, (row.id, drug_names(row.drugs), row.watches, row.threshold or "", action,
                                    cited(data(row)))))
    return found


def page(row: ListedRule) -> RenderableType:
    """Return one rule with all that is known of it."""
    lines = {"kind": row.kind.replace("_", " "), "drugs": drug_names(row.drugs), "watches": row.watches,
             "threshold": row.threshold, "action": row.action, "applies": row.applies or "in every trial",
             "source": cited(data(row)), "note": row.note}
    found = Table(box=None, show_header=False, pad_edge=False)
    for name, value in lines.items():
        if value:
            found.add_row(name, escape(" ".join(value.split())))
    return Group(f"[bold]{escape(row.id)}[/bold]", found, RESEARCH_USE)


def data(row: ListedRule) -> dict[str, Any]:
    """Return a rule as plain data, ready for JSON."""
    return {**asdict(row), "drugs": list(row.drugs)}
