"""Management rules in words: their limits and what they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from her2lab.facts.management import Rule
from her2lab.facts.records import Administration
from her2lab.presentation import regimen

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
    dose = f" {regimen.dose(line.dose)}" if line.dose is not None else ""
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
