"""What there is of management rules, which of them hold in a trial, and the grades of adverse events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from her2lab.errors import InputError
from her2lab.facts.between_trials import Disease
from her2lab.facts.grade_checks import check_grades
from her2lab.facts.library.drug_files import drugs_in
from her2lab.facts.library.folders import Folders, files, files_in, folders
from her2lab.facts.library.trial_files import population_of
from her2lab.facts.management import Rule, RuleFile
from her2lab.facts.quantity import Source
from her2lab.facts.reading import to_record
from her2lab.facts.records import GradeFile, Grading, Trial
from her2lab.facts.rule_checks import check_across, read_rules
from her2lab.facts.strict_yaml import read_document
from her2lab.facts.vocabulary import Setting
from her2lab.nearest import did_you_mean, nearest_of


def rules() -> list[Rule]:
    """Return the management rules of every file of ``facts/rules`` that holds any."""
    return [rule for file in _rule_files(folders("rules"), folders("drugs")) for rule in file.rules]


def rule_sources() -> dict[str, Source]:
    """Return the source of each management rule by the rule's id."""
    read = _rule_files(folders("rules"), folders("drugs"))
    return {rule.id: file.sources[rule.source] for file in read for rule in file.rules}


def rules_in_force(trial: Trial) -> list[Rule]:
    """Return the rules that hold in a trial: those for its drugs and its setting, as its file switches them on or off.

    Raises
    ------
    InputError
        If the trial switches a rule that does not exist.
    """
    known = [rule.id for rule in rules()]
    for name in trial.rules:
        if name not in known:
            raise InputError(f"unknown rule{did_you_mean(name, known)}", field=f"rules.{name}",
                             expected=nearest_of(name, known))
    given = {line.drug for arm in trial.arms for line in arm.regimen}
    return rules_for(given, setting_of(trial), trial.rules)


def rules_by_switch(trial: Trial) -> dict[str, list[str]]:
    """Return the ids of the rules that are ``in_force`` in a trial, and of those that its file switched off or on.

    Raises
    ------
    InputError
        As :func:`rules_in_force`.
    """
    in_force = [rule.id for rule in rules_in_force(trial)]
    given = {line.drug for arm in trial.arms for line in arm.regimen}
    usual = [rule.id for rule in rules_for(given, setting_of(trial), {})]
    return {"in_force": in_force, "switched_off": [each for each in usual if each not in in_force],
            "switched_on": [each for each in in_force if each not in usual]}


def with_arms(trial: Trial, names: Iterable[str]) -> Trial:
    """Return a trial with some of its arms, in this order, under the rules of the whole trial.

    Which rules hold goes by the drugs of all arms, so that who is blinded is treated alike.
    """
    arms, in_force = {arm.id: arm for arm in trial.arms}, {rule.id for rule in rules_in_force(trial)}
    chosen = [arms[name] for name in names]
    given = {line.drug for arm in chosen for line in arm.regimen}
    concerned = [rule.id for rule in rules() if given & set(rule.drugs)]
    reference = trial.reference if trial.reference in {arm.id for arm in chosen} else None
    return trial.replace(arms=chosen, reference=reference, rules={name: name in in_force for name in concerned})


def rules_for(drugs: Iterable[str], setting: str, switches: Mapping[str, bool]) -> list[Rule]:
    """Return the rules that hold where `drugs` are given in a setting, with some of them switched on or off."""
    given = set(drugs)
    return [
        rule
        for rule in rules()
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
def _rule_files(found: Folders, drug_folders: Folders) -> list[RuleFile]:
    documents = [read_document(path) for path in files_in(found).values()]
    read = [(each, read_rules(each, drugs_in(drug_folders))) for each in documents if "rules" in each.data]
    check_across(read)
    return [file for _, file in read]


@cache
def _grades(path: Path) -> GradeFile:
    document = read_document(path)
    file = to_record(document, GradeFile, document.data)
    check_grades(document, file)
    return file
