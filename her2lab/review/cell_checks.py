"""Run the review's statements of mechanisms in the dish; a verdict comes from a run each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from her2lab.cell_culture.batch import Experiment, ExperimentBatch
from her2lab.cell_culture.change import as_expected, ratio
from her2lab.facts import library
from her2lab.facts.claims import Check, Claim, Without
from her2lab.facts.units import parse_time as days
from her2lab.review import verdict
from her2lab.review.verdict import switch


@dataclass(frozen=True)
class CellCheckOutcome:
    """One check by one readout: its value, that of the reference, their ratio and whether it is as stated."""

    check: Check
    readout: str
    value: float
    reference: float
    ratio: float
    holds: bool


class CellVerdict(verdict.Verdict[Claim, CellCheckOutcome]):
    """What came out for one statement on mechanisms."""


def verdicts(claims: Iterable[Claim] | None = None, threads: int = 1, *, without: bool = False) -> list[CellVerdict]:
    """Run statements (default: all on mechanisms) and return what came out, in their order.

    With `without` the mechanism behind each of them is switched off, as the statement says.

    Raises
    ------
    InputError
        If a statement names what the dish does not have, or does not say what is behind it.
    """
    chosen = list(library.claims().values() if claims is None else claims)
    batch, off = ExperimentBatch(), {claim.id: switch(claim) if without else None for claim in chosen}
    for claim in chosen:
        for check in claim.checks:
            batch.ask([days(check.at)], check.readouts)
            for experiment in pair(check, off[claim.id]):
                batch.plan(experiment)
    batch.run(threads)
    return [CellVerdict(claim, tuple(_outcomes(batch, claim, off[claim.id])), without) for claim in chosen]


def _outcomes(batch: ExperimentBatch, claim: Claim, off: Without | None) -> Iterator[CellCheckOutcome]:
    for check in claim.checks:
        treated, reference = pair(check, off)
        at = days(check.at)
        for readout in check.readouts:
            relative = ratio(batch, treated, at, reference, at, readout)
            yield CellCheckOutcome(check, readout, batch.value(treated, at, readout), batch.value(reference, at,
                                                                                                  readout),
                          relative, as_expected(check.expect, readout, relative))


def pair(check: Check, off: Without | None = None) -> tuple[Experiment, Experiment]:
    """Return the experiment of a check and that of its reference, with what is switched off in both."""
    other = check.cell if check.reference_cell is None else check.reference_cell
    return (Experiment.of(check.cell, check.features, check.treatment, check.washout, off),
            Experiment.of(other, check.features, check.reference, None, off))
