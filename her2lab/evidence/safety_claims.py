"""Run the review's statements on safety in virtual trials; a verdict comes from a run each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from her2lab.errors import WorkError
from her2lab.evidence import verdict
from her2lab.evidence.readouts import difference, group
from her2lab.facts import library
from her2lab.facts.safety import Posed, SafetyCheck, SafetyClaim
from her2lab.facts.safety_checks import Protocol
from her2lab.trial import TrialResult
from her2lab.trial import run as run_trial
from her2lab.trial.estimate import Estimate

Progress = Callable[[int, int], None]
Key = tuple[Path, str]  # the file of a statement, the name of a trial in it


@dataclass(frozen=True)
class Outcome:
    """One check: the value of the group, that of the reference, their difference and whether it is as stated.

    Attributes
    ----------
    check
        What was asked.
    value, reference, difference
        Percent of patients, or a mean, with 90 % intervals.
    patients, reference_patients
        On how many patients they rest.
    holds
        Whether the difference is as stated.
    """

    check: SafetyCheck
    value: Estimate
    patients: int
    reference: Estimate
    reference_patients: int
    difference: Estimate
    holds: bool


class Verdict(verdict.Verdict[SafetyClaim, Outcome]):
    """What came out for one statement on safety."""


def verdicts(
    posed: Iterable[Posed] | None = None, *, seed: int = 1, jobs: int = 1, progress: Progress | None = None
) -> list[Verdict]:
    """Run statements (default: all on safety) and return what came out, in their order; each trial runs once.

    Raises
    ------
    InputError
        If a statement names what there is not; nothing has been run then.
    WorkError
        If a trial fails, or its result does not hold what a statement reads.
    """
    chosen = list(library.safety_claims().values() if posed is None else posed)
    protocols = {(each.document.file, name): protocol
                 for each in chosen for name, protocol in library.safety_trials(each).items()}
    results = _run(protocols, seed, jobs, progress)
    return [Verdict(each.claim, tuple(_outcome(each, check, results) for check in each.claim.checks))
            for each in chosen]


def as_expected(check: SafetyCheck, found: Estimate) -> bool:
    """Return whether a difference is what the check states."""
    value, low, high = found.value, found.low, found.high
    if value is None or low is None or high is None:
        return False
    if check.expect == "unchanged":
        return -check.margin <= low and high <= check.margin
    if check.expect == "up":
        return low > 0 and value >= check.margin
    return high < 0 and -value >= check.margin


def _run(protocols: Mapping[Key, Protocol], seed: int, jobs: int, progress: Progress | None) -> dict[Key, TrialResult]:
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
        results[key] = replace(result, series={})  # the courses are large, and no statement reads them
        begun += sizes[key]
    return results


def _outcome(posed: Posed, check: SafetyCheck, results: Mapping[Key, TrialResult]) -> Outcome:
    against, file = check.against(), posed.document.file
    try:
        value, patients = group(results[file, check.trial], check)
        reference, others = group(results[file, against.trial], against)
        found = difference(value, reference)
    except WorkError as problem:
        raise WorkError(f"{posed.claim.id}, {check.says}: {problem}") from None
    return Outcome(check, value, patients, reference, others, found, as_expected(check, found))
