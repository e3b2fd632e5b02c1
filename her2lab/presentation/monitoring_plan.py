"""Rules and plans in words, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from her2lab.facts.management import Rule
from her2lab.facts.records import Administration

NAMES = {
    "lvef": "LVEF", "alt": "ALT", "ast": "AST", "ild": "interstitial lung disease", "days_late": "dose late by",
    "hand_foot_syndrome": "hand-foot syndrome",
}
ORDER = ("value_at_least", "value_above", "value_below", "value_at_most", "fall_at_least", "fall_below", "fall_at_most")
SIGNS = {"below": "<", "at_most": "<=", "at_least": ">=", "above": ">"}
UNITS = {"percent": "%", "Gcell/L": "x10^9/L", "ULN": "x ULN", "day": "days", "year": "years", "1": ""}


def limits_words(measure: str, limits: Mapping[Any, float], unit: str, also: Iterable[Any] = ()) -> str:
    """Return limits in words, such as ``LVEF < 50 % and fall >= 10 points``."""
    name = NAMES.get(measure, measure.replace("_", " "))
    if unit == "event":
        words = [name if limits.get("value_at_least") else f"no {name}"]
    else:
        ordered = sorted(limits.items(), key=lambda each: ORDER.index(each[0]))
        words = [_limit(name, kind, limit, unit) for kind, limit in ordered]
    words += [limits_words(each.measure, each.when, each.unit) for each in also]
    return " and ".join(words)


def _limit(name: str, kind: str, limit: float, unit: str) -> str:
    axis, _, sign = kind.partition("_")
    if unit == "grade":
        return f"{name} grade {SIGNS[sign]} {limit:g}"
    unit = "points" if axis == "fall" and unit == "percent" else UNITS.get(unit, unit)
    return f"{name if axis == 'value' else 'fall from baseline'} {SIGNS[sign]} {limit:g} {unit}".rstrip()


def action_words(rule: Rule) -> str:
    """Return what a rule does, such as ``hold; goes on at LVEF >= 50 %; stop after 56 days or 3 holds``."""
    if rule.give is not None:
        return f"give {_given(rule.give)}"
    if rule.action == "reload":
        return "give the loading dose again"
    words = [{"hold": "hold", "reduce": _reduction(rule), "stop": "stop for good"}[rule.action]]
    if rule.action == "hold":
        words += _hold(rule)
    if rule.reductions_at_most is not None:
        words.append(f"stop after {rule.reductions_at_most} reductions")
    return "; ".join(words)


def _given(line: Administration) -> str:
    dose = f" {line.dose.amount:g} {line.dose.unit}" if line.dose is not None else ""
    times = f"{line.per_day} times a day" if line.per_day > 1 else "a day"
    days = f" for {line.duration:g} days" if line.duration else ""
    return f"{line.drug}{dose} {times}{days}"


def _hold(rule: Rule) -> list[str]:
    lower = f", {_reduction(rule)}{_from_hold(rule.same_dose_holds + 1)}" if rule.on_resume == "reduce" else ""
    until = limits_words(rule.measure, rule.resume, rule.unit) if rule.resume else "this no longer holds"
    words = [f"goes on when {until}{lower}"]
    if rule.recheck_days is not None:
        words.append(f"look again after {rule.recheck_days:g} days")
    if rule.hold_at_most_days is not None:
        words.append(f"stop if held for {rule.hold_at_most_days:g} days")
    if rule.holds_at_most is not None:
        words.append(f"stop after {rule.holds_at_most} holds")
    return words


def _from_hold(number: int) -> str:
    return "" if number == 1 else f" from hold {number} on"


def _reduction(rule: Rule) -> str:
    if rule.reduce_to_fraction is not None:
        return f"reduce to {100 * rule.reduce_to_fraction:g} %"
    return "reduce by one dose level"


# ------------------------------------------------------------------------------------------------ the screen
def screen(plan: Mapping[str, Any]) -> list[RenderableType]:
    """Return a plan as tables, its notice first and last."""
    notice = f"[bold]{escape(plan['notice'])}[/bold]"
    parts: list[RenderableType] = [
        notice, "",
        f"[bold]{escape(plan['regimen'])}[/bold]  {escape(plan['title'])}, {plan['setting']} disease",
        *(escape(_risk(risk)) for risk in plan["risks"]), "",
    ]
    if plan["before_start"]:
        parts += [_start_table(plan["before_start"]), ""]
    if not plan["watch"] and not plan["other_rules"]:
        parts.append("No rule and no schedule names these drugs.")
    else:
        parts += [_watch_table(plan["watch"]), "", _rule_table(plan)]
    return [*parts, "", notice]


def _risk(risk: Mapping[str, Any]) -> str:
    factors = ", ".join(f"{each['name']} ({each['points'] or each['at_least'].replace('_', ' ')})"
                        for each in risk["factors"])
    return f"{risk['title']}: {risk['class'].replace('_', ' ')} - {factors or 'no factor named'}"


def _start_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("before the first dose of", "must be", "here", "source", box=None, header_style="bold")
    for row in rows:
        here = {None: "not given", True: "met", False: "[red]not met[/red]"}[row["met"]]
        table.add_row(_drug_names(row["drugs"]), escape(row["must_be"]), here, escape(_origin(row)))
    return table


def _watch_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("what", "for", "when", "source", box=None, header_style="bold")
    for row in rows:
        table.add_row(escape(row["what"]), _drug_names(row["drugs"]), escape(_when(row)), escape(_origin(row)))
    return table


def _rule_table(plan: Mapping[str, Any]) -> Table:
    table = Table("if", "then", "for", box=None, header_style="bold")
    table.add_column("rule", overflow="fold")
    table.add_column("source")
    shown: set[str] = set()
    groups = [*(item["rules"] for item in plan["watch"]), plan["other_rules"], plan["late_doses"]]
    for rule in (rule for group in groups for rule in group):
        if rule["id"] not in shown:
            shown.add(rule["id"])
            table.add_row(escape(rule["threshold"]), escape(rule["action"]), _drug_names(rule["drugs"]), rule["id"],
                          escape(_origin(rule)))
    return table


def _when(row: Mapping[str, Any]) -> str:
    words = ["before the start"] if row["before_start"] else []
    if row["before_each_dose"]:
        words.append("before each dose")
    if row["every_days"] is not None:
        often = f"every {row['every_days']:g} days{_cycles(row)}{_closer(row)}"
        words.append(often if row["every_days"] > 1 else "daily")
    after = [f"{day:g}" for day in row["after_end_days"] if day]
    if 0 in row["after_end_days"]:
        words.append("at the end")
    if after:
        words.append(f"{', '.join(after)} days after the end")
    return "; ".join(words)


def _cycles(row: Mapping[str, Any]) -> str:
    cycles = row["every_cycles"]
    return "" if cycles is None else " (each cycle)" if cycles == 1 else f" ({cycles:g} cycles)"


def _closer(row: Mapping[str, Any]) -> str:
    closer = row["closer_because"]
    if closer is None:
        return ""
    name = f", closer since {closer['score']} risk is {closer['class'].replace('_', ' ')}"
    return f"{name} (interval assumed)" if closer["assumption"] else name


def _drug_names(drugs: Sequence[str]) -> str:
    return ", ".join(drug.replace("_", " ") for drug in drugs)


def _origin(row: Mapping[str, Any]) -> str:
    if row.get("assumption"):
        return f"assumption: {row['assumption']}"
    return f"{row['source']}{'' if row['seen'] else ' (not confirmed)'}"
