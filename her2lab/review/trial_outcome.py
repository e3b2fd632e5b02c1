"""What one check gave in virtual trials: two groups of patients compared, and whether that is as stated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from her2lab.review import trial_words
from her2lab.review.claim import CheckOutcome, Evidence
from her2lab.review.records.virtual_trial import TrialCheck
from her2lab.review.trial_readouts import difference, group, stratum
from her2lab.trial import TrialResult
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.endpoints import times
from her2lab.trial.statistics.estimate import Estimate


@dataclass(frozen=True)
class TrialOutcome(CheckOutcome):
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

    def evidence(self) -> Evidence:
        """Return it to be shown."""
        check, shown = self.check, self.check.expect == "shown"
        groups, read = trial_words.groups(check), trial_words.read(check.read)
        reference = "" if self.reference is None else trial_words.number(check, self.reference, self.reference_patients)
        return Evidence(
            {"groups": f"{self.says} ({groups})", "read": read,
             "value": trial_words.number(check, self.value, self.patients), "reference": reference,
             "difference or ratio (90 %)": trial_words.interval(self.compared), "stated": trial_words.expected(check),
             "": "" if shown else "as stated" if self.holds else "NOT AS STATED"},
            {"says": self.says, "by": check.by, "groups": groups, "read": read, "unit": trial_words.unit(check.read),
             "value": _data(self.value, self.patients),
             "reference": None if self.reference is None else _data(self.reference, self.reference_patients),
             "ratio" if check.read.is_ratio else "difference": _data(self.compared), "expected": check.expect,
             "figure": check.figure, "margin": check.margin, "holds": None if shown else self.holds},
            trial_words.summary(check, self.compared))


def compare(check: TrialCheck, results: Mapping[str, TrialResult]) -> TrialOutcome:
    """Return what one check gave, from the results of the trials that it reads, by their names in the claim's file.

    Raises
    ------
    WorkError
        If a result does not hold what is read.
    """
    value, patients = group(results[check.trial], check)
    against = check.against()
    if against is None:
        return TrialOutcome(check, value, patients, None, 0, value, as_expected(check, value))
    reference, others = group(results[against.trial], against)
    found = _compared(check, against, value, reference, results[check.trial], results[against.trial])
    return TrialOutcome(check, value, patients, reference, others, found, as_expected(check, found))


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


def _data(estimate: Estimate, patients: int | None = None) -> dict[str, float | str | None]:
    found: dict[str, float | str | None] = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    if estimate.note is not None:
        found["note"] = estimate.note
    return found if patients is None else found | {"patients": patients}
