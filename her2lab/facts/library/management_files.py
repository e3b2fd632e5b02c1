"""What there is of management rules in ``facts/rules``."""

from __future__ import annotations

from functools import cache

from her2lab.facts.library.drug_files import drugs_in
from her2lab.facts.library.folders import Folders, files_in, folders
from her2lab.facts.management import Rule, RuleFile
from her2lab.facts.quantity import Source
from her2lab.facts.rule_checks import check_across, read_rules
from her2lab.facts.strict_yaml import read_document


def rules() -> list[Rule]:
    """Return the management rules of every file of ``facts/rules`` that holds any."""
    return [rule for file in _rule_files(folders("rules"), folders("drugs")) for rule in file.rules]


def rule_sources() -> dict[str, Source]:
    """Return the source of each management rule by the rule's id."""
    read = _rule_files(folders("rules"), folders("drugs"))
    return {name: source for file in read for name, source in file.by_rule().items()}


# ------------------------------------------------------------------------------------------------ reading, once
@cache
def _rule_files(found: Folders, drug_folders: Folders) -> list[RuleFile]:
    documents = [read_document(path) for path in files_in(found).values()]
    read = [(each, read_rules(each, drugs_in(drug_folders))) for each in documents if "rules" in each.data]
    check_across(read)
    return [file for _, file in read]
