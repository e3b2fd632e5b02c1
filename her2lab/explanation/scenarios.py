"""Which trial is run, how long, and what is read in which arm, to see what a number moves.

Trials that the plan of the credibility report names as references are run as it says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from her2lab.credibility.sensitivity import shortened
from her2lab.errors import InputError
from her2lab.explanation.outcomes import GRADES, RATIO
from her2lab.facts import library
from her2lab.facts.credibility import Reference
from her2lab.facts.records import Arm, Trial
from her2lab.facts.vocabulary import LANDMARK_MONTHS
from her2lab.nearest import unknown
from her2lab.provenance.numbers import Number
from her2lab.trial.statistics import endpoints
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

SAFETY_MONTHS = 12.0     # adverse events come early
LAST_SCAN = 3.0          # months beyond a landmark, so that the scan after it is still seen


@dataclass(frozen=True)
class Scenario:
    """One trial as it is run: `arm` is read, against `reference` where there is a ratio among the `outcomes`."""

    trial: Trial
    arm: str
    reference: str | None
    outcomes: tuple[str, ...]

    @property
    def arms(self) -> list[Arm]:
        """The arms that are run: without a ratio, the one that is read."""
        wanted = {self.arm} | ({self.reference} if any(name.endswith(RATIO) for name in self.outcomes) else set())
        return [arm for arm in self.trial.arms if arm.id in wanted]

    @property
    def drugs(self) -> list[str]:
        """The drugs of the arms that are run."""
        return list(dict.fromkeys(line.drug for arm in self.arms for line in arm.regimen))


def of_reference(reference: Reference) -> Scenario:
    """Return a reference trial of the plan, with everything that the plan reads of it."""
    trial = shortened(library.trial(reference.trial), reference)
    ratios = [name + RATIO for name in reference.contrasts]
    return Scenario(trial, reference.arm, reference.reference, (*reference.endpoints, *ratios))


def of_trial(identifier: str, drug: str | None = None) -> Scenario:
    """Return a trial of the library: as the plan says, or with an arm that has `drug`, its main endpoints and ratio.

    Raises
    ------
    InputError
        If there is no such trial.
    """
    trial = library.trial(identifier)
    known = next((each for each in library.credibility_plan().sensitivity.references if each.trial == trial.id), None)
    if known is not None:
        return of_reference(known)
    with_drug = [arm for arm in trial.arms if any(line.drug == drug for line in arm.regimen)]
    arm = (with_drug or trial.arms)[-1]
    other = next((each for each in _reference_first(trial) if each.id != arm.id), arm)
    months = min(trial.followup / DAYS_PER_MONTH, library.trace_names().sizes.followup_months)
    read = [name for name in endpoints.wanted(trial) if _within(name, months)]
    families = [] if other is arm else [name for name in endpoints.CONTRASTS
                                        if any(key.startswith(f"{name}_") for key in read)]
    cut = trial.replace(published=None, followup=months * DAYS_PER_MONTH)
    ratios = [name + RATIO for name in families]
    return Scenario(cut, arm.id, other.id if ratios else None, (*read, *ratios))


def of_outcome(identifier: str, outcome: str, arm: str | None = None) -> Scenario:
    """Return a trial of which one outcome is read, followed for as long as that needs.

    Raises
    ------
    InputError
        If there is no such trial or arm, or the trial cannot yield this outcome.
    """
    trial = library.trial(identifier)
    whole = of_trial(identifier)
    names = [each.id for each in _reference_first(trial)]
    if arm is not None and arm not in names:
        raise unknown("arm", arm, names)
    chosen = arm or whole.arm
    reference = None
    if outcome.endswith(RATIO):
        reference = next((name for name in [whole.reference, *names] if name not in (None, chosen)), None)
        if reference is None:
            raise InputError("needs a second arm", field="endpoint", value=outcome, expected="an endpoint of one arm")
    if outcome in endpoints.AT_SURGERY and trial.surgery is None:
        raise InputError("is read at surgery, and this trial has none", field="endpoint", value=outcome,
                         expected=", ".join(whole.outcomes))
    days = min(trial.followup, _months(outcome, whole, trial) * DAYS_PER_MONTH)
    cut = trial.replace(published=None, followup=days)
    return replace(whole, trial=cut, arm=chosen, reference=reference, outcomes=(outcome,))


def _reference_first(trial: Trial) -> list[Arm]:
    return sorted(trial.arms, key=lambda arm: arm.id != trial.reference_arm)


def uses(scenario: Scenario, number: Number) -> bool:
    """Return whether the run of a trial reads a number: its drugs', its population's, or one of a module."""
    if number.folder == "drugs":
        return number.holder in scenario.drugs
    return number.folder == "parameters" or number.holder == scenario.trial.population


def _months(outcome: str, whole: Scenario, trial: Trial) -> float:
    """Return how long a trial is followed for an outcome."""
    usual = whole.trial.followup / DAYS_PER_MONTH
    if match := LANDMARK_MONTHS.fullmatch(outcome):
        return float(match[2]) + LAST_SCAN
    if outcome.partition(" ")[2] in GRADES:
        return SAFETY_MONTHS
    if outcome in endpoints.AT_SURGERY and trial.surgery is not None:
        return trial.surgery / DAYS_PER_MONTH + LAST_SCAN
    return math.inf if outcome.startswith("os") else usual


def _within(name: str, months: float) -> bool:
    match = LANDMARK_MONTHS.fullmatch(name)
    return match is None or float(match[2]) <= months
