"""Run the review's statements in virtual trials; a verdict comes from a run each time."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from her2lab import biology, population
from her2lab.errors import InputError, WorkError
from her2lab.facts import library
from her2lab.facts.changed_drugs import changed
from her2lab.facts.records import Drug
from her2lab.facts.trial_claim_checks import Protocol, switched_off
from her2lab.facts.trial_claims import ClaimWithSource, TrialCheck, TrialClaim
from her2lab.facts.trial_readouts import Readout
from her2lab.review import verdict
from her2lab.review.trial_readouts import difference, group, stratum
from her2lab.review.trial_runs import Key, Run, run_all
from her2lab.review.verdict import switch
from her2lab.task_pool import Progress
from her2lab.trial import TrialResult
from her2lab.trial.conduct import slots
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.endpoints import times
from her2lab.trial.statistics.estimate import Estimate


@dataclass(frozen=True)
class TrialCheckOutcome:
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


class TrialVerdict(verdict.Verdict[TrialClaim, TrialCheckOutcome]):
    """What came out for one statement; what primary sources say beside the review does not decide."""

    @property
    def counted(self) -> tuple[TrialCheckOutcome, ...]:
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


def verdicts(posed: Iterable[ClaimWithSource] | None = None, *, seed: int = 1, jobs: int = 1,
             patients: int | None = None,
             progress: Progress | None = None, without: bool = False) -> list[TrialVerdict]:
    """Run statements (default: all that are virtual trials) and return what came out, in order; each trial runs once.

    With `patients`, every trial has so many in each arm, whatever its file says. With `without` the mechanism behind
    each statement is switched off, as the statement says, and its trials are its own.

    Raises
    ------
    InputError
        If a statement names what there is not; nothing has been run then.
    WorkError
        If a trial fails, or its result does not hold what a statement reads.
    """
    chosen = list(library.trial_claims().values() if posed is None else posed)
    runs = _runs(chosen, patients, without)
    for key, run in runs.items():
        _try(key, run.protocol)
    results = run_all(runs, seed=seed, jobs=jobs, progress=progress)
    return [TrialVerdict(each.claim, tuple(outcome(each, check, _of(results, each,
                                                                    without)) for check in each.claim.checks),
                    without) for each in chosen]


def _runs(chosen: Iterable[ClaimWithSource], patients: int | None, without: bool) -> dict[Key, Run]:
    """Return the trials that statements read, with the arms that any of them reads."""
    protocols: dict[Key, Protocol] = {}
    reads: dict[Key, dict[str, list[Readout]]] = {}   # by arm
    drugs: dict[Key, dict[str, Drug]] = {}
    for each in chosen:
        off = switch(each.claim) if without else None
        for name, protocol in library.claim_trials(each).items():
            key = _key(each, name, without)
            protocols[key] = protocol if off is None else switched_off(protocol, off, library.rules())
            drugs[key] = {} if off is None else {drug: changed(library.drug(drug), numbers)
                                                 for drug, numbers in off.drugs.items()}
        for side in (side for check in each.claim.checks for side in check.sides()):
            for arm in (side.arm, side.minus):
                if arm is not None:
                    reads.setdefault(_key(each, side.trial, without), {}).setdefault(arm, []).append(side.read)
    return {key: Run(_with_arms(protocol, reads[key], patients), tuple(r for each in reads[key].values() for r in each),
                     drugs[key])
            for key, protocol in protocols.items()}


def _with_arms(protocol: Protocol, arms: Collection[str], patients: int | None) -> Protocol:
    trial = protocol.trial
    return replace(protocol, patients=patients or protocol.patients,
                   trial=library.with_arms(trial, [arm.id for arm in trial.arms if arm.id in arms]))


def _key(posed: ClaimWithSource, trial: str, without: bool) -> Key:
    return posed.document.file, trial, posed.claim.id if without else ""


def _of(results: Mapping[Key, TrialResult], posed: ClaimWithSource, without: bool) -> dict[str, TrialResult]:
    """Return the results that one statement reads, by the names of the trials in its file."""
    own = _key(posed, "", without)
    return {trial: result for (file, trial, off), result in results.items() if (file, off) == (own[0], own[2])}


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


def outcome(posed: ClaimWithSource, check: TrialCheck, results: Mapping[str, TrialResult]) -> TrialCheckOutcome:
    """Return how one check of a statement came out, from the results of the trials that it reads, by name.

    Raises
    ------
    WorkError
        If a result does not hold what is read.
    """
    against = check.against()
    try:
        value, patients = group(results[check.trial], check)
        if against is None:
            return TrialCheckOutcome(check, value, patients, None, 0, value, as_expected(check, value))
        reference, others = group(results[against.trial], against)
        found = _compared(check, against, value, reference, results[check.trial], results[against.trial])
    except WorkError as problem:
        raise WorkError(f"{posed.claim.id}, {check.says}: {problem}") from None
    return TrialCheckOutcome(check, value, patients, reference, others, found, as_expected(check, found))


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
