"""Rules of management and monitoring in words: their limits, what they do, when one looks, and where that is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.monitoring import Schedule, Sourced
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


def times_words(schedule: Schedule, every_days: float | None, often: str = "") -> str:
    """Return when something is looked at, such as ``before the start; every 90 days; at the end``.

    Parameters
    ----------
    schedule
        The schedule.
    every_days
        The interval that holds, the usual one or a closer one.
    often
        What else is said of the interval.
    """
    words = ["before the start"] if schedule.before_start else []
    if schedule.before_each_dose:
        words.append("before each dose")
    if every_days is not None:
        words.append(f"every {every_days:g} days{often}" if every_days > 1 else "daily")
    after = [f"{day:g}" for day in schedule.after_end_days if day]
    if 0 in schedule.after_end_days:
        words.append("at the end")
    if after:
        words.append(f"{', '.join(after)} days after the end")
    return "; ".join(words)


def drug_names(drugs: Sequence[str]) -> str:
    """Return drugs as one writes them: ``trastuzumab emtansine, docetaxel``."""
    return ", ".join(drug.replace("_", " ") for drug in drugs)


def origin(name: str, entry: Sourced) -> dict[str, Any]:
    """Return where an entry of facts/monitoring is from; `name` as :class:`Monitoring.sources` has it."""
    source = library.monitoring().sources.get(name)
    return {"source": source.cite if source is not None else None, "assumption": entry.assumption,
            "seen": bool(entry.seen), "note": entry.note}


def cited(origin: Mapping[str, Any]) -> str:
    """Return the source of a rule, or its assumption marked as one."""
    if origin.get("assumption"):
        return f"assumption: {origin['assumption']}"
    changed = "changed in the trial file, from: " if origin.get("changed") else ""
    return f"{changed}{origin['source']}{'' if origin['seen'] else ' (not confirmed)'}"
