"""What all arms of a trial share: the compiled patient, its slots, the drugs, the rules and the criteria."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from her2lab import biology, engine, population
from her2lab._types import Floats
from her2lab.engine import Model
from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.recist import Recist
from her2lab.facts.records import Drug, Grading, Trial
from her2lab.facts.rule_numbers import MeasurementErrors
from her2lab.population import Cohort

DrugParameters = Callable[[Drug, str, Cohort], Mapping[str, Floats]]


@dataclass(frozen=True)
class TrialContext:
    """The machinery and the criteria of a trial, the same in all arms.

    Attributes
    ----------
    trial
        The protocol, in days.
    model
        The compiled patient model.
    slots
        Drug slot of the model -> biology module.
    inputs
        Drug slot of the model -> the inputs that it has: infusion, injection, intake.
    drugs
        The drugs of all arms and those that rules give, by identifier.
    rules
        The label rules in force, in order.
    drug_parameters
        What a drug in a slot is in each patient: ``drug_parameters(drug, slot, cohort)`` gives model parameters.
    recist, errors, gradings
        Response criteria, errors of measurement and cut-offs of adverse events.
    occasion
        What the trial is in its patients' lives, empty for the trial itself: chance (errors of measurement, death, new
        lesions) is drawn anew on each occasion.
    """

    trial: Trial
    model: Model
    slots: Mapping[str, str]
    inputs: Mapping[str, tuple[str, ...]]
    drugs: Mapping[str, Drug]
    rules: Sequence[Rule]
    drug_parameters: DrugParameters
    recist: Recist
    errors: MeasurementErrors
    gradings: Sequence[Grading] = ()
    occasion: str = ""


def trial_context(trial: Trial, drugs: Mapping[str, Drug] | None = None, *, occasion: str = "") -> TrialContext:
    """Return the machinery of a trial.

    Parameters
    ----------
    trial
        The protocol.
    drugs
        Drugs by id that take the place of the library's.
    occasion
        As :class:`TrialContext` has it.
    """
    names = dict.fromkeys(line.drug for arm in trial.arms for line in arm.regimen)
    rules, there = library.rules_in_force(trial), library.drugs()
    names |= dict.fromkeys(rule.give.drug for rule in rules if rule.give is not None and rule.give.drug in there)
    own, patient = {**library.changed_drugs(trial), **(drugs or {})}, biology.assemble()
    return TrialContext(
        trial=trial, model=compiled_patient(), slots=patient.slots, inputs=patient.inputs,
        drugs=library.with_dose_levels(
            trial, {name: own[name] if name in own else library.drug(name) for name in names}),
        rules=rules,
        drug_parameters=population.drug_parameters, recist=library.recist(), errors=library.measurement().errors,
        gradings=library.grades(), occasion=occasion,
    )


@cache
def compiled_patient() -> engine.Model:
    """Return the compiled patient, once per process."""
    return engine.compile_model(biology.assemble().sbml)
