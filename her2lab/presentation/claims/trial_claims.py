"""The review's statements as tried in virtual trials, as tables and plain data."""

from __future__ import annotations

from typing import Any

from her2lab.facts.trial_claims import TrialCheck
from her2lab.facts.trial_readouts import Limit, Readout, Strata
from her2lab.review.trial_checks import TrialCheckOutcome, TrialVerdict
from her2lab.trial.statistics.estimate import Estimate

COLUMNS = ("groups", "read", "value", "reference", "difference or ratio (90 %)", "stated", "")
UNITS = {"lvef": "points", "neutrophils": "10⁹/L", "platelets": "10⁹/L", "haemoglobin": "g/dL", "serum_ecd": "ng/mL"}


def rows(verdict: TrialVerdict) -> list[tuple[str, ...]]:
    """Return one row for each check of a statement."""
    return [
        (f"{o.check.says} ({groups(o.check)})", read(o.check.read), _number(o.value, o.patients, _mark(o.check)),
         "" if o.reference is None else _number(o.reference, o.reference_patients, _mark(o.check)),
         _interval(o.compared), expected(o.check), _word(o))
        for o in verdict.outcomes
    ]


def evidence(verdict: TrialVerdict) -> list[dict[str, Any]]:
    """Return the same as plain data."""
    return [
        {"says": o.check.says, "by": o.check.by, "groups": groups(o.check), "read": read(o.check.read),
         "unit": unit(o.check.read), "value": _data(o.value, o.patients),
         "reference": None if o.reference is None else _data(o.reference, o.reference_patients),
         "ratio" if o.check.read.is_ratio else "difference": _data(o.compared), "expected": o.check.expect,
         "figure": o.check.figure, "margin": o.check.margin, "holds": None if o.check.expect == "shown" else o.holds}
        for o in verdict.outcomes
    ]


def compared(outcome: TrialCheckOutcome) -> str:
    """Return in a few words what came out, with its unit and interval."""
    named = "" if outcome.compared.value is None else unit(outcome.check.read)
    return _interval(outcome.compared) + ("" if named in ("", "1") else f" {named}")


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


def strata(where: Strata) -> str:
    """Return limits in words."""
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
    return f"{words}, {strata(side.where)}" if side.where else words


def _word(outcome: TrialCheckOutcome) -> str:
    if outcome.check.expect == "shown":
        return ""
    return "as stated" if outcome.holds else "NOT AS STATED"


def _mark(check: TrialCheck) -> str:
    """Return what stands after the value of a group: of a hazard by itself, that it is the share with an event."""
    return " % with an event" if check.read.is_ratio and check.minus is None else ""


def _number(estimate: Estimate, patients: int, mark: str) -> str:
    return f"{_figure(estimate.value)}{mark} (n {patients})"


def _interval(estimate: Estimate) -> str:
    if estimate.value is None and estimate.note:
        return f"– ({estimate.note.removeprefix('not estimable: ')})"
    return f"{_figure(estimate.value)} ({_figure(estimate.low)} to {_figure(estimate.high)})"


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"
    return "0" if float(text) == 0 else text


def _data(estimate: Estimate, patients: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    if estimate.note is not None:
        found["note"] = estimate.note
    return found if patients is None else found | {"patients": patients}
