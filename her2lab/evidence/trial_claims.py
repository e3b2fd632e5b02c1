"""Run the review's statements in virtual trials; a verdict comes from a run each time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from her2lab import biology, population
from her2lab.errors import InputError, WorkError
from her2lab.evidence import verdict
from her2lab.evidence.readouts import difference, group, stratum, times
from her2lab.facts import library
from her2lab.facts.trial_claim_checks import Protocol
from her2lab.facts.trial_claims import Posed, TrialCheck, TrialClaim
from her2lab.facts.trial_readouts import Readout
from her2lab.trial import TrialResult, slots, survival
from her2lab.trial import run as run_trial
from her2lab.trial.estimate import Estimate

Progress = Callable[[int, int], None]
Key = tuple[Path, str]  # the file of a statement, the name of a trial in it
Reads = Mapping[Key, list[Readout]]


@dataclass(frozen=True)
class Outcome:
    """One check: the value of the group, that of the reference, their difference or ratio and whether it is as stated.

    Attributes
    ----------
    check
        What was asked.
    value, reference
        What was read in the groups, with 90 % intervals; None without a reference.
    patients, reference_patients
        On how many patients they rest.
    compared
        The difference, of hazards the ratio, without a reference the value itself.
    holds
        Whether that is as stated.
    """

    check: TrialCheck
    value: Estimate
    patients: int
    reference: Estimate | None
    reference_patients: int
    compared: Estimate
    holds: bool


class Verdict(verdict.Verdict[TrialClaim, Outcome]):
    """What came out for one statement; what primary sources say beside the review does not decide."""

    @property
    def counted(self) -> tuple[Outcome, ...]:
        """The checks that decide."""
        return tuple(each for each in self.outcomes if each.check.by == "review" and each.check.expect != "shown")

    @property
    def word(self) -> str:
        """``holds``, ``fails`` or ``not_testable``."""
        return super().word if self.claim.not_testable is None else "not_testable"

    @property
    def reason(self) -> str:
        """Why, in one line."""
        if self.claim.not_testable is not None:
            return self.claim.not_testable
        primary = [each for each in self.outcomes if each.check.by == "primary" and each.check.expect != "shown"]
        if not primary:
            return super().reason
        count = sum(each.holds for each in primary)
        return f"{super().reason}; of what primary sources say {count} of {len(primary)} readings are"


def verdicts(posed: Iterable[Posed] | None = None, *, seed: int = 1, jobs: int = 1, patients: int | None = None,
             progress: Progress | None = None) -> list[Verdict]:
    """Run statements (default: all that are virtual trials) and return what came out, in order; each trial runs once.

    With `patients`, every trial has so many in each arm, whatever its file says.

    Raises
    ------
    InputError
        If a statement names what there is not; nothing has been run then.
    WorkError
        If a trial fails, or its result does not hold what a statement reads.
    """
    chosen = list(library.trial_claims().values() if posed is None else posed)
    protocols = {(each.document.file, name): protocol if patients is None else replace(protocol, patients=patients)
                 for each in chosen for name, protocol in library.claim_trials(each).items()}
    for key, protocol in protocols.items():
        _try(key, protocol)
    reads: dict[Key, list[Readout]] = {key: [] for key in protocols}
    for each in chosen:
        for side in (side for check in each.claim.checks for side in check.sides()):
            reads[each.document.file, side.trial].append(side.read)
    results = _run(protocols, reads, seed, jobs, progress)
    return [Verdict(each.claim, tuple(outcome(each, check, results) for check in each.claim.checks))
            for each in chosen]


def as_expected(check: TrialCheck, found: Estimate) -> bool:
    """Return whether what was compared is what the check states; what cannot be estimated is not."""
    if check.expect == "shown":
        return True
    if found.value is None or found.low is None or (found.high is None and check.expect != "up"):
        return False
    nothing = (1.0 if check.read.is_ratio else 0.0) if check.figure is None else check.figure
    high = math.inf if found.high is None else found.high
    value, low, high = (float(_distance(check, bound, nothing)) for bound in (found.value, found.low, high))
    margin = math.log(check.margin) if check.read.is_ratio and check.margin else check.margin
    return {
        "up": low > 0 and value >= margin,
        "down": high < 0 and -value >= margin,
        "unchanged": -margin <= low and high <= margin,
        "not_up": high <= margin,
        "not_down": low >= -margin,
        "figure": low <= 0 <= high,
    }[check.expect]


def _distance(check: TrialCheck, value: float, nothing: float) -> float:
    """Return how far a value lies from that of no difference, of a ratio on the logarithmic scale."""
    return math.log(value / nothing) if check.read.is_ratio else value - nothing


def _try(key: Key, protocol: Protocol) -> None:
    """Draw one patient and find places for the drugs, so that what is lacking shows before anything is run."""
    try:
        population.draw(protocol.people, 1, 1, protocol.trial.baseline)
        for arm in protocol.trial.arms:
            slots.assign({line.drug: library.drug(line.drug) for line in arm.regimen}, biology.slots(), arm.id)
    except InputError as problem:
        raise InputError(problem.message, file=key[0], field=f"trials.{key[1]}: {problem.field}", value=problem.value,
                         expected=problem.expected) from None


def _run(protocols: Mapping[Key, Protocol], reads: Reads, seed: int, jobs: int,
         progress: Progress | None) -> dict[Key, TrialResult]:
    """Run each trial once; progress counts patient-days over all of them."""
    sizes = {key: round(each.patients * len(each.trial.arms) * each.trial.followup) for key, each in protocols.items()}
    results: dict[Key, TrialResult] = {}
    begun = 0
    for key, each in protocols.items():

        def report(done: int, _total: int, before: int = begun) -> None:
            if progress is not None:
                progress(before + done, sum(sizes.values()))

        result = run_trial(each.trial, patients=each.patients, seed=seed, jobs=jobs, progress=report,
                           people=each.people)
        results[key] = _kept(result, reads[key])
        begun += sizes[key]
    return results


def _kept(result: TrialResult, reads: Iterable[Readout]) -> TrialResult:
    """Return a result without its courses and visits where no statement reads them: they are large."""
    kinds = {read.kind for read in reads}
    series = result.series if "concentration" in kinds else {}
    visits = result.visits if kinds & {"change", "decision"} else result.visits.clear()
    return replace(result, series=series, visits=visits)


def outcome(posed: Posed, check: TrialCheck, results: Mapping[Key, TrialResult]) -> Outcome:
    """Return how one check of a statement came out, from the results of the trials that it reads.

    Raises
    ------
    WorkError
        If a result does not hold what is read.
    """
    file, against = posed.document.file, check.against()
    try:
        value, patients = group(results[file, check.trial], check)
        if against is None:
            return Outcome(check, value, patients, None, 0, value, as_expected(check, value))
        reference, others = group(results[file, against.trial], against)
        found = _compared(check, against, value, reference, results[file, check.trial], results[file, against.trial])
    except WorkError as problem:
        raise WorkError(f"{posed.claim.id}, {check.says}: {problem}") from None
    return Outcome(check, value, patients, reference, others, found, as_expected(check, found))


def _compared(check: TrialCheck, against: TrialCheck, value: Estimate, reference: Estimate, result: TrialResult,
              other: TrialResult) -> Estimate:
    """Return the difference of two groups; of hazards their ratio, of hazard ratios the ratio of these."""
    if not check.read.is_ratio:
        return difference(value, reference)
    if check.minus is not None:
        return _exponential(difference(_logarithm(value), _logarithm(reference)))
    return survival.hazard_ratio(times(stratum(result, check.arm, check.where), str(check.read.hazard)),
                                 times(stratum(other, against.arm, against.where), str(against.read.hazard)))


def _logarithm(ratio: Estimate) -> Estimate:
    value, low, high = (None if bound is None else math.log(bound) for bound in (ratio.value, ratio.low, ratio.high))
    return Estimate(value, low, high, ratio.note)


def _exponential(ratio: Estimate) -> Estimate:
    value, low, high = (None if bound is None else math.exp(bound) for bound in (ratio.value, ratio.low, ratio.high))
    return Estimate(value, low, high, ratio.note)
