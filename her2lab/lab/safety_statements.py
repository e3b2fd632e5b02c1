"""The review's statements on safety, as tried in virtual trials, as tables and plain data."""

from __future__ import annotations

from typing import Any

from her2lab.evidence.readouts import unit
from her2lab.evidence.safety_claims import Verdict
from her2lab.facts.safety import Limits, Readout, SafetyCheck
from her2lab.trial.estimate import Estimate

COLUMNS = ("groups", "read", "value", "reference", "difference (90 %)", "stated", "")


def rows(verdict: Verdict) -> list[tuple[str, ...]]:
    """Return one row for each check of a statement."""
    return [
        (f"{o.check.says} ({groups(o.check)})", read(o.check.read), _number(o.value, o.patients),
         _number(o.reference, o.reference_patients), _interval(o.difference), expected(o.check),
         "as stated" if o.holds else "NOT AS STATED")
        for o in verdict.outcomes
    ]


def evidence(verdict: Verdict) -> list[dict[str, Any]]:
    """Return the same as plain data."""
    return [
        {"says": o.check.says, "groups": groups(o.check), "read": read(o.check.read), "unit": unit(o.check.read),
         "value": _data(o.value, o.patients), "reference": _data(o.reference, o.reference_patients),
         "difference": _data(o.difference), "expected": o.check.expect, "margin": o.check.margin, "holds": o.holds}
        for o in verdict.outcomes
    ]


def groups(check: SafetyCheck) -> str:
    """Return in a few words which patients are compared with which."""
    against = check.against()
    other = _group(against)
    if against.read != check.read:
        other += f", {read(against.read)}"
    return f"{_group(check)} against {other}"


def read(readout: Readout) -> str:
    """Return in a few words what is read."""
    if readout.events is not None:
        events = " or ".join(name.replace("_", " ") for name in readout.events)
        return events if readout.grade in (None, 1) else f"{events}, grade {readout.grade}" + (
            " and above" if readout.grade != 5 else "")
    if readout.change is not None and readout.days is not None:
        return f"{readout.change} on days {readout.days[0]:g} to {readout.days[1]:g} less baseline ({unit(readout)})"
    if readout.decision is not None:
        return f"{readout.decision} by a rule" + (f" of the {readout.organ}" if readout.organ else "")
    kind = next(kind for kind in ("stopped", "held", "reduced", "given", "endpoint") if getattr(readout, kind))
    return f"{getattr(readout, kind)} {'' if kind == 'endpoint' else kind}".strip()


def expected(check: SafetyCheck) -> str:
    """Return what is stated, with its margin."""
    if check.expect == "unchanged":
        return f"unchanged (within {check.margin:g})"
    return check.expect + (f" (by {check.margin:g} or more)" if check.margin else "")


def _group(side: SafetyCheck) -> str:
    words = f"{side.trial}: {side.arm}" + (f" less {side.minus}" if side.minus else "")
    return f"{words}, {strata(side.where)}" if side.where else words


def strata(where: Limits) -> str:
    """Return limits in words."""
    return ", ".join(
        f"{name} {low:g}" if low is not None and low == high else
        " and ".join(f"{name} {sign} {limit:g}" for sign, limit in (("≥", low), ("≤", high)) if limit is not None)
        for name, (low, high) in where.items())


def _number(estimate: Estimate, patients: int) -> str:
    return f"{_figure(estimate.value)} (n {patients})"


def _interval(estimate: Estimate) -> str:
    return f"{_figure(estimate.value)} ({_figure(estimate.low)} to {_figure(estimate.high)})"


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    return "0" if float(text) == 0 else text


def _data(estimate: Estimate, patients: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return found if patients is None else found | {"patients": patients}
