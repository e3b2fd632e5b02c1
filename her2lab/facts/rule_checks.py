"""Files of management rules: read with their regimen lines, and checked for what contradicts itself or another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import combinations
from typing import Any

from her2lab.errors import InputError, Problems
from her2lab.facts.aliases import id_of
from her2lab.facts.dosing import known_drug, other_names, read_line
from her2lab.facts.drug_records import Drug
from her2lab.facts.management import Rule, RuleFile
from her2lab.facts.measures import DAYS_LATE, FALLS, unit_of
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.units import parse_dose

DRUGS = ("drugs", "only_with", "unless_with")  # fields that name drugs
ONLY_HOLD = ("resume", "hold_at_most_days", "holds_at_most", "recheck_days")
MEANT_FOR = {"give": "give", **dict.fromkeys(ONLY_HOLD, "hold")}  # field -> the only action that it goes with
LATE_ACTIONS = ("reload", "stop")
HIGHEST_GRADE, WHOLE = 5.0, 100.0

Interval = tuple[float, float, bool, bool]  # lowest, highest, and whether they belong to it


def read_rules(document: Document, drugs: Mapping[str, Drug] | None) -> RuleFile:
    """Return the rules of a file, checked.

    Parameters
    ----------
    document
        The file.
    drugs
        The drugs that a rule may name; None leaves out the checks that belong to a drug. A supportive drug to be given
        that is not among them is left to :func:`check_supportive`, since a trial can be run without it.

    Raises
    ------
    InputError
        With all mistakes.
    """
    data, problems = dict(document.data), Problems()
    if isinstance(data.get("rules"), list):
        data["rules"] = list(data["rules"])
        for n, each in enumerate(data["rules"]):
            with problems:
                data["rules"][n] = _raw(document, ("rules", n), each, drugs)
    with problems:
        file = to_record(document, RuleFile, data)
    problems.end()
    for n, rule in enumerate(file.rules):
        with problems:
            check_rule(document, ("rules", n), rule, drugs)
    for (_, one), (n, other) in combinations(enumerate(file.rules), 2):
        if problem := contradiction(one, other):
            with problems:
                raise document.error(("rules", n), problem, value=other.id, expected="one action in one case")
    problems.end()
    return file


def check_supportive(document: Document, file: RuleFile, drugs: Mapping[str, Drug]) -> None:
    """Require that every drug that a rule gives exists.

    Raises
    ------
    InputError
        If one does not.
    """
    for n, rule in enumerate(file.rules):
        if rule.give is not None:
            known_drug(document, ("rules", n, "give", "drug"), rule.give.drug, drugs)


def check_across(files: Iterable[tuple[Document, RuleFile]]) -> None:
    """Require that rules of different files neither have the same name nor contradict one another.

    Raises
    ------
    InputError
        At the later rule of the first such pair.
    """
    rules = [(document, n, rule) for document, file in files for n, rule in enumerate(file.rules)]
    for (first, _, one), (second, n, other) in combinations(rules, 2):
        if first is not second and (problem := contradiction(one, other)):
            raise second.error(("rules", n), f"{problem}, of {first.name}", value=other.id,
                               expected="one action in one case")


def contradiction(one: Rule, other: Rule) -> str | None:
    """Return how two rules contradict one another: one name, or two actions on a drug in the same case."""
    if one.id == other.id:
        return f"two rules are called {one.id}"
    same = all(getattr(one, name) == getattr(other, name) for name in
               ("measure", "when", "also", "only_in")) and all(
        set(getattr(one, name)) == set(getattr(other, name)) for name in ("only_with", "unless_with"))
    shared = sorted(set(one.drugs) & set(other.drugs))
    if same and shared and one.action != other.action and "give" not in (one.action, other.action):
        return f"says {other.action} for {shared[0]} in the same case as {one.id}, which says {one.action}"
    return None


def check_rule(document: Document, at: Where, rule: Rule, drugs: Mapping[str, Drug] | None) -> None:
    """Check one rule: its drugs, its units, its limits, and that its fields go with its action.

    Raises
    ------
    InputError
        For the first mistake.
    """
    for name in DRUGS:
        for m, each in enumerate(getattr(rule, name)):
            if drugs is not None:
                known_drug(document, (*at, name, m), each, drugs)
    both = sorted(set(rule.only_with) & set(rule.unless_with))
    if both:
        raise document.error((*at, "unless_with"), "is also in only_with", value=both[0], expected="one of the two")
    _check_limits(document, at, rule.measure, rule.unit, {"when": rule.when, "resume": rule.resume})
    for m, also in enumerate(rule.also):
        _check_limits(document, (*at, "also", m), also.measure, also.unit, {"when": also.when})
    _check_action(document, at, rule)
    _check_reduction(document, at, rule, drugs)


# ------------------------------------------------------------------------------------------------ reading
def _raw(document: Document, at: Where, rule: Any, drugs: Mapping[str, Drug] | None) -> Any:
    """Return a rule with drugs by id and its line as numbers; what is wrong with its form is left to the record."""
    if not isinstance(rule, dict):
        return rule
    for where, part in ((at, rule), *(((*at, "also", m), each) for m, each in enumerate(rule.get("also") or []))):
        if isinstance(part, dict) and "when" in part and "unit" not in part:
            raise document.error((*where, "unit"), "the unit of the limits is missing",
                                 expected=unit_of(str(part.get("measure"))))
    named = {name: rule[name] for name in DRUGS if isinstance(rule.get(name), list)}
    read = rule | {name: [_id(each, drugs) for each in names] for name, names in named.items()}
    if isinstance(rule.get("give"), dict):
        read["give"] = _line(document, (*at, "give"), rule["give"], drugs)
    return read


def _id(name: Any, drugs: Mapping[str, Drug] | None) -> Any:
    """Return the id of the drug that is called so; what names none is left as it is, to be refused by the checks."""
    if drugs is not None and isinstance(name, str):
        with suppress(InputError):
            return id_of("drug", name, drugs, other_names)
    return name


def _line(document: Document, at: Where, line: dict[str, Any], drugs: Mapping[str, Drug] | None) -> dict[str, Any]:
    """Return a regimen line; of a drug that is not there only the dose can be read."""
    if drugs is None or _id(line.get("drug"), drugs) in drugs or "drug" not in line:
        return read_line(document, at, line, drugs)
    return {**line, "dose": document.parsed((*at, "dose"), parse_dose, line.get("dose")).model_dump()}


# ------------------------------------------------------------------------------------------------ checking
def _check_limits(document: Document, at: Where, measure: str, unit: str,
                  limits: Mapping[str, Mapping[Any, float]]) -> None:
    """Check the unit of the limits on a measure, that there is a condition, and that it can be met."""
    wanted = unit_of(measure)
    if unit != wanted:
        raise document.error((*at, "unit"), f"is not the unit of {measure}", value=unit, expected=wanted)
    if not limits["when"]:
        raise document.error((*at, "when"), "has no limit", expected="a limit such as {value_below: 1.5}")
    highest = {"grade": HIGHEST_GRADE, "percent": WHOLE, "event": 1.0}.get(wanted, math.inf)
    for field, given in limits.items():
        for name, limit in given.items():
            if name.startswith("fall") and measure not in FALLS:
                raise document.error((*at, field, name), f"{measure} has no baseline to fall from", value=limit,
                                     expected="a limit on the value")
            if not 0 <= limit <= highest:
                raise document.error((*at, field, name), f"is no value of {measure} in {wanted}", value=limit,
                                     expected=f"0 to {highest:g}" if math.isfinite(highest) else "0 or more")
        for axis in ("value", "fall"):
            if _empty(_interval(given, axis)):
                raise document.error((*at, field), f"no {axis} can meet these limits",
                                     expected="limits that can be met")


def _check_action(document: Document, at: Where, rule: Rule) -> None:
    """Require that a rule has what its action needs, and nothing that only another action has."""
    for field, action in MEANT_FOR.items():
        if getattr(rule, field) not in (None, {}) and rule.action != action:
            raise document.error((*at, field), f"goes with {action} only", value=rule.action,
                                 expected=f"action: {action}")
    if rule.action == "give" and rule.give is None:
        raise document.error((*at, "give"), "is missing",
                             expected="{drug: …, dose: …, every: …, duration: …, route: …}")
    if rule.on_resume == "reduce" and rule.action != "hold":
        raise document.error((*at, "on_resume"), "goes with hold only", value=rule.action, expected="action: hold")
    if rule.same_dose_holds and rule.on_resume != "reduce":
        raise document.error((*at, "same_dose_holds"), "no later hold would lower the dose", value=rule.same_dose_holds,
                             expected="on_resume: reduce")
    if rule.action == "reload" and rule.measure != DAYS_LATE:
        raise document.error((*at, "measure"), "does not say how late a dose is", value=rule.measure,
                             expected=DAYS_LATE)
    if rule.measure == DAYS_LATE and (rule.action not in LATE_ACTIONS or rule.also):
        raise document.error((*at, "action"), "a late dose can be replaced or be the last", value=rule.action,
                             expected=" or ".join(LATE_ACTIONS))
    both = [_common(_interval(rule.when, axis), _interval(rule.resume, axis)) for axis in ("value", "fall")]
    if rule.resume and not any(_empty(each) for each in both):
        raise document.error((*at, "resume"), "can be met while when is met: the drug would be held and given at once",
                             expected="limits that leave out those of when")


def _check_reduction(document: Document, at: Where, rule: Rule, drugs: Mapping[str, Drug] | None) -> None:
    """Require that a reduction says to where: a dose level of the drug's file, or a fraction where it has none."""
    for field in ("reduce_to_fraction", "reductions_at_most"):
        if getattr(rule, field) is not None and not rule.reduces:
            raise document.error((*at, field), "the rule reduces nothing",
                                 expected="action: reduce, or on_resume: reduce")
    if not rule.reduces or drugs is None:
        return
    without = [name for name in rule.drugs if drugs[name].dose_levels is None]
    if without and rule.reduce_to_fraction is None:
        raise document.error((*at, "reduce_to_fraction"), f"is missing: {without[0]} has no dose levels",
                             expected="a fraction of the planned dose, such as 0.8")
    if not without and rule.reduce_to_fraction is not None:
        raise document.error((*at, "reduce_to_fraction"), f"{rule.drugs[0]} has dose levels",
                             value=rule.reduce_to_fraction, expected="no fraction")


def _interval(limits: Mapping[Any, float], axis: str) -> Interval:
    """Return the values, or the falls, that meet all limits."""
    low, high, with_low, with_high = -math.inf, math.inf, True, True
    for name, limit in limits.items():
        end = str(name).removeprefix(f"{axis}_")
        if end in ("at_least", "above") and limit >= low:
            low, with_low = limit, end == "at_least" and (limit > low or with_low)
        elif end in ("at_most", "below") and limit <= high:
            high, with_high = limit, end == "at_most" and (limit < high or with_high)
    return low, high, with_low, with_high


def _common(one: Interval, other: Interval) -> Interval:
    low, with_low = max((one[0], not one[2]), (other[0], not other[2]))
    high, without_high = min((one[1], one[3]), (other[1], other[3]))
    return low, high, not with_low, without_high


def _empty(interval: Interval) -> bool:
    low, high, with_low, with_high = interval
    return low > high or (low == high and not (with_low and with_high))
