"""The machinery of a trial: the compiled patient, its slots, the drugs, the rules, the criteria."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from her2lab import biology, engine, population
from her2lab.facts import library
from her2lab.facts.records import Drug, Trial
from her2lab.trial import criteria
from her2lab.trial.setting import Setting


def prepare(trial: Trial, drugs: Mapping[str, Drug] | None = None, *, occasion: str = "") -> Setting:
    """Return the machinery of a trial.

    Parameters
    ----------
    trial
        The protocol.
    drugs
        Drugs by id that take the place of the library's.
    occasion
        As :class:`Setting` has it.
    """
    names = dict.fromkeys(line.drug for arm in trial.arms for line in arm.regimen)
    rules, there = library.rules_in_force(trial), library.drugs()
    names |= dict.fromkeys(rule.give.drug for rule in rules if rule.give is not None and rule.give.drug in there)
    own, patient = drugs or {}, biology.assemble()
    return Setting(
        trial=trial, model=compiled(), slots=patient.slots, inputs=patient.inputs,
        drugs={name: own[name] if name in own else library.drug(name) for name in names}, rules=rules,
        bring=population.drug_parameters, recist=criteria.recist(), errors=criteria.errors(), gradings=library.grades(),
        occasion=occasion,
    )


@cache
def compiled() -> engine.Model:
    """Return the compiled patient, once per process."""
    return engine.compile(biology.assemble().sbml)
