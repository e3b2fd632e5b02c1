"""The treatment of one arm before it begins: slots of its drugs, planned doses, and the rules that act on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from her2lab.facts.management import Rule
from her2lab.facts.records import Administration, Arm
from her2lab.population import Cohort
from her2lab.trial.conduct import slots
from her2lab.trial.conduct.assessments import Assessments
from her2lab.trial.conduct.context import TrialContext
from her2lab.trial.conduct.dosing import Dosing, Planned
from her2lab.trial.conduct.prescription import plan, plans
from her2lab.trial.conduct.regimen import courses
from her2lab.trial.conduct.rules import RuleBook


@dataclass(frozen=True)
class TreatmentPlan:
    """What is given in an arm, and by which rules.

    Attributes
    ----------
    regimen_slots, slots
        Drug -> its slot in the model: the drugs of the arm, and with them those that rules may give.
    dosing, rules
        The doses, and the rules that act on them.
    rules_not_applied
        Rules on the arm's drugs that ask for what the model does not hold, or give what it has no slot for.
    """

    regimen_slots: Mapping[str, str]
    slots: Mapping[str, str]
    dosing: Dosing
    rules: RuleBook
    rules_not_applied: list[str]


def plan_treatment(context: TrialContext, arm: Arm, cohort: Cohort, assessments: Assessments) -> TreatmentPlan:
    """Plan the doses of an arm and the rules that act on them.

    Raises
    ------
    InputError
        If the regimen cannot be simulated with this model.
    """
    drugs = {name: context.drugs[name] for name in dict.fromkeys(line.drug for line in arm.regimen)}
    regimen_slots = slots.assign(drugs, context.slots, arm.id)
    taken = dict(regimen_slots)
    concerned = [rule for rule in context.rules if set(rule.drugs) & set(drugs)]
    applied = [rule for rule in concerned if assessments.can_read(rule) and _find_slot(rule, context, taken)]
    planned = plans(arm, drugs, regimen_slots, context.inputs, cohort, context.trial.followup)
    supportive, gives = _supportive(context, applied, taken, cohort, arm, len(planned))
    n = len(cohort.patients)
    dosing = Dosing([*planned, *supportive], n, context.trial.followup)
    recheck = {str(rule.measure): assessments.recheck(rule.measure) for rule in applied}
    return TreatmentPlan(regimen_slots, taken, dosing, RuleBook(applied, dosing, n, recheck, gives),
                         [rule.id for rule in concerned if rule not in applied])


def _find_slot(rule: Rule, context: TrialContext, taken: dict[str, str]) -> bool:
    """Return whether what a rule gives has a slot of the model, its own or a free one, which is then taken."""
    if rule.give is None:
        return True
    drug = context.drugs.get(rule.give.drug)
    slot = None if drug is None else slots.free(drug, context.slots, taken)
    if drug is None or slot is None:
        return False
    taken[drug.id] = slot
    return True


def _supportive(context: TrialContext, rules: Sequence[Rule], taken: Mapping[str, str], cohort: Cohort, arm: Arm,
                first: int) -> tuple[list[Planned], dict[str, int]]:
    """Return the plans that rules may start, and rule -> number of its plan, counted from `first`."""
    given = {rule.id: rule.give for rule in rules if rule.give is not None}
    lines: list[Administration] = []                     # what several rules give alike is one plan
    for line in given.values():
        if line not in lines:
            lines.append(line)
    horizon = context.trial.followup
    planned = [plan(course, context.drugs[course.drug], taken[course.drug], context.inputs, cohort, horizon, arm.id,
                    waits=True)
               for line in lines for course in courses([line], horizon)]
    return planned, {rule: first + lines.index(line) for rule, line in given.items()}
