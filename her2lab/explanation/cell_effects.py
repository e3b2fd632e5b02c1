"""What numbers move in the review's claims on mechanisms: the experiments are run again with each number moved."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from her2lab.cell_culture.batch import Experiment, ExperimentBatch
from her2lab.cell_culture.change import as_expected, ratio
from her2lab.cell_culture.culture import matching
from her2lab.facts import library
from her2lab.facts.units import parse_time as days
from her2lab.provenance.numbers import Number
from her2lab.review.cell_claim import CellClaim, experiments
from her2lab.review.records.cell_experiment import CellCheck
from her2lab.trial import sensitivity_steps

AS_IS = 1.0


@dataclass(frozen=True)
class ReadoutEffect:
    """One readout of one check, relative to its reference, with a number as it is, lower and higher.

    `holds` says for each of the three whether the check is as stated; `width` is between the ends, on the log scale.
    """

    number: Number
    claim: CellClaim
    check: CellCheck
    readout: str
    value: float
    low: float
    high: float
    holds: tuple[bool, bool, bool]
    width: float

    @property
    def elasticity(self) -> float | None:
        """Relative change of the ratio by that of the number."""
        return sensitivity_steps.slope(self.low, self.high, self.width)

    @property
    def change(self) -> float:
        """By how much the ratio differs at most, relative to itself."""
        values = (self.value, self.low, self.high)
        return (max(values) - min(values)) / max(abs(self.value), 1e-12)


def reads(claim: CellClaim, number: Number) -> bool:
    """Return whether an experiment of a claim uses a number: its drug is given, or its module is in the cells."""
    if number.folder != "drugs":
        return bool(matching(number.symbol))
    return any(number.holder in {**check.treatment.drugs, **check.reference.drugs} for check in claim.record.checks)


def readings(claims: Sequence[CellClaim], numbers: Sequence[Number], threads: int = 1) -> list[ReadoutEffect]:
    """Run the checks of claims with each number lower and higher, all side by side.

    Numbers that a claim does not read, or that cannot be moved, are left out.

    Raises
    ------
    InputError
        If a claim names what cell culture does not have.
    """
    spread = library.credibility_plan().sensitivity.spread
    asked: list[tuple[CellClaim, Number, tuple[float, float]]] = []
    for number in numbers:
        low, high = sensitivity_steps.bounds(number.value, number.range, spread)
        if number.value != 0 and high > low:
            asked += [(claim, number, (low, high)) for claim in claims if reads(claim, number)]
    batch = ExperimentBatch()
    for claim, number, ends in asked:
        for check in claim.record.checks:
            batch.ask([days(check.at)], check.readouts)
            for experiment in experiments(check):
                for factor in (AS_IS, *map(math.exp, ends)):
                    batch.plan(_moved(experiment, number, factor))
    batch.run(threads)
    return [reading for claim, number, ends in asked for reading in _readings(batch, claim, number, ends)]


def _readings(batch: ExperimentBatch, claim: CellClaim, number: Number,
              ends: tuple[float, float]) -> Iterator[ReadoutEffect]:
    for check in claim.record.checks:
        treated, reference = experiments(check)
        at = days(check.at)
        for readout in check.readouts:
            value, low, high = (
                ratio(batch, _moved(treated, number, factor), at, _moved(reference, number, factor), at, readout)
                for factor in (AS_IS, *map(math.exp, ends)))
            holds = [as_expected(check.expect, readout, each) for each in (value, low, high)]
            yield ReadoutEffect(number, claim, check, readout, value, low, high, (holds[0], holds[1], holds[2]),
                          ends[1] - ends[0])


def _moved(experiment: Experiment, number: Number, factor: float) -> Experiment:
    if factor == AS_IS:
        return experiment
    holder, symbol = (number.holder, number.name) if number.folder == "drugs" else number.symbol.split(".", 1)
    return replace(experiment, moved=(holder, symbol, factor))
