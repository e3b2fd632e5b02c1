"""Claims that are virtual trials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from her2lab.errors import WorkError
from her2lab.facts import library
from her2lab.facts.changed_drugs import changed
from her2lab.facts.strict_yaml import Document
from her2lab.review.claim import Claim, Verdict, decided
from her2lab.review.records.readout import Readout
from her2lab.review.records.virtual_trial import TrialCheck, TrialClaimFile, TrialClaimRecord
from her2lab.review.runs import Runs
from her2lab.review.trial_designs import TrialDesign, trial_designs, without_mechanism
from her2lab.review.trial_outcome import TrialOutcome, compare
from her2lab.review.trial_runs import Key
from her2lab.review.trial_validation import check_trial_claims
from her2lab.trial import TrialResult


@dataclass(frozen=True)
class TrialClaim(Claim):
    """A claim on safety, efficacy or the selection of patients, checked in the virtual trials of its file."""

    record: TrialClaimRecord
    file: TrialClaimFile
    document: Document
    tried_in = "virtual trials"

    @property
    def reading(self) -> str | None:
        """How the claim is read, and what stands for what the model does not hold."""
        return self.record.reading

    def designs(self) -> dict[str, TrialDesign]:
        """Return the trials that the claim reads, by their names in its file.

        Raises
        ------
        InputError
            If the claim names what there is not, or a trial cannot be read.
        """
        check_trial_claims(self.document, self.file, [self.id])
        return trial_designs(self.document, self.file, [side.trial for side in self.sides()])

    def sides(self) -> Iterator[TrialCheck]:
        """Give the groups of patients that are compared: of each check its own and, if there is one, the reference."""
        for check in self.record.checks:
            yield from check.sides()

    def patient_days(self) -> float:
        """Return how much is simulated to check it, at most: days of all virtual patients of the arms that it reads.

        Raises
        ------
        InputError
            As :meth:`designs`.
        """
        designs = self.designs()
        return sum(designs[trial].patients * designs[trial].trial.followup
                   for trial, _ in {(trial, arm) for trial, arm, _ in self._read()})

    def plan(self, runs: Runs) -> None:
        """Enter the trials, and what is read of their arms."""
        off = self.switched_off() if runs.without else None
        drugs = {} if off is None else {drug: changed(library.drug(drug), numbers)
                                        for drug, numbers in off.drugs.items()}
        for name, design in self.designs().items():
            runs.trials.plan(self._key(name, runs), design if off is None else without_mechanism(design, off), drugs)
        for trial, arm, readout in self._read():
            runs.trials.read(self._key(trial, runs), arm, readout)

    def check(self, runs: Runs) -> Verdict:
        """Return what came out; what primary sources say beside the review does not decide."""
        results = {side.trial: runs.trials.results[self._key(side.trial, runs)] for side in self.sides()}
        outcomes = [self._outcome(check, results) for check in self.record.checks]
        primary = [each.holds for each in outcomes if each.check.by == "primary" and each.check.expect != "shown"]
        remark = f"; of what primary sources say {sum(primary)} of {len(primary)} readings are" if primary else ""
        asked = max(design.patients for design in self.designs().values())
        too_few = runs.patients is not None and runs.patients < asked
        remark += f"; checked with {runs.patients} patients of each arm, {asked} are asked for" if too_few else ""
        return decided(self, outcomes, [each for each in outcomes if each.check.decides], remark, too_few=too_few,
                       without=runs.without)

    def _outcome(self, check: TrialCheck, results: dict[str, TrialResult]) -> TrialOutcome:
        try:
            return compare(check, results)
        except WorkError as problem:
            raise WorkError(f"{self.id}, {check.says}: {problem}") from None

    def _read(self) -> Iterator[tuple[str, str, Readout]]:
        """Give trial, arm and readout of all that is read."""
        for side in self.sides():
            yield from ((side.trial, arm, side.read) for arm in (side.arm, side.minus) if arm is not None)

    def _key(self, trial: str, runs: Runs) -> Key:
        return self.document.file, trial, self.id if runs.without else ""
