"""Trial and regimen files: doses and times of the contract format as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from her2lab.errors import Problems
from her2lab.facts.document_checks import check_sources
from her2lab.facts.dosing import known_drug, read_lines
from her2lab.facts.drug_changes import FORM, read_changed_parameters
from her2lab.facts.drug_records import DoseLevels, Drug
from her2lab.facts.limits import LONGEST, SHORTEST_ASSESSMENT, SHORTEST_FOLLOWUP
from her2lab.facts.population_bases import population_written_out
from her2lab.facts.reading import to_record
from her2lab.facts.regimen_changes import lines_of, with_changes
from her2lab.facts.regimen_records import Regimen
from her2lab.facts.rule_changes import OwnRules, RuleChange, check_levels
from her2lab.facts.rule_checks import read_rules
from her2lab.facts.strict_yaml import Document, Where, read_document
from her2lab.facts.units import parse_share, parse_time


def trial_data(document: Document, drugs: Mapping[str, Drug] | None, problems: Problems,
               regimens: Mapping[str, Regimen] | None = None) -> dict[str, Any]:
    """Return what a trial's file holds, with doses as amounts and units, and times in days.

    Parameters
    ----------
    document
        The file.
    drugs
        The drugs that a regimen may name; None leaves out the checks that belong to a drug.
    problems
        Takes up the mistakes; what is wrong stays as it was.
    regimens
        Those that an arm may name; None where there are none.
    """
    data = dict(document.data)
    with problems:
        data["population"] = population_written_out(document)
    with problems:
        _check_arms(document)
    if isinstance(data.get("arms"), list):
        data["arms"] = [_arm(document, n, arm, drugs, problems, regimens) for n, arm in enumerate(data["arms"])]
    for name, least in (("followup", SHORTEST_FOLLOWUP), ("surgery", 0.0)):
        if data.get(name) is not None:
            with problems:
                data[name] = positive_time(document, (name,), data[name], least)
    if isinstance(data.get("assessments"), dict):
        data["assessments"] = dict(data["assessments"])
        for kind, value in data["assessments"].items():
            with problems:
                data["assessments"][kind] = positive_time(document, ("assessments", kind), value, SHORTEST_ASSESSMENT)
    if isinstance(data.get("visits"), dict):
        with problems:
            parsers = {"jitter": parse_time, "missed": parse_share}
            data["visits"] = {name: document.parsed(("visits", name), parsers[name], value) if name in parsers
                              else value for name, value in data["visits"].items()}
    if "rules" in data:
        given, data["rules"] = data["rules"], {}
        with problems:
            data["rules"] = _switches(document, given)
    data |= _rules_data(document, drugs, problems)
    if data.get("prior") is not None:
        with problems:
            data["prior"] = _prior(document, data["prior"], drugs)
    return data


def _switches(document: Document, given: Any) -> Any:
    """Return which rules are off or on; what belongs into another field is sent there."""
    if isinstance(given, list):
        raise document.error(("rules",), "switches rules off or on",
                             expected="{a_rule: false}; rules of the trial's own under own_rules")
    changed = next((name for name, value in given.items() if isinstance(value, dict)), None) if isinstance(
        given, dict) else None
    if changed is not None:
        raise document.error(("rules", changed), "switches the rule off or on",
                             expected="true or false; other numbers of a rule under changed_rules")
    return given


def own_rules_in(document: Document, drugs: Mapping[str, Drug] | None, problems: Problems) -> OwnRules:
    """Return the rules of its own that a trial's file holds, whatever is wrong with the rest of the file.

    Parameters
    ----------
    document, drugs
        As :func:`trial_data` has them.
    problems
        Takes up the mistakes; what has one is left out.
    """
    data = _rules_data(document, drugs, problems)
    changes = data.get("changed_rules")
    data["changed_rules"] = {}
    for name, change in changes.items() if isinstance(changes, dict) else ():
        with problems:
            to_record(document, RuleChange, change, ("changed_rules", name))
            data["changed_rules"][name] = change
    return to_record(document, OwnRules, data)


def _rules_data(document: Document, drugs: Mapping[str, Drug] | None, problems: Problems) -> dict[str, Any]:
    """Return those of the fields of :class:`OwnRules` that a file has; nothing in place of one with a mistake."""
    data = {name: document.data[name] for name in OwnRules.model_fields if name in document.data}
    for name, read, form in (("own_rules", _own_rules, "{rules: […], sources: {…}}"),
                             ("changed_parameters", read_changed_parameters, FORM),
                             ("dose_levels", _dose_levels, "{a_drug: {unit: …, values: […]}}")):
        if data.get(name) is not None:
            given, data[name] = data[name], OwnRules.model_fields[name].default
            with problems:
                if not isinstance(given, dict):
                    raise document.error((name,), "is not of this form", expected=form)
                data[name] = read(document, given, drugs)
    return data


def _own_rules(document: Document, _given: dict[str, Any], drugs: Mapping[str, Drug] | None) -> Any:
    part = document.part("own_rules")
    file = read_rules(part, drugs)
    check_sources(part, file.sources)
    return file.model_dump(mode="json", exclude_defaults=True)


def _dose_levels(document: Document, given: dict[str, Any], drugs: Mapping[str, Drug] | None) -> Any:
    """Return dose levels by the id of their drug."""
    read, problems = dict[str, Any](), Problems()
    for name, levels in given.items():
        with problems:
            drug = name if drugs is None else known_drug(document, ("dose_levels", name), name, drugs).id
            if drug in read:
                raise document.error(("dose_levels", name), f"are levels of {drug} as well", expected="each drug once")
            record = to_record(document, DoseLevels, levels, ("dose_levels", name))
            if drugs is not None:
                check_levels(document, ("dose_levels", name), drugs[drug], record)
            read[drug] = levels
    problems.end()
    return read


def read_regimen(path: str | Path | Document, drugs: Mapping[str, Drug]) -> Regimen:
    """Read one file of ``facts/regimens``: a named list of the same lines as in a trial.

    Raises
    ------
    InputError
        For the first mistake.
    """
    document = path if isinstance(path, Document) else read_document(path)
    lines = read_lines(document, ("regimen",), document.data.get("regimen"), drugs)
    return to_record(document, Regimen, {**document.data, "regimen": lines})


def _check_arms(document: Document) -> None:
    """Look at the arms before anything else, so that an empty or double arm is named as such."""
    arms = document.data.get("arms")
    if not isinstance(arms, list) or not arms:
        raise document.error(("arms",), "there is no arm", expected="at least one arm")
    names = [arm.get("id") if isinstance(arm, dict) else None for arm in arms]
    for n, arm in enumerate(arms):
        if not isinstance(arm, dict):
            raise document.error(("arms", n), "is not an arm", value=arm, expected="{id: …, n: …, regimen: …}")
        if names[n] is not None and names.index(names[n]) < n:
            raise document.error(
                ("arms", n, "id"), "two arms have the same id", value=names[n], expected="one id for each arm"
            )
        size = arm.get("n")
        if isinstance(size, int) and not isinstance(size, bool) and size < 1:
            raise document.error(("arms", n, "n"), f"arm {names[n]} has no patients", value=size, expected="at least 1")


def _arm(document: Document, n: int, arm: Any, drugs: Mapping[str, Drug] | None, problems: Problems,
         regimens: Mapping[str, Regimen] | None) -> Any:
    if not isinstance(arm, dict) or "regimen" not in arm:
        return arm  # the record says that it is missing
    read, at = dict(arm), ("arms", n, "regimen")
    lines = arm["regimen"]
    read["regimen"] = []
    if arm.get("changes") is not None:
        read["changes"] = []
    with problems:
        if isinstance(lines, str):
            read["regimen_name"], lines = lines, lines_of(document, at, lines, regimens)
        if isinstance(lines, list) and arm.get("changes") is not None:
            lines, read["changes"] = with_changes(document, ("arms", n, "changes"), lines, arm["changes"], drugs,
                                                  problems)
        read["regimen"] = read_lines(document, at, lines, drugs, problems)
    return read


def positive_time(document: Document, where: Where, value: Any, least: float = 0.0) -> float:
    """Return a time above zero in days, from `least` on, or refuse it at its field."""
    days = document.parsed(where, parse_time, value)
    if days <= 0:
        raise document.error(where, "must be above zero", value=value, expected="a time above zero")
    if not least <= days <= LONGEST:
        raise document.error(where, "is no time of a trial", value=value, expected=f"{least:g} to {LONGEST:g} days")
    return days


def _prior(document: Document, prior: Any, drugs: Mapping[str, Drug] | None) -> Any:
    """Return the regimens before entry: names as they are, lists with doses and times as numbers."""
    if not isinstance(prior, list):
        raise document.error(
            ("prior",), "is not a list of regimens", value=prior, expected="names or lists of lines, in order"
        )
    return [each if isinstance(each, str) else read_lines(document, ("prior", n), each, drugs)
            for n, each in enumerate(prior)]
