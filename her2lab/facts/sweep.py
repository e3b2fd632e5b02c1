"""A trial whose arms differ in the dose or the interval of one drug, so that one run answers for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.limits import MOST_ARMS
from her2lab.facts.records import Administration, Arm, Dose, Trial
from her2lab.facts.trial_writing import trial_file
from her2lab.nearest import one_of, unknown

What = Literal["dose", "interval"]


@dataclass(frozen=True)
class SweepPoint:
    """One value of what is swept, and the arm of the trial that has it."""

    value: float
    arm: str


@dataclass(frozen=True)
class SweepDesign:
    """What is swept: `points`, in the order asked for, are arms of `trial`; `unit` is that of the values.

    `trial` has the reference arm and the arm as it was besides; a point that equals the latter is this arm.
    """

    trial: Trial
    arm: str
    drug: str
    what: What
    unit: str
    points: tuple[SweepPoint, ...]


def sweep_design(trial: Trial, arm: str, drug: str, what: What, values: Sequence[float],
                 line: int | None = None) -> SweepDesign:
    """Return a trial with one arm more for each value of a dose or an interval.

    Parameters
    ----------
    trial
        Its population, visits, follow-up and endpoints stay; so does its reference arm.
    arm, drug
        Which drug of which arm; all other lines of the arm stay as they are.
    what
        ``dose`` in the unit of the line (mg, mg/kg, mg/m2; mg/mL*min where it goes by area), or ``interval`` in days.
    values
        Each becomes an arm.
    line
        Which line of the drug, counted from 1; needed where several could be meant.

    Raises
    ------
    InputError
        If arm or drug are not there, the line is not clear or has no such value, a value is given twice or cannot be a
        dose or interval, or there are more values than a trial may have arms.
    """
    chosen = _arm(trial, arm)
    drug = library.drug_id(drug)
    of_drug = [each for each in chosen.regimen if each.drug == drug]
    if not of_drug:
        raise InputError(f"arm {arm} does not give this drug", field="drug", value=drug,
                         expected=one_of(dict.fromkeys(each.drug for each in chosen.regimen)))
    number = _line(of_drug, drug, what, line)
    swept = of_drug[number - 1]
    unit, now = _as_it_is(swept, what)
    kept = [each for each in trial.arms if each.id in (trial.reference_arm, arm)]
    _check(values, what, MOST_ARMS - len(kept))
    points = tuple(SweepPoint(value, arm if value == now else _name(arm, what, value)) for value in values)
    new = [{"id": each.arm, "n": chosen.n, "regimen": chosen.regimen,
            "changes": [{"drug": drug, "line": number, **_change(swept, what, each.value, unit)}]}
           for each in points if each.arm != arm]
    asked = trial.replace(
        id=f"{trial.id}_sweep", title=f"{trial.title}: {what} of {drug} in arm {arm}", aliases=[], registry=None,
        use=None, reference=trial.reference_arm, arms=[*kept, *new])
    return SweepDesign(library.trial_from(trial_file(asked)), arm, drug, what, unit, points)


def _arm(trial: Trial, name: str) -> Arm:
    arms = {each.id: each for each in trial.arms}
    if name not in arms:
        raise unknown("arm", name, arms)
    return arms[name]


def _line(lines: Sequence[Administration], drug: str, what: What, line: int | None) -> int:
    """Return the number, from 1, of the line that has what is swept."""
    has = [n for n, each in enumerate(lines, start=1)
           if (each.every is not None if what == "interval" else isinstance(each.dose, Dose) or each.auc is not None)]
    if line is None and len(has) == 1:
        return has[0]
    if line in has and line is not None:
        return line
    if not has:
        raise InputError(f"{drug} has no {what} of one number in this arm", field=what, expected="another drug or arm")
    reason = f"{drug} has {len(has)} lines with one" if line is None else f"{drug} has no such line with one"
    raise InputError(reason, field="line", value=line, expected=" or ".join(map(str, has)))


def _as_it_is(line: Administration, what: What) -> tuple[str, float | None]:
    if what == "interval":
        return "days", line.every
    if isinstance(line.dose, Dose):
        return line.dose.unit, line.dose.amount
    return "mg/mL*min", line.auc


def _check(values: Sequence[float], what: What, most: int) -> None:
    if not values:
        raise InputError("has no value", field=what, expected="numbers such as 3.2, 4.4, 5.4")
    for value in values:
        if not 0 < value < float("inf"):
            raise InputError("cannot be used", field=what, value=value, expected="a number above 0")
        if list(values).count(value) > 1:
            raise InputError("is given twice", field=what, value=value, expected="each value once")
    if len(values) > most:
        raise InputError("has too many values", field=what, value=len(values), expected=f"at most {most}")


def _change(line: Administration, what: What, value: float, unit: str) -> dict[str, Any]:
    if what == "interval":
        # maintenance that begins one interval after the loading dose goes on doing so
        moved = {"start": value} if line.start and line.start == line.every else {}
        return {"every": value, **moved}
    return {"dose": f"{value:g} {unit}"} if isinstance(line.dose, Dose) else {"auc": value}


def _name(arm: str, what: What, value: float) -> str:
    return f"{arm}_{what}_{value:g}".replace(".", "p").replace("+", "").replace("-", "m")
