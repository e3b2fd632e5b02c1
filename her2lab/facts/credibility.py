"""The record of a credibility plan: what the model is asked, what it must reach, what is moved to see what matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from her2lab.facts.frozen import MappingOf, TupleOf
from her2lab.facts.quantity import Record, Source
from her2lab.facts.records import Identifier, Population, PositiveFloat, Trial
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.vocabulary import TimeEndpoint

Level = Literal["low", "medium", "high"]


class Targets(Record):
    """What predictions of validation trials must reach.

    `inside_percent`: published figures inside the 90 % interval, at least; `width_ratio`: median width of the interval
    over the published one, at most; `log_hazard_ratio`: median absolute error of the logarithm, at most; better than
    both naive forecasts is always asked.
    """

    inside_percent: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
    width_ratio: PositiveFloat
    log_hazard_ratio: PositiveFloat
    source: str


class IntendedUse(Record):
    """One question put to the model and what hangs on the answer (ASME V&V 40, ICH M15).

    `influence` of the model on the decision, `consequence` of a wrong one, the model `risk` that follows from both;
    `evidence` is what speaks for the model in this use, `limits` what does not.
    """

    id: Identifier
    question: str
    context_of_use: str
    influence: Level
    influence_because: str
    consequence: Level
    consequence_because: str
    risk: Level
    evidence: str
    limits: str
    sources: TupleOf[str] = ()


class Remark(Record):
    """The likely reason why figures of a trial are missed, by a person who looked; all endpoints if none is named."""

    trial: Identifier
    endpoints: TupleOf[str] = ()
    reason: str


class Reference(Record):
    """A trial that stands for its population in the sensitivity analysis: which arms are run and what is read.

    `endpoints` are read in `arm`, `contrasts` as hazard ratio of `arm` against `reference`; `followup` in months.
    """

    trial: Identifier
    arm: str
    reference: str
    followup: PositiveFloat
    endpoints: Annotated[TupleOf[str], Field(min_length=1)]
    contrasts: TupleOf[TimeEndpoint] = ()
    also: TupleOf[str] = ()


class Sensitivity(Record):
    """How the numbers of populations are moved.

    Screening is by Morris: `trajectories` through a grid of `levels`, each number between its value divided by
    `spread` and times it, on a logarithmic scale. Elasticities move one number at a time by a factor `step` up and
    down. `numbers` are parameters of populations, with their median, mean or value; a reference adds its own (`also`).
    """

    patients: Annotated[int, Field(ge=2)]
    seed: Annotated[int, Field(ge=0)]
    trajectories: Annotated[int, Field(ge=2)]
    levels: Annotated[int, Field(ge=2)]
    spread: Annotated[float, Field(gt=1, allow_inf_nan=False)]
    step: Annotated[float, Field(gt=1, allow_inf_nan=False)]
    numbers: Annotated[TupleOf[str], Field(min_length=1)]
    references: Annotated[TupleOf[Reference], Field(min_length=1)]


class CredibilityPlan(Record):
    """The plan of the credibility report."""

    id: Identifier
    title: str
    targets: Targets
    intended_use: Annotated[TupleOf[IntendedUse], Field(min_length=1)]
    remarks: TupleOf[Remark] = ()
    sensitivity: Sensitivity
    sources: MappingOf[str, Source]


def check_plan(document: Document, plan: CredibilityPlan, trial: Callable[[str], Trial],
               population_of: Callable[[Trial], Population]) -> None:
    """Require that a plan names sources, trials, arms and numbers that exist.

    Raises
    ------
    InputError
        For the first that does not.
    """
    named: list[tuple[Where, str]] = [(("targets", "source"), plan.targets.source)]
    named += [(("intended_use", n, "sources"), key) for n, use in enumerate(plan.intended_use) for key in use.sources]
    for place, key in named:
        if key not in plan.sources:
            raise document.unknown(place, "source", key, plan.sources)
    for n, remark in enumerate(plan.remarks):
        document.parsed(("remarks", n, "trial"), trial, remark.trial)
    for n, each in enumerate(plan.sensitivity.references):
        where: Where = ("sensitivity", "references", n)
        record = document.parsed((*where, "trial"), trial, each.trial)
        for field in ("arm", "reference"):
            if getattr(each, field) not in [arm.id for arm in record.arms]:
                raise document.unknown((*where, field), "arm", getattr(each, field), [arm.id for arm in record.arms])
        parameters = population_of(record).parameters
        for name in (*plan.sensitivity.numbers, *each.also):
            if name not in parameters:
                raise document.unknown((*where, "also"), "number of the population", name, parameters)
