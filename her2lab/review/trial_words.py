"""What claims read in virtual trials, in words."""

from __future__ import annotations

from her2lab.review.records.readout import Limit, Readout, Strata
from her2lab.review.records.virtual_trial import TrialCheck
from her2lab.trial.statistics.estimate import Estimate

UNITS = {"lvef": "points", "neutrophils": "10⁹/L", "platelets": "10⁹/L", "haemoglobin": "g/dL", "serum_ecd": "ng/mL"}


def groups(check: TrialCheck) -> str:
    """Return in a few words which patients are compared with which."""
    against = check.against()
    if against is None:
        return _group(check)
    other = _group(against)
    if against.read != check.read:
        other += f", {read(against.read)}"
    return f"{_group(check)} against {other}"


def read(readout: Readout) -> str:
    """Return in a few words what is read."""
    kind, said = readout.kind, getattr(readout, readout.kind)
    days = "" if readout.days is None else f"on days {readout.days[0]:g} to {readout.days[1]:g}"
    if readout.events is not None:
        events = " or ".join(name.replace("_", " ") for name in readout.events)
        return events if readout.grade in (None, 1) else f"{events}, grade {readout.grade}" + (
            " and above" if readout.grade != 5 else "")
    if readout.decision is not None:
        return f"{readout.decision} by a rule" + (f" of the {readout.organ}" if readout.organ else "")
    return {
        "change": f"{said} {days} less baseline ({unit(readout)})",
        "concentration": f"{said} in plasma {days} ({unit(readout)})",
        "intensity": f"dose intensity of {said} (%)",
        "cost": f"drugs, {unit(readout)}",
        "endpoint": f"{said} ({unit(readout)})",
        "hazard": f"hazard ratio of {said}",
    }.get(kind, f"{said} {kind}")


def unit(readout: Readout) -> str:
    """Return the unit of what is read."""
    if readout.change is not None:
        return UNITS.get(readout.change, "× ULN")
    if readout.cost is not None:
        return f"USD per {readout.cost.replace('_', ' ')}"
    if readout.endpoint is not None and readout.endpoint.endswith("_median"):
        return "months"
    return "mg/L" if readout.concentration is not None else "1" if readout.is_ratio else "%"


def expected(check: TrialCheck) -> str:
    """Return what is stated, with its margin."""
    by = "" if check.by == "review" else "primary source: "
    if check.expect in ("figure", "shown"):
        return f"{by}{check.figure:g}" if check.figure is not None else "shown only"
    word = {"not_up": "no higher", "not_down": "no lower"}.get(check.expect, check.expect)
    if check.figure is not None:
        word = {"up": "above", "down": "below", "unchanged": "at", "not_up": "no higher than",
                "not_down": "no lower than"}[check.expect] + f" {check.figure:g}"
    if not check.margin:
        return by + word
    factor = "a factor of " if check.read.is_ratio else ""
    if check.expect in ("up", "down"):
        return f"{by}{word} (by {factor}{check.margin:g} or more)"
    return f"{by}{word} (within {factor}{check.margin:g})"


def number(check: TrialCheck, estimate: Estimate, patients: int) -> str:
    """Return the value of a group; of a hazard by itself, that it is the share with an event."""
    mark = " % with an event" if check.read.is_ratio and check.minus is None else ""
    return f"{_figure(estimate.value)}{mark} (n {patients})"


def interval(estimate: Estimate) -> str:
    """Return a value with its interval, or why there is none."""
    if estimate.value is None and estimate.note:
        return f"– ({estimate.note.removeprefix('not estimable: ')})"
    return f"{_figure(estimate.value)} ({_figure(estimate.low)} to {_figure(estimate.high)})"


def summary(check: TrialCheck, compared: Estimate) -> str:
    """Return in a few words what came out, with its unit and interval."""
    named = "" if compared.value is None else unit(check.read)
    return interval(compared) + ("" if named in ("", "1") else f" {named}")


def _strata(where: Strata) -> str:
    return ", ".join(_stratum(name, limit) for name, limit in where.items())


def _stratum(name: str, limit: Limit) -> str:
    if isinstance(limit, list):
        return f"{name} {' or '.join(limit)}"
    low, high = limit
    if low is not None and low == high:
        return f"{name} {low:g}"
    return " and ".join(f"{name} {sign} {bound:g}" for sign, bound in (("≥", low), ("≤", high)) if bound is not None)


def _group(side: TrialCheck) -> str:
    word = "against" if side.read.is_ratio else "less"
    words = f"{side.trial}: {side.arm}" + (f" {word} {side.minus}" if side.minus else "")
    return f"{words}, {_strata(side.where)}" if side.where else words


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"
    return "0" if float(text) == 0 else text
