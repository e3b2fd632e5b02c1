"""The rules of a trial: those of the library with the numbers that the trial gives them, and the trial's own."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from her2lab.errors import Problems
from her2lab.facts.drug_changes import changed
from her2lab.facts.drug_changes import moves as drug_moves
from her2lab.facts.library.drug_files import drugs
from her2lab.facts.library.management_files import rules
from her2lab.facts.management import Rule
from her2lab.facts.records import Drug, Trial
from her2lab.facts.rule_changes import OwnRules, changed_rule, check_change, moves
from her2lab.facts.rule_checks import check_rule, check_supportive, contradiction
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.trial_writing import in_file


def rules_of(trial: Trial) -> list[Rule]:
    """Return the rules that there are for a trial, in force or not: the library's as it changes them, then its own."""
    changes = trial.changed_rules
    known = [changed_rule(rule, changes[rule.id]) if rule.id in changes else rule for rule in rules()]
    return [*known, *own_rules(trial)]


def own_rules(trial: Trial | OwnRules) -> list[Rule]:
    """Return the rules that stand in the file of a trial."""
    return [] if trial.own_rules is None else list(trial.own_rules.rules)


def with_dose_levels(trial: Trial, drugs: Mapping[str, Drug]) -> dict[str, Drug]:
    """Return drugs by id with the dose levels that a trial gives them."""
    return {name: drug.replace(dose_levels=trial.dose_levels[name]) if name in trial.dose_levels else drug
            for name, drug in drugs.items()}


def changed_drugs(trial: Trial) -> dict[str, Drug]:
    """Return the drugs, by id, of which a trial changes parameters, with these."""
    return {name: changed(drugs()[name], values) for name, values in trial.changed_parameters.items()}


def changes_of(trial: Trial) -> dict[str, list[dict[str, Any]]]:
    """Return what the file of a trial changes of the library as data; only what there is.

    ``regimens``: arm, regimen and its changes; ``parameters``: drug, parameter, value before and after, unit;
    ``rules``: rule, field, value before and after, unit; ``dose_levels``: drug, levels before and after, unit.
    """
    known = {rule.id: rule for rule in rules()} if trial.changed_rules else {}
    found = {
        "regimens": [{"arm": arm.id, "regimen": arm.regimen_name, "changes": in_file(arm.changes)}
                     for arm in trial.arms if arm.regimen_name is not None or arm.changes],
        "parameters": [{"drug": name, "parameter": parameter, "before": before.value, "after": after.value,
                        "unit": before.unit} for name, values in trial.changed_parameters.items()
                       for parameter, before, after in drug_moves(drugs()[name], values)],
        "rules": [{"rule": name, "field": field, "before": before, "after": after, "unit": unit}
                  for name, change in trial.changed_rules.items()
                  for field, before, after, unit in moves(known[name], change)],
        "dose_levels": [{"drug": name, "before": _levels(drugs()[name]), "after": list(levels.values),
                         "unit": levels.unit} for name, levels in trial.dose_levels.items()],
    }
    return {name: each for name, each in found.items() if each}


def _levels(drug: Drug) -> list[float]:
    return [] if drug.dose_levels is None else list(drug.dose_levels.values)


def check_own_rules(document: Document, trial: Trial | OwnRules, drugs: Mapping[str, Drug]) -> None:
    """Check what a trial's own and changed rules say of those of the library.

    Raises
    ------
    InputError
        With all mistakes: an unknown rule, a number that it does not have, another unit, an own rule with the name of
        one of the library, rules that contradict each other.
    """
    if not (trial.own_rules or trial.changed_rules):
        return
    problems, known = Problems(), {rule.id: rule for rule in rules()}
    for name, change in trial.changed_rules.items():
        at: Where = ("changed_rules", name)
        with problems:
            if name not in known:
                raise document.unknown(at, "rule", name, known)
            check_change(document, at, known[name], change)
            check_rule(document, at, changed_rule(known[name], change), drugs)
    if trial.own_rules is not None:
        with problems:
            check_supportive(document.part("own_rules"), trial.own_rules, drugs)
    for n, rule in enumerate(own_rules(trial)):
        if rule.id in known:
            with problems:
                raise document.error(("own_rules", "rules", n, "id"), "is the name of a rule of the library",
                                     value=rule.id, expected="another name, or changed_rules to change its numbers")
    problems.end()
    if isinstance(trial, Trial):
        _check_contradictions(document, trial)


def _check_contradictions(document: Document, trial: Trial) -> None:
    """Require that no two rules that are not switched off contradict each other, if the trial has a hand in one."""
    own = {rule.id: n for n, rule in enumerate(own_rules(trial))}
    on = [rule for rule in rules_of(trial) if trial.rules.get(rule.id, True)]
    problems = Problems()
    for one, other in combinations(on, 2):
        theirs = next((name for name in (other.id, one.id) if name in own or name in trial.changed_rules), None)
        if theirs is not None and (problem := contradiction(one, other)):
            at: Where = ("own_rules", "rules", own[theirs]) if theirs in own else ("changed_rules", theirs)
            with problems:
                raise document.error(at, problem, value=other.id, expected="one action in one case; the other rule "
                                     f"may be switched off, as in rules: {{{one.id}: false}}")
    problems.end()
