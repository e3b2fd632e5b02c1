"""What would be watched in a patient under a treatment: label rules, schedules, cautions and risk classes together.

Nothing is simulated. A plan is read from the texts behind ``facts/rules`` and ``facts/monitoring``; it is for research
on virtual patients and never advice for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.measures import DAYS_LATE
from her2lab.facts.monitoring import Caution, RiskFactor, RiskScore, Schedule, Start, meets
from her2lab.facts.records import Administration
from her2lab.facts.vocabulary import Setting
from her2lab.guidelines.treatment import PlannedTreatment


@dataclass(frozen=True)
class RiskClass:
    """The class of a risk score that a patient belongs to, its points and the factors that made it."""

    score: RiskScore
    name: str
    points: int
    met: tuple[RiskFactor, ...]


@dataclass(frozen=True)
class CautionHeld:
    """A caution that the treatment falls under: `drugs` of the treatment at the same time as `with_drugs`."""

    caution: Caution
    drugs: tuple[str, ...]
    with_drugs: tuple[str, ...]


@dataclass(frozen=True)
class StartCondition:
    """What must hold before the first dose of `drugs`; `value` is the patient's, `met` None where it is not known."""

    start: Start
    drugs: tuple[str, ...]
    value: float | None
    met: bool | None


@dataclass(frozen=True)
class WatchItem:
    """What is looked at under `drugs`, how often, and the rules that are read then.

    `every_cycles` is the interval in cycles of the regimen where it is at least one; `closer_by` the class of risk
    that makes the interval shorter than usual.
    """

    schedule: Schedule
    drugs: tuple[str, ...]
    every_days: float | None
    every_cycles: float | None
    closer_by: RiskClass | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class MonitoringPlan:
    """A plan: classes of risk, cautions, conditions of the start, what is watched, and rules that no schedule reads."""

    treatment: PlannedTreatment
    setting: Setting
    patient: Mapping[str, float]
    risks: tuple[RiskClass, ...]
    cautions: tuple[CautionHeld, ...]
    before_start: tuple[StartCondition, ...]
    watch: tuple[WatchItem, ...]
    other_rules: tuple[Rule, ...]
    late_doses: tuple[Rule, ...]


def monitoring_plan(treatment: PlannedTreatment, patient: Mapping[str, float],
                    setting: Setting | None = None) -> MonitoringPlan:
    """Return what is monitored in a patient under a treatment.

    Parameters
    ----------
    treatment
        See :func:`her2lab.guidelines.treatment.treatment`.
    patient
        Properties of the patient by name, as far as they are known (0/1, years, percent, mL/min).
    setting
        ``early`` or ``metastatic``; otherwise the trial's, otherwise metastatic.
    """
    where: Setting = setting or treatment.setting or "metastatic"
    known = library.monitoring()
    risks = {score.id: _risk(score, treatment.drugs, patient) for score in known.scores.values()
             if treatment.of(score.drugs)}
    rules = library.rules_for(treatment.drugs, where, treatment.switches, treatment.rules)
    watch = tuple(_item(schedule, treatment, risks, rules) for schedule in known.schedules
                  if treatment.of(schedule.drugs) and schedule.only_in in (None, where))
    read = {rule.id for item in watch for rule in item.rules}
    return MonitoringPlan(
        treatment, where, dict(patient), tuple(risks.values()),
        tuple(held for caution in known.cautions if (held := _caution(caution, treatment)) is not None),
        tuple(_condition(start, treatment, patient) for start in known.starts
              if treatment.of(start.drugs) and start.only_in in (None, where)),
        watch,
        tuple(rule for rule in rules if rule.measure != DAYS_LATE and rule.id not in read),
        tuple(rule for rule in rules if rule.measure == DAYS_LATE),
    )


def _item(schedule: Schedule, treatment: PlannedTreatment, risks: Mapping[str, RiskClass],
          rules: Sequence[Rule]) -> WatchItem:
    drugs = treatment.of(schedule.drugs)
    mine = tuple(rule for rule in rules if rule.measure in schedule.measures and set(rule.drugs) & set(drugs))
    closer, every = schedule.closer, schedule.every_days
    risk = risks.get(closer.score) if closer is not None else None
    if closer is None or risk is None or risk.name not in closer.every_days:
        return WatchItem(schedule, drugs, every, _cycles(every, treatment.lines), None, mine)
    every = closer.every_days[risk.name]
    return WatchItem(schedule, drugs, every, _cycles(every, treatment.lines), risk, mine)


def _cycles(every: float | None, lines: Sequence[Administration]) -> float | None:
    """Return an interval in cycles of the regimen, its longest interval between doses; nothing if that is unknown."""
    cycle = max((line.every for line in lines if line.every is not None), default=1.0)
    if every is None or cycle <= 1 or every < cycle:
        return None
    return round(every / cycle, 1)


def _condition(start: Start, treatment: PlannedTreatment, patient: Mapping[str, float]) -> StartCondition:
    value = patient.get(start.property)
    return StartCondition(start, treatment.of(start.drugs), value, None if value is None else meets(value, start.when))


def _caution(caution: Caution, treatment: PlannedTreatment) -> CautionHeld | None:
    """Return the drugs that are given while the caution holds, or nothing."""
    pairs = [(drug, other) for drug in treatment.of(caution.drugs) for other in treatment.of(caution.with_drugs)
             if _at_the_same_time(treatment.days_of(drug), treatment.days_of(other), caution.days_after)]
    if not pairs:
        return None
    return CautionHeld(caution, treatment.of(drug for drug, _ in pairs), treatment.of(other for _, other in pairs))


def _at_the_same_time(drug: tuple[float, float], other: tuple[float, float], days_after: float) -> bool:
    """Return whether any dose of the other drug may fall from the first of the drug to so long after its last."""
    return other[0] <= drug[1] + days_after and other[1] >= drug[0]


# ------------------------------------------------------------------------------------------------ risk
def _risk(score: RiskScore, drugs: Sequence[str], patient: Mapping[str, float]) -> RiskClass:
    met = tuple(factor for factor in score.factors if _met(factor, drugs, patient))
    return RiskClass(score, score.class_of(met), sum(factor.points or 0 for factor in met), met)


def _met(factor: RiskFactor, drugs: Sequence[str], patient: Mapping[str, float]) -> bool:
    if factor.property is None:
        return bool(set(factor.with_drugs) & set(drugs))
    return factor.property in patient and meets(patient[factor.property], factor.when)
