"""Which management rules held in a run, and which facts of the user's own it was made of, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

OWN = "own facts used"


def rules_and_facts(summary: Mapping[str, Any]) -> list[str]:
    """Return what the terminal says under the table: rules that were switched by the trial file, own facts."""
    own = summary.get("facts", {}).get("own", [])
    said = rule_sentences(summary.get("rules", {}))[1:]
    return [*said, *([f"{OWN}: {', '.join(own)}"] if own else [])]


def rule_sentences(rules: Mapping[str, Sequence[str]]) -> list[str]:
    """Return which rules are in force; then those that the trial file has switched off, and on, if it has any."""
    words = {"in_force": "Rules in force", "switched_off": "Rules switched off by the trial file",
             "switched_on": "Rules switched on by the trial file"}
    return [f"{said}: {', '.join(rules.get(key, ())) or 'none'}." for key, said in words.items()
            if key == "in_force" or rules.get(key)]
