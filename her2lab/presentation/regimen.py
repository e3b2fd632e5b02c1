"""A regimen in words, as one would say it: the one place where doses become text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from her2lab.facts.records import Administration, Arm, Dose, LineChange
from her2lab.facts.regimen_records import WeightTiers


def regimen(lines: Iterable[Administration]) -> list[str]:
    """Return a regimen in words, one sentence for each drug.

    Examples
    --------
    ``trastuzumab 8 mg/kg iv on day 0, then 6 mg/kg every 21 days until progression``
    """
    said = []
    for (drug, route), group in groupby(lines, key=lambda line: (line.drug, line.route)):
        parts = list(group)
        first, *later = (_amount(line) for line in parts)
        doses = [f"{first} {route}", *later]
        previous = [None, *parts[:-1]]
        said.append(
            f"{drug} "
            + ", then ".join(
                " ".join(part for part in (given, _when(line, before), _how_long(line)) if part)
                for given, line, before in zip(doses, parts, previous, strict=True)
            )
        )
    return said


def origin(arm: Arm) -> list[str]:
    """Return which regimen of the library an arm has, and what the trial has changed, a sentence each; often none.

    Examples
    --------
    ``changed by the trial file: docetaxel dose 60 mg/m², cycles 6``
    """
    name = [] if arm.regimen_name is None else [f"regimen {arm.regimen_name} of the library"]
    changes = "; ".join(map(_change, arm.changes))
    return [*name, *([f"changed by the trial file: {changes}"] if changes else [])]


def _change(change: LineChange) -> str:
    words = {"dose": lambda value: dose(value), "auc": _number, "at": lambda days: ", ".join(map(_number, days)),
             "days": _days}
    said = [f"{name.replace('_', ' ')} {words.get(name, _number)(value)}" for name, value in change
            if name not in ("drug", "line") and value is not None]
    line = "" if change.line is None else f" (line {change.line})"
    return f"{change.drug}{line} {', '.join(said)}"


def dose(given: Dose | WeightTiers) -> str:
    """Return an amount with its unit: ``75 mg/m²``, ``300 mg (below 60 kg) or 400 mg (from 60 kg)``."""
    if isinstance(given, WeightTiers):
        below = [f"{dose(each)} (below {_number(limit)} kg)" for each, limit in given.below]
        return " or ".join([*below, f"{dose(given.above)} (from {_number(given.limits[-1])} kg)"])
    return f"{_number(given.amount)} {given.unit.replace('m2', 'm²')}"


def _amount(line: Administration) -> str:
    if line.dose is None:
        return f"AUC {_number(line.auc or 0)}"
    times = {1: "", 2: " twice a day", 3: " three times a day"}.get(line.per_day, f" {line.per_day} times a day")
    steps = "".join(f"{dose(step)} for {_number(days)} days, then " for step, days in line.ramp)
    return f"{steps}{dose(line.dose)}{times}"


def _when(line: Administration, before: Administration | None) -> str:
    if line.at is not None:
        return f"on day{'s' if len(line.at) > 1 else ''} {', '.join(_number(day) for day in line.at)}"
    every = "every day" if line.every == 1 else f"every {_number(line.every or 0)} days"
    if line.days:
        every = f"on days {_days(line.days)} of every {_number(line.every or 0)}"
    follows = before is not None and before.at == (0,) and line.start == line.every
    return every if line.start == 0 or follows else f"{every} from day {_number(line.start)}"


def _days(days: Sequence[int]) -> str:
    run = len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1))
    return f"{days[0]} to {days[-1]}" if run else ", ".join(str(day) for day in days)


def _how_long(line: Administration) -> str:
    limits = []
    if line.cycles is not None:
        limits.append(f"for {line.cycles} cycle{'s' if line.cycles > 1 else ''}")
    if line.duration is not None:
        limits.append(f"for {_number(line.duration)} days")
    if line.until is not None:
        limits.append(f"until {line.until}")
    return " or ".join(limits)


def _number(value: float) -> str:
    return f"{value:.10g}"
