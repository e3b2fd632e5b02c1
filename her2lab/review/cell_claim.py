"""Claims that are experiments on cells."""

from __future__ import annotations

from dataclasses import dataclass

from her2lab.cell_culture.batch import Experiment, ExperimentBatch
from her2lab.cell_culture.change import as_expected, limits, ratio
from her2lab.facts.units import parse_time as days
from her2lab.review import cell_words
from her2lab.review.claim import CheckOutcome, Claim, Evidence, Verdict, decided
from her2lab.review.records.cell_experiment import CellCheck, CellClaimRecord
from her2lab.review.records.claim import Kind, MechanismOff
from her2lab.review.runs import Runs


@dataclass(frozen=True)
class CellOutcome(CheckOutcome):
    """One check by one readout: its value, that of the reference, their ratio and whether it is as stated."""

    check: CellCheck
    readout: str
    value: float
    reference: float
    ratio: float
    holds: bool

    def evidence(self) -> Evidence:
        """Return it to be shown."""
        experiment, change = cell_words.experiment(self.check), cell_words.fold(self.ratio)
        value, reference = f"{self.value:.3g}", f"{self.reference:.3g}"
        return Evidence(
            {"experiment": f"{self.says} ({experiment})", "read": self.readout, "value": value, "reference": reference,
             "ratio": change, "stated": self.check.expect, "": "as stated" if self.holds else "NOT AS STATED"},
            {"says": self.says, "experiment": experiment, "readout": self.readout, "value": self.value,
             "reference": self.reference, "ratio": self.ratio, "expected": self.check.expect,
             "limits": limits(self.check.expect, self.readout), "holds": self.holds},
            f"{self.readout} {value} against {reference}, ratio {change}")


@dataclass(frozen=True)
class CellClaim(Claim):
    """A claim on mechanisms, checked on cells."""

    record: CellClaimRecord
    kind: Kind = "mechanism"
    tried_in = "cell culture"

    def plan(self, runs: Runs) -> None:
        """Enter the experiments of every check, and those of their references."""
        off = self.switched_off() if runs.without else None
        for check in self.record.checks:
            runs.cells.ask([days(check.at)], check.readouts)
            for experiment in experiments(check, off):
                runs.cells.plan(experiment)

    def check(self, runs: Runs) -> Verdict:
        """Return what came out: it holds if all readouts of all checks are as stated."""
        off = self.switched_off() if runs.without else None
        outcomes = [each for check in self.record.checks for each in _outcomes(runs.cells, check, off)]
        return decided(self, outcomes, outcomes, without=runs.without)


def experiments(check: CellCheck, off: MechanismOff | None = None) -> tuple[Experiment, Experiment]:
    """Return the experiment of a check and that of its reference, with what is switched off in both."""
    other = check.cell if check.reference_cell is None else check.reference_cell
    parameters, drugs = ({}, {}) if off is None else (off.parameters, off.drugs)
    return (Experiment.of(check.cell, check.features, check.treatment, check.washout, parameters, drugs),
            Experiment.of(other, check.features, check.reference, None, parameters, drugs))


def _outcomes(batch: ExperimentBatch, check: CellCheck, off: MechanismOff | None) -> list[CellOutcome]:
    treated, reference = experiments(check, off)
    day = days(check.at)
    found = []
    for readout in check.readouts:
        change = ratio(batch, treated, day, reference, day, readout)
        found.append(CellOutcome(check, readout, batch.value(treated, day, readout),
                                 batch.value(reference, day, readout), change,
                                 as_expected(check.expect, readout, change)))
    return found
