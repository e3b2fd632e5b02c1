"""A monitoring plan as tables for people, and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.guidelines.monitoring_plan import CautionHeld, MonitoringPlan, RiskClass, StartCondition, WatchItem
from her2lab.guidelines.treatment import PlannedTreatment
from her2lab.presentation.monitoring_rules import (
    action_words,
    cited,
    drug_names,
    limits_words,
    origin,
    times_words,
)

NOTICE = "Research use only: what label texts would have watched in a virtual patient, never advice for a real patient."


def screen(plan: MonitoringPlan) -> list[RenderableType]:
    """Return a plan as tables, its notice first and last."""
    notice, treatment = f"[bold]{escape(NOTICE)}[/bold]", plan.treatment
    parts: list[RenderableType] = [
        notice, "",
        f"[bold]{escape(treatment.name)}[/bold]  {escape(treatment.title)}, {plan.setting} disease",
        *(escape(_risk(risk)) for risk in plan.risks),
        *(f"[bold red]Caution:[/bold red] {escape(_caution(held))}" for held in plan.cautions), "",
    ]
    if plan.before_start:
        parts += [_start_table(plan.before_start), ""]
    if not plan.watch and not plan.other_rules:
        parts.append("No rule and no schedule names these drugs.")
    else:
        parts += [_watch_table(plan.watch), "", _rule_table(plan)]
    return [*parts, "", notice]


def _risk(risk: RiskClass) -> str:
    factors = ", ".join(f"{each.name} ({each.points or (each.at_least or '').replace('_', ' ')})" for each in risk.met)
    return f"{risk.score.title}: {risk.name.replace('_', ' ')} - {factors or 'no factor named'}"


def _caution(held: CautionHeld) -> str:
    caution = held.caution
    return (f"{drug_names(held.drugs)} with {drug_names(held.with_drugs)}: {caution.text} "
            f"({cited(origin(caution.id, caution))})")


def _start_table(rows: Sequence[StartCondition]) -> Table:
    table = Table("before the first dose of", "must be", "here", "source", box=None, header_style="bold")
    for row in rows:
        start, here = row.start, {None: "not given", True: "met", False: "[red]not met[/red]"}[row.met]
        table.add_row(drug_names(row.drugs), escape(limits_words(start.property, start.when, start.unit)), here,
                      escape(cited(origin(start.id, start))))
    return table


def _watch_table(items: Sequence[WatchItem]) -> Table:
    table = Table("what", "for", "when", "source", box=None, header_style="bold")
    for item in items:
        schedule = item.schedule
        table.add_row(escape(schedule.what), drug_names(item.drugs), escape(_when(item)),
                      escape(cited(origin(schedule.id, schedule))))
    return table


def _rule_table(plan: MonitoringPlan) -> Table:
    table = Table("if", "then", "for", box=None, header_style="bold")
    table.add_column("rule", overflow="fold")
    table.add_column("source")
    groups = [*((item.rules, item.drugs) for item in plan.watch), (plan.other_rules, plan.treatment.drugs),
              (plan.late_doses, plan.treatment.drugs)]
    shown: dict[str, dict[str, Any]] = {}
    for rule, drugs in ((rule, drugs) for rules, drugs in groups for rule in rules):
        shown.setdefault(rule.id, _rule_data(rule, drugs, plan.treatment))
    for name, row in shown.items():
        table.add_row(escape(row["threshold"]), escape(row["action"]), drug_names(row["drugs"]), name,
                      escape(cited(row)))
    return table


def _when(item: WatchItem) -> str:
    often = None if item.every_days is None else f"{_cycles(item.every_cycles)}{_closer(item)}"
    return times_words(item.schedule, item.every_days, often or "")


def _cycles(cycles: float | None) -> str:
    return "" if cycles is None else " (each cycle)" if cycles == 1 else f" ({cycles:g} cycles)"


def _closer(item: WatchItem) -> str:
    risk, closer = item.closer_by, item.schedule.closer
    if risk is None or closer is None:
        return ""
    name = f", closer since {risk.score.id} risk is {risk.name.replace('_', ' ')}"
    return f"{name} (interval assumed)" if closer.assumption else name


# ------------------------------------------------------------------------------------------------ plain data
def data(plan: MonitoringPlan) -> dict[str, Any]:
    """Return a plan as plain data, ready for JSON.

    Returns
    -------
    dict
        ``notice``, what was asked, ``risks``, ``cautions``, ``before_start``, ``watch``, ``other_rules`` and
        ``late_doses``.
    """
    treatment = plan.treatment
    return {
        "notice": NOTICE,
        "regimen": treatment.name,
        "title": treatment.title,
        "drugs": list(treatment.drugs),
        "setting": plan.setting,
        "patient": dict(plan.patient),
        "risks": [_risk_data(risk) for risk in plan.risks],
        "cautions": [_caution_data(held) for held in plan.cautions],
        "before_start": [_start_data(row) for row in plan.before_start],
        "watch": [_item_data(item, treatment) for item in plan.watch],
        "other_rules": [_rule_data(rule, treatment.drugs, treatment) for rule in plan.other_rules],
        "late_doses": [_rule_data(rule, treatment.drugs, treatment) for rule in plan.late_doses],
    }


def _risk_data(risk: RiskClass) -> dict[str, Any]:
    score = risk.score
    factors = [{"id": factor.id, "name": factor.name, "points": factor.points, "at_least": factor.at_least,
                **origin(f"{score.id}.{factor.id}", factor)} for factor in risk.met]
    return {"score": score.id, "title": score.title, "class": risk.name, "points": risk.points, "factors": factors,
            **origin(score.id, score)}


def _caution_data(held: CautionHeld) -> dict[str, Any]:
    caution = held.caution
    return {"id": caution.id, "text": caution.text, "drugs": list(held.drugs), "with_drugs": list(held.with_drugs),
            "days_after": caution.days_after, **origin(caution.id, caution)}


def _start_data(row: StartCondition) -> dict[str, Any]:
    start = row.start
    return {"id": start.id, "drugs": list(row.drugs), "property": start.property,
            "must_be": limits_words(start.property, start.when, start.unit), "value": row.value, "met": row.met,
            **origin(start.id, start)}


def _item_data(item: WatchItem, treatment: PlannedTreatment) -> dict[str, Any]:
    schedule, risk, because = item.schedule, item.closer_by, None
    if risk is not None and schedule.closer is not None:
        because = {"score": risk.score.id, "class": risk.name, **origin(f"{schedule.id}.closer", schedule.closer)}
    return {
        "id": schedule.id,
        "what": schedule.what,
        "drugs": list(item.drugs),
        "before_start": schedule.before_start,
        "before_each_dose": schedule.before_each_dose,
        "every_days": item.every_days,
        "every_cycles": item.every_cycles,
        "closer_because": because,
        "after_end_days": list(schedule.after_end_days),
        "rules": [_rule_data(rule, item.drugs, treatment) for rule in item.rules],
        **origin(schedule.id, schedule),
    }


def _rule_data(rule: Rule, drugs: Sequence[str], treatment: PlannedTreatment) -> dict[str, Any]:
    source = treatment.sources[rule.id] if rule.id in treatment.sources else library.rule_sources()[rule.id]
    return {
        "id": rule.id,
        "measure": rule.measure,
        "drugs": [drug for drug in rule.drugs if drug in drugs],
        "threshold": limits_words(rule.measure, rule.when, rule.unit, rule.also),
        "action": action_words(rule),
        "source": source.cite,
        "seen": bool(rule.seen),
        "changed": rule.id in treatment.changed,
        "note": rule.note,
    }
