"""What would be watched in a patient under a regimen: label rules, schedules and risk classes put together.

Nothing is simulated. A plan is read from the texts behind ``facts/rules`` and ``facts/monitoring``; it is for research
on virtual patients and never advice for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.monitoring import RiskFactor, RiskScore, Schedule, meets
from her2lab.facts.records import Administration
from her2lab.nearest import did_you_mean
from her2lab.presentation.monitoring_plan import action_words, limits_words

NOTICE = "Research use only: what label texts would have watched in a virtual patient, never advice for a real patient."
LATE = "days_late"


@dataclass(frozen=True)
class PlannedTreatment:
    """A regimen as a plan needs it: `lines` may be empty where only drugs were named; `switches` are a trial's."""

    name: str
    title: str
    drugs: list[str]
    lines: list[Administration] = field(default_factory=list)
    setting: str | None = None
    switches: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Risk:
    """The class of a risk score that a patient belongs to, and the factors that made it."""

    score: RiskScore
    name: str
    points: int
    met: list[RiskFactor]


# ------------------------------------------------------------------------------------------------ the regimen
def treatment(name: str) -> PlannedTreatment:
    """Return what a name stands for: a regimen, an arm (``trial/arm``), or drugs (``trastuzumab+docetaxel``).

    Raises
    ------
    InputError
        If it stands for none of them; the nearest name is given.
    """
    if name in library.regimens():
        regimen = library.regimens()[name]
        return PlannedTreatment(name, regimen.title, _drugs(regimen.regimen), list(regimen.regimen))
    trial, slash, arm = (name, "", "") if name in library.files("trials") else name.rpartition("/")
    if trial in library.files("trials") or (slash and Path(trial).is_file()):
        return _arm(trial, arm)
    drugs = [part.strip() for part in name.split("+")]
    known = library.drugs()
    unknown = next((drug for drug in drugs if drug not in known), None)
    if unknown is None:
        return PlannedTreatment(name, " + ".join(known[drug].name for drug in drugs), list(dict.fromkeys(drugs)))
    offered = [*library.regimens(), *known] if len(drugs) == 1 else list(known)
    if slash:
        offered = [f"{record.id}/{each.id}" for record in library.trials() for each in record.arms]
    raise InputError(f"unknown {'regimen' if len(drugs) == 1 else 'drug'}{did_you_mean(unknown, offered)}",
                     field="--regimen", value=unknown,
                     expected="a file of facts/regimens, an arm such as cleopatra/pertuzumab, or drugs such as "
                              "trastuzumab+docetaxel")


def _arm(trial: str, arm: str) -> PlannedTreatment:
    record = library.trial(trial)
    arms = {each.id: each for each in record.arms}
    if arm not in arms:
        raise InputError(f"{record.id} has no such arm{did_you_mean(arm, arms)}", field="--regimen", value=arm,
                         expected=" or ".join(f"{record.id}/{each}" for each in arms))
    lines = list(arms[arm].regimen)
    return PlannedTreatment(f"{record.id}/{arm}", arms[arm].title or record.title, _drugs(lines), lines,
                     library.setting_of(record), dict(record.rules))


def _drugs(lines: Sequence[Administration]) -> list[str]:
    return list(dict.fromkeys(line.drug for line in lines))


# ------------------------------------------------------------------------------------------------ the plan
def plan(what: PlannedTreatment, patient: Mapping[str, float], setting: str | None = None) -> dict[str, Any]:
    """Return the plan for a patient under a regimen, ready for JSON.

    Parameters
    ----------
    what
        The regimen.
    patient
        Properties of the patient by name, as far as they are known (0/1, years, percent, mL/min).
    setting
        ``early`` or ``metastatic``; otherwise the trial's, otherwise metastatic.

    Returns
    -------
    dict
        ``notice``, what was asked, ``risks``, ``before_start``, ``watch`` and ``late_doses``.
    """
    where = setting or what.setting or "metastatic"
    known = library.monitoring()
    risks = {score.id: _risk(score, what.drugs, patient) for score in known.scores.values()
             if set(score.drugs) & set(what.drugs)}
    rules = library.rules_for(what.drugs, where, what.switches)
    watch = [_item(schedule, what, risks, rules) for schedule in known.schedules
             if set(schedule.drugs) & set(what.drugs) and schedule.only_in in (None, where)]
    seen = {rule["id"] for item in watch for rule in item["rules"]}
    rest = [rule for rule in rules if rule.measure != LATE and rule.id not in seen]
    return {
        "notice": NOTICE,
        "regimen": what.name,
        "title": what.title,
        "drugs": what.drugs,
        "setting": where,
        "patient": dict(patient),
        "risks": [_risk_data(risk) for risk in risks.values()],
        "before_start": _starts(what.drugs, where, patient),
        "watch": watch,
        "other_rules": [_rule_data(rule, what.drugs) for rule in rest],
        "late_doses": [_rule_data(rule, what.drugs) for rule in rules if rule.measure == LATE],
    }


def _item(schedule: Schedule, what: PlannedTreatment, risks: Mapping[str, Risk], rules: Sequence[Rule]) -> dict[str,
                                                                                                                Any]:
    drugs = [drug for drug in what.drugs if drug in schedule.drugs]
    every, because = schedule.every_days, None
    mine = [rule for rule in rules if rule.measure in schedule.measures and set(rule.drugs) & set(what.drugs)
            & set(schedule.drugs)]
    closer = schedule.closer
    risk = risks.get(closer.score) if closer is not None else None
    if closer is not None and risk is not None and risk.name in closer.every_days:
        every = closer.every_days[risk.name]
        because = {"score": risk.score.id, "class": risk.name, **_origin(f"{schedule.id}.closer", closer)}
    return {
        "id": schedule.id,
        "what": schedule.what,
        "drugs": drugs,
        "before_start": schedule.before_start,
        "before_each_dose": schedule.before_each_dose,
        "every_days": every,
        "every_cycles": _cycles(every, what.lines),
        "closer_because": because,
        "after_end_days": list(schedule.after_end_days),
        "rules": [_rule_data(rule, drugs) for rule in mine],
        **_origin(schedule.id, schedule),
    }


def _cycles(every: float | None, lines: Sequence[Administration]) -> float | None:
    """Return an interval in cycles of the regimen, its longest interval between doses; nothing if that is unknown."""
    cycle = max((line.every for line in lines if line.every is not None), default=1.0)
    if every is None or cycle <= 1 or every < cycle:
        return None
    return round(every / cycle, 1)


def _rule_data(rule: Rule, drugs: Sequence[str]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "measure": rule.measure,
        "drugs": [drug for drug in rule.drugs if drug in drugs],
        "threshold": limits_words(rule.measure, rule.when, rule.unit, rule.also),
        "action": action_words(rule),
        "source": library.rule_sources()[rule.id].cite,
        "seen": bool(rule.seen),
        "note": rule.note,
    }


def _starts(drugs: Sequence[str], setting: str, patient: Mapping[str, float]) -> list[dict[str, Any]]:
    rows = []
    for start in library.monitoring().starts:
        if not set(start.drugs) & set(drugs) or start.only_in not in (None, setting):
            continue
        value = patient.get(start.property)
        rows.append({
            "id": start.id,
            "drugs": [drug for drug in start.drugs if drug in drugs],
            "property": start.property,
            "must_be": limits_words(start.property, start.when, start.unit),
            "value": value,
            "met": None if value is None else meets(value, start.when),
            **_origin(start.id, start),
        })
    return rows


# ------------------------------------------------------------------------------------------------ risk
def _risk(score: RiskScore, drugs: Sequence[str], patient: Mapping[str, float]) -> Risk:
    met = [factor for factor in score.factors if _met(factor, drugs, patient)]
    return Risk(score, score.class_of(met), sum(factor.points or 0 for factor in met), met)


def _met(factor: RiskFactor, drugs: Sequence[str], patient: Mapping[str, float]) -> bool:
    if factor.property is None:
        return bool(set(factor.with_drugs) & set(drugs))
    return factor.property in patient and meets(patient[factor.property], factor.when)


def _risk_data(risk: Risk) -> dict[str, Any]:
    factors = [
        {"id": factor.id, "name": factor.name, "points": factor.points, "at_least": factor.at_least,
         **_origin(f"{risk.score.id}.{factor.id}", factor)}
        for factor in risk.met
    ]
    return {"score": risk.score.id, "title": risk.score.title, "class": risk.name, "points": risk.points,
            "factors": factors, **_origin(risk.score.id, risk.score)}


def _origin(name: str, entry: Any) -> dict[str, Any]:
    source = library.monitoring().sources.get(name)
    return {"source": source.cite if source is not None else None, "assumption": entry.assumption,
            "seen": bool(entry.seen), "note": entry.note}
