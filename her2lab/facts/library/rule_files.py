"""Which management rules hold in a trial, and the grades of adverse events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from her2lab.errors import InputError
from her2lab.facts.between_trials import Disease
from her2lab.facts.grade_checks import check_grades
from her2lab.facts.library.folders import files
from her2lab.facts.library.management_files import rules
from her2lab.facts.library.own_rules import own_rules, rules_of
from her2lab.facts.library.trial_files import population_of
from her2lab.facts.management import Rule
from her2lab.facts.reading import to_record
from her2lab.facts.records import GradeFile, Grading, Trial
from her2lab.facts.strict_yaml import read_document
from her2lab.facts.vocabulary import Setting
from her2lab.nearest import did_you_mean, nearest_of


def rules_in_force(trial: Trial) -> list[Rule]:
    """Return the rules that hold in a trial: those for its drugs and its setting, as its file switches them on or off.

    Raises
    ------
    InputError
        If the trial switches a rule that does not exist.
    """
    known = [rule.id for rule in rules_of(trial)]
    for name in trial.rules:
        if name not in known:
            raise InputError(f"unknown rule{did_you_mean(name, known)}", field=f"rules.{name}",
                             expected=nearest_of(name, known))
    given = {line.drug for arm in trial.arms for line in arm.regimen}
    return rules_for(given, setting_of(trial), trial.rules, rules_of(trial))


def rules_by_switch(trial: Trial) -> dict[str, list[str]]:
    """Return the ids of the rules that are ``in_force`` in a trial, and of those that its file switched off or on.

    With them stand, where there are any, those in force that are its ``own``, and those with ``changed`` numbers.

    Raises
    ------
    InputError
        As :func:`rules_in_force`.
    """
    in_force = [rule.id for rule in rules_in_force(trial)]
    given = {line.drug for arm in trial.arms for line in arm.regimen}
    usual = [rule.id for rule in rules_for(given, setting_of(trial), {}, rules_of(trial))]
    theirs = {"own": [rule.id for rule in own_rules(trial)], "changed": list(trial.changed_rules)}
    theirs = {key: found for key, names in theirs.items() if (found := [each for each in names if each in in_force])}
    return {"in_force": in_force, "switched_off": [each for each in usual if each not in in_force],
            "switched_on": [each for each in in_force if each not in usual], **theirs}


def with_arms(trial: Trial, names: Iterable[str]) -> Trial:
    """Return a trial with some of its arms, in this order, under the rules of the whole trial.

    Which rules hold goes by the drugs of all arms, so that who is blinded is treated alike.
    """
    arms, in_force = {arm.id: arm for arm in trial.arms}, {rule.id for rule in rules_in_force(trial)}
    chosen = [arms[name] for name in names]
    given = {line.drug for arm in chosen for line in arm.regimen}
    concerned = {rule.id for rule in rules_of(trial) if given & set(rule.drugs)}
    reference = trial.reference if trial.reference in {arm.id for arm in chosen} else None
    own = [rule for rule in own_rules(trial) if rule.id in concerned]
    return trial.replace(
        arms=chosen, reference=reference,
        rules={rule.id: rule.id in in_force for rule in rules_of(trial) if rule.id in concerned},
        own_rules=trial.own_rules.replace(rules=own) if trial.own_rules is not None and own else None,
        changed_rules={name: each for name, each in trial.changed_rules.items() if name in concerned},
        dose_levels={name: each for name, each in trial.dose_levels.items() if name in given},
        changed_parameters={name: each for name, each in trial.changed_parameters.items() if name in given})


def rules_for(drugs: Iterable[str], setting: str, switches: Mapping[str, bool],
              known: Sequence[Rule] | None = None) -> list[Rule]:
    """Return the rules that hold where `drugs` are given in a setting, with some of them switched on or off.

    `known` are the rules that there are; None for those of the library.
    """
    given = set(drugs)
    return [
        rule
        for rule in (rules() if known is None else known)
        if switches.get(rule.id, given >= set(rule.only_with) and not given & set(rule.unless_with)
                        and rule.only_in in (None, setting))
        and given & set(rule.drugs)
    ]


def setting_of(trial: Trial) -> Setting:
    """Return ``early`` if everybody in the population of a trial has early disease, otherwise ``metastatic``."""
    early = population_of(trial).covariates.get("early")
    return "early" if early is not None and early.value == 1 else "metastatic"


def disease_of(trial: Trial) -> Disease:
    """Return ``gastric`` if everybody in the population of a trial has gastric cancer, otherwise its setting."""
    gastric = population_of(trial).covariates.get("gastric")
    return "gastric" if gastric is not None and gastric.value == 1 else setting_of(trial)


def grades() -> list[Grading]:
    """Return the CTCAE cut-offs of ``facts/rules/ctcae.yaml``."""
    found = files("rules")
    return list(_grades(found["ctcae"]).grades) if "ctcae" in found else []


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def _grades(path: Path) -> GradeFile:
    document = read_document(path)
    file = to_record(document, GradeFile, document.data)
    check_grades(document, file)
    return file
