"""Which management rules held in a run, and which facts of the user's own it was made of, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from her2lab.facts.management import Rule
from her2lab.presentation.monitoring_rules import NAMES, SIGNS, UNITS, action_words, limits_words
from her2lab.presentation.words import unit_name

OWN = "own facts used"


def rules_and_facts(summary: Mapping[str, Any]) -> list[str]:
    """Return what the terminal says under the table: rules that were switched by the trial file, own facts."""
    own = summary.get("facts", {}).get("own", [])
    said = rule_sentences(summary.get("rules", {}))[1:]
    return [*said, *change_sentences(summary.get("changes", {})), *([f"{OWN}: {', '.join(own)}"] if own else [])]


def rule_sentences(rules: Mapping[str, Sequence[str]]) -> list[str]:
    """Return which rules are in force; then those that the trial file has switched, has of its own or has changed."""
    words = {"in_force": "Rules in force", "switched_off": "Rules switched off by the trial file",
             "switched_on": "Rules switched on by the trial file", "own": "Rules of the trial file's own",
             "changed": "Rules with numbers of the trial file"}
    return [f"{said}: {', '.join(rules.get(key, ())) or 'none'}." for key, said in words.items()
            if key == "in_force" or rules.get(key)]


def change_sentences(changes: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Return what a trial's file changes of drugs, rules and dose levels, one sentence for each number or drug.

    Parameters
    ----------
    changes
        What :func:`her2lab.facts.library.changes_of` gives; regimens stand beside their arms.

    Examples
    --------
    ``trastuzumab_below_normal_fall_10: when value < 45 % in place of 50 %.``
    """
    rules = [f"{each['rule']}: {_field(each['field'])} {_amount(each['after'], each)} in place of "
             f"{_amount(each['before'], each)}." for each in changes.get("rules", ())]
    numbers = [f"{each['drug']}.{each['parameter']}: {each['after']:g} {unit_name(each['unit'])}".rstrip()
               + f" in place of {each['before']:g}." for each in changes.get("parameters", ())]
    levels = [f"Dose levels of {each['drug']}: {_levels(each['after'])} {each['unit']} in place of "
              f"{_levels(each['before'])} {each['unit']}." for each in changes.get("dose_levels", ())]
    return [*numbers, *rules, *levels]


def own_rule_sentences(rules: Iterable[Rule]) -> list[str]:
    """Return the rules of a trial's own, each as one would say it."""
    return [f"{rule.id}: {', '.join(rule.drugs)}, when {limits_words(rule.measure, rule.when, rule.unit, rule.also)}: "
            f"{action_words(rule)}." for rule in rules]


def _field(field: str) -> str:
    """Return the words of a changed number: ``when value <``, ``resume fall <=``, ``recheck`` (days)."""
    place, _, limit = field.rpartition(".")
    if not place:
        return field.removesuffix("_days").replace("_", " ")
    axis, _, sign = limit.partition("_")
    measure = place.partition(".")[2]
    return f"{place.partition('.')[0]} {NAMES.get(measure, measure.replace('_', ' ')) or axis} {SIGNS[sign]}"


def _amount(value: float, change: Mapping[str, Any]) -> str:
    unit = UNITS.get(change["unit"], change["unit"])
    return f"{value:g} {unit}".rstrip()


def _levels(values: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
