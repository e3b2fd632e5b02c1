"""One line of a regimen: from the text of a trial file to numbers, and the checks that belong to one drug."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from her2lab.errors import InputError, Problems
from her2lab.facts.aliases import id_of
from her2lab.facts.drug_records import Drug
from her2lab.facts.limits import LONGEST, SHORTEST_INTERVAL
from her2lab.facts.plausibility import AREA, REFUSE_FROM, in_words, times_highest
from her2lab.facts.regimen_records import Administration, Dose, WeightTiers
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.units import parse_dose, parse_time

_RANGE = re.compile(r"\s*([0-9]{1,4})\s*-\s*([0-9]{1,4})\s*")
_RAMP = re.compile(r"(.+?)\s+for\s+(.+)")
_TIER = re.compile(r"(.+?)\s+(below|from)\s+([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*kg")
_TIERS = "[300 mg below 60 kg, 400 mg from 60 kg]"
_TIMES = ("start", "every", "duration")
_REPEATS = ("every", "days", "cycles", "duration", "start", "ramp")


def read_lines(document: Document, where: Where, lines: Any, drugs: Mapping[str, Drug] | None,
               problems: Problems | None = None) -> Any:
    """Return the lines of a regimen with doses and times as numbers.

    Parameters
    ----------
    document, where, lines
        The lines, and where they stand.
    drugs
        What may be given; None leaves out the checks that belong to a drug.
    problems
        Takes up the mistakes of lines, for which empty lines then stand; without it they are raised.

    Raises
    ------
    InputError
        With all mistakes.
    """
    if not isinstance(lines, list):
        raise document.error(
            where, "is not a regimen", expected="a list of lines such as {drug: …, dose: …, every: 21}"
        )
    read, found = [], problems or Problems()
    for n, line in enumerate(lines):
        read.append({"drug": "", "at": []})
        with found:
            read[n] = read_line(document, (*where, n), line, drugs)
    if problems is None:
        found.end()
    return read


def read_line(document: Document, where: Where, line: Any, drugs: Mapping[str, Drug] | None) -> dict[str, Any]:
    """Return one line of a regimen with doses and times as numbers, or refuse it."""
    if not isinstance(line, dict):
        raise document.error(where, "is not a line of a regimen", value=line, expected="{drug: …, dose: …, every: 21}")
    drug = None if drugs is None else known_drug(document, (*where, "drug"), line.get("drug"), drugs)
    read = dict(line) if drug is None else {**line, "drug": drug.id}
    if "dose" in line:
        read["dose"] = _dose(document, (*where, "dose"), line["dose"], line.get("route", "iv"), drug)
    for name in _TIMES:
        if line.get(name) is not None:
            read[name] = _time(document, (*where, name), line[name])
    if isinstance(line.get("at"), list):
        read["at"] = [_time(document, (*where, "at", n), each) for n, each in enumerate(line["at"])]
    if "days" in line:
        read["days"] = _days(document, (*where, "days"), line["days"])
    if isinstance(line.get("ramp"), list):
        read["ramp"] = [_step(document, (*where, "ramp", n), each, line, drug) for n, each in enumerate(line["ramp"])]
    if drug is not None:
        _check_route(document, where, read, drug)
    _check_amount(document, where, read, drug)
    _check_schedule(document, where, read)
    return read


def other_names(drug: Drug) -> list[str]:
    """Return what a drug is called beside its id: its name, trade names, abbreviations."""
    return [drug.name, *drug.aliases]


def known_drug(document: Document, where: Where, name: Any, drugs: Mapping[str, Drug]) -> Drug:
    """Return the drug that is called so, or refuse it with the nearest name."""
    if name is None:
        raise document.error(where, "is missing", expected="a drug")
    try:
        return drugs[id_of("drug", str(name), drugs, other_names)]
    except InputError as problem:
        raise problem if problem.file else document.error(where, problem.message, value=name,
                                                          expected=problem.expected) from None


def _time(document: Document, where: Where, value: Any) -> float:
    days = document.parsed(where, parse_time, value)
    if days < 0:
        raise document.error(where, "is before day 0", value=value, expected="a time from day 0 on")
    if days > LONGEST:
        raise document.error(where, "is no time of a trial", value=value, expected=f"at most {LONGEST:g} days")
    return days


def _dose(document: Document, where: Where, value: Any, route: Any, drug: Drug | None) -> dict[str, Any]:
    dose = dose_or_tiers(document, where, value)
    if drug is not None:
        allowed = drug.dose_units_by_route.get(route, drug.dose_units)
        for n, each in enumerate(doses := [dose] if isinstance(dose, Dose) else dose.doses):
            at, said = ((*where, n), value[n]) if len(doses) > 1 else (where, value)
            if each.unit not in allowed:
                raise document.error(at, f"dose {said} for {drug.id}", value=said, expected=" or ".join(allowed))
            _check_plausible(document, at, each.amount, each.unit, drug)
    return dose.model_dump()


def dose_or_tiers(document: Document, where: Where, value: Any) -> Dose | WeightTiers:
    """Return a dose written as ``6 mg/kg``, or one by body weight as a list: each below a weight, the last from it on.

    Raises
    ------
    InputError
        If it is neither; or if the weights do not rise, leave a gap, or the doses differ in unit.
    """
    if not isinstance(value, list):
        return document.parsed(where, parse_dose, value)
    if len(value) < 2:
        raise document.error(where, "is a list of fewer than two doses by body weight", expected=_TIERS)
    doses, limits = list[Dose](), list[float]()
    for n, each in enumerate(value):
        at, word = (*where, n), "from" if n == len(value) - 1 else "below"
        match = _TIER.fullmatch(each.strip()) if isinstance(each, str) else None
        if match is None or match[2] != word:
            last = " as the last of the list" if word == "from" else ""
            raise document.error(at, "is not a dose by body weight", value=each if isinstance(each, str) else None,
                                 expected=f"a dose, {word}, and a weight in kg{last}, such as {_TIERS}")
        doses.append(document.parsed(at, parse_dose, match[1]))
        limits.append(float(match[3]))
        if doses[n].unit != doses[0].unit:
            raise document.error(at, "has another unit than the dose before", value=each, expected=doses[0].unit)
        if word == "below" and limits[n] <= max([0.0, *limits[:n]]):
            raise document.error(at, "weights do not rise", value=each, expected="from the lightest patients up")
        if word == "from" and limits[n] != limits[n - 1]:
            raise document.error(at, "leaves a gap, or overlaps with the dose before", value=each,
                                 expected=f"from {limits[n - 1]:.10g} kg")
    return WeightTiers(below=tuple(zip(doses[:-1], limits[:-1], strict=True)), above=doses[-1])


def _check_plausible(document: Document, where: Where, amount: float, unit: str, drug: Drug) -> None:
    """Refuse a dose so far above the highest known one that it must be a slip."""
    found = times_highest(drug, amount, unit)
    if found is not None and found[0] >= REFUSE_FROM:
        raise document.error(where, f"dose of {drug.id} is {in_words(found[0])}", value=f"{amount:g} {unit}",
                             expected=f"at most about {found[1]:g} {unit}")


def _days(document: Document, where: Where, value: Any) -> list[int]:
    """Return the days within a cycle, counted from 1, written as ``1-14`` or as a list."""
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    days: Any = list(range(int(match[1]), int(match[2]) + 1)) if match else value
    if isinstance(days, int) and not isinstance(days, bool):
        days = [days]
    whole = isinstance(days, list) and all(isinstance(day, int) and not isinstance(day, bool) for day in days)
    if not whole or not days or min(days) < 1 or len(set(days)) < len(days):
        raise document.error(
            where, "are not days of a cycle", value=value, expected="1-14 or [1, 8, 15], counted from 1"
        )
    return sorted(days)


def _step(document: Document, where: Where, value: Any, line: dict[str, Any], drug: Drug | None) -> list[Any]:
    match = _RAMP.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise document.error(
            where,
            "is not a step of a ramp",
            value=value,
            expected="a dose and how long, such as 120 mg for 7",
        )
    days = _time(document, where, match[2])
    if days <= 0:
        raise document.error(where, "lasts no time", value=value, expected="a dose and how long, such as 120 mg for 7")
    return [_dose(document, where, match[1], line.get("route", "iv"), drug), days]


def _check_route(document: Document, where: Where, line: dict[str, Any], drug: Drug) -> None:
    route = line.get("route", Administration.model_fields["route"].default)
    if route not in drug.routes:
        raise document.error(
            (*where, "route"),
            f"{drug.id} is not given this way",
            value=route,
            expected=" or ".join(drug.routes),
        )


def _check_amount(document: Document, where: Where, line: dict[str, Any], drug: Drug | None) -> None:
    """Require one amount: a dose, or an area under the curve where the drug is dosed so."""
    if ("dose" in line) == ("auc" in line):
        both = "both dose and auc are given" if "dose" in line else "no dose is given"
        raise document.error((*where, "dose"), both, expected="either dose or auc")
    if "auc" in line and drug is not None and not drug.auc_dosing:
        raise document.error(
            (*where, "auc"),
            f"{drug.id} is not dosed by area under the curve",
            value=line["auc"],
            expected="dose",
        )
    if drug is not None and isinstance(line.get("auc"), int | float):
        _check_plausible(document, (*where, "auc"), line["auc"], AREA, drug)


def _check_schedule(document: Document, where: Where, line: dict[str, Any]) -> None:
    """Require one way of saying when: days (`at`), or an interval (`every`) with an end."""
    if line.get("at") is not None:
        extra = next((name for name in _REPEATS if line.get(name) is not None), None)
        if extra:
            raise document.error(
                (*where, extra),
                "cannot stand beside at",
                value=line[extra] if extra != "ramp" else None,
                expected="either at, or every with start, days, cycles, duration, until",
            )
        if not line["at"]:
            raise document.error((*where, "at"), "names no day", expected="a list of days")
        return
    if line.get("every") is None:
        raise document.error(where, "does not say how often", expected="at: [0], or every: 21")
    if line["every"] <= 0:
        raise document.error(
            (*where, "every"), "must be above zero", value=line["every"], expected="an interval in days"
        )
    if line["every"] < SHORTEST_INTERVAL:
        raise document.error((*where, "every"), "is too short between two doses", value=line["every"],
                             expected="an hour or more; an infusion for what is given without a break")
    if line.get("days") and max(line["days"]) > line["every"]:
        raise document.error(
            (*where, "days"), f"go beyond the cycle of {line['every']:g} days", expected="days within a cycle"
        )
    ends = [name for name in ("cycles", "duration") if line.get(name) is not None]
    if len(ends) == 2:
        raise document.error(
            (*where, "duration"), "cannot stand beside cycles", value=line["duration"], expected="one of them"
        )
    if not ends and line.get("until") is None:
        raise document.error(where, "does not say how long", expected="cycles, duration, or until: progression")
