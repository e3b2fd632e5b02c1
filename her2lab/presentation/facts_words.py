"""Facts in words: a number with its unit and spread, a source, a regimen as one would say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from her2lab.facts.quantity import Quantity, Source
from her2lab.facts.records import Administration, Exposure

TIERS = {  # of a drug's pharmacokinetics
    "A": "a published population model",
    "B": "a published but secondary or thin model",
    "C": "derived from exposures on a label",
    "D": "a surrogate from a similar drug",
}


def number(value: float) -> str:
    """Return a number as short as it was written."""
    return f"{value:.10g}"


def amount(quantity: Quantity) -> str:
    """Return value and unit: ``0.127 L/day``."""
    return number(quantity.value) if quantity.unit == "1" else f"{number(quantity.value)} {quantity.unit}"


def spread(quantity: Quantity) -> str:
    """Return how a parameter varies between patients, or the range of an uncertain value."""
    parts = []
    if quantity.cv_percent is not None:
        parts.append(f"CV {number(quantity.cv_percent)} %")
    signs = {"power": "^", "exponential": "exp "}
    parts += [f"{each.name} {signs[each.form]}{number(each.coefficient)}" for each in quantity.covariates]
    if quantity.range is not None:
        parts.append(f"range {number(quantity.range[0])} to {number(quantity.range[1])}")
    return ", ".join(parts)


def origin(quantity: Quantity) -> str:
    """Return where a number comes from: the key of its source, or its assumption marked as one."""
    if quantity.source is None:
        return f"ASSUMPTION: {' '.join((quantity.assumption or '').split())}"
    return quantity.source if quantity.seen else f"{quantity.source} (not confirmed in the text)"


def measure(observed: Exposure) -> str:
    """Return what was measured, such as ``area of payload, days 42 to 63, geometric mean``."""
    of = "" if observed.analyte == "drug" else f" of {observed.analyte}"
    window = observed.window
    days = "" if window is None else f", days {number(window[0])} to {number(window[1])}"
    return f"{observed.metric}{of}{days}, {observed.statistic}"


def citation(source: Source) -> str:
    """Return a citation with its identifiers."""
    marks = (("doi ", source.doi), ("PMID ", source.pmid), ("", source.nct), ("via ", source.via))
    return ", ".join([source.cite, *(f"{name}{value}" for name, value in marks if value)])


def regimen(lines: Iterable[Administration]) -> list[str]:
    """Return a regimen in words, one sentence for each drug.

    Examples
    --------
    ``trastuzumab 8 mg/kg iv on day 0, then 6 mg/kg every 21 days until progression``
    """
    said = []
    for (drug, route), group in groupby(lines, key=lambda line: (line.drug, line.route)):
        parts = list(group)
        first, *later = (_dose(line) for line in parts)
        doses = [f"{first} {route}", *later]
        previous = [None, *parts[:-1]]
        said.append(
            f"{drug} "
            + ", then ".join(
                " ".join(part for part in (dose, _when(line, before), _how_long(line)) if part)
                for dose, line, before in zip(doses, parts, previous, strict=True)
            )
        )
    return said


def _dose(line: Administration) -> str:
    if line.dose is None:
        return f"AUC {number(line.auc or 0)}"
    times = {1: "", 2: " twice a day", 3: " three times a day"}.get(line.per_day, f" {line.per_day} times a day")
    steps = "".join(f"{number(dose.amount)} {dose.unit} for {number(days)} days, then " for dose, days in line.ramp)
    return f"{steps}{number(line.dose.amount)} {line.dose.unit}{times}"


def _when(line: Administration, before: Administration | None) -> str:
    if line.at is not None:
        return f"on day{'s' if len(line.at) > 1 else ''} {', '.join(number(day) for day in line.at)}"
    every = "every day" if line.every == 1 else f"every {number(line.every or 0)} days"
    if line.days:
        every = f"on days {_days(line.days)} of every {number(line.every or 0)}"
    follows = before is not None and before.at == (0,) and line.start == line.every
    return every if line.start == 0 or follows else f"{every} from day {number(line.start)}"


def _days(days: Sequence[int]) -> str:
    run = len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1))
    return f"{days[0]} to {days[-1]}" if run else ", ".join(str(day) for day in days)


def _how_long(line: Administration) -> str:
    limits = []
    if line.cycles is not None:
        limits.append(f"for {line.cycles} cycle{'s' if line.cycles > 1 else ''}")
    if line.duration is not None:
        limits.append(f"for {number(line.duration)} days")
    if line.until is not None:
        limits.append(f"until {line.until}")
    return " or ".join(limits)
