"""What a run will need, estimated from its trial file before anything starts: memory, and visits to simulate."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from her2lab.errors import ArgumentError
from her2lab.facts.records import Administration, Arm, Trial
from her2lab.trial.conduct.regimen import BLOCK
from her2lab.trial.conduct.time_courses import grid

LIMIT_GB = 4.0
LIMIT_VISITS = 1e8             # tens of times the largest trial of the library; hours on a laptop

# Reckoned from the sizes of what a run keeps, rounded up; not measured on whole trials.
PATIENT_BYTES = 60_000         # properties, parameters, states, the row of each table
VISIT_BYTES, DOSE_BYTES, VALUE_BYTES = 200, 40, 8
FIXED_SERIES = 6               # courses kept of every patient; one more for each drug
ON_STUDY = 0.5                 # of the visits until the end of follow-up: progression ends most of them


@dataclass(frozen=True)
class Workload:
    """What a run needs: gigabytes of memory at its end, and visits (scans, samples, doses) of all its patients."""

    gigabytes: float
    visits: float

    @property
    def excess(self) -> float:
        """How many times the limits it is."""
        return max(self.gigabytes / LIMIT_GB, self.visits / LIMIT_VISITS)


def workload(trial: Trial, patients: int | None = None) -> Workload:
    """Estimate what a run needs.

    Parameters
    ----------
    trial
        The trial.
    patients
        Of each arm; as published if None.
    """
    size, visits = 0.0, 0.0
    moments = len(grid(trial.followup))
    calendar = sum(trial.followup / days for days in trial.assessments.values())
    for arm in trial.arms:
        n, doses = patients or arm.n, sum(_doses(line, trial.followup) for line in arm.regimen)
        stops = ON_STUDY * (calendar + _dispensed(arm, trial.followup))
        series = FIXED_SERIES + len({line.drug for line in arm.regimen})
        each = PATIENT_BYTES + VISIT_BYTES * stops + VALUE_BYTES * series * moments + DOSE_BYTES * doses
        size += n * each + DOSE_BYTES * doses
        visits += n * stops
    return Workload(size / 1e9, visits)


def refuse_if_large(trial: Trial, patients: int | None = None) -> None:
    """Refuse a run beyond the limits, on which the user may insist.

    Raises
    ------
    ArgumentError
        With how many patients of an arm would be within them.
    """
    needed = workload(trial, patients)
    if needed.excess <= 1:
        return
    most = int((patients or max(arm.n for arm in trial.arms)) / needed.excess)
    raise ArgumentError(
        f"is a very large run: about {needed.gigabytes:.0f} GB of memory, {needed.visits / 1e6:.0f} million visits",
        field="patients", value=patients,
        expected=f"{f'at most {most} patients an arm' if most else 'a smaller trial'}, or --yes (allow_large=True)")


def _doses(line: Administration, horizon: float) -> float:
    """Return about how many doses a line plans before the horizon."""
    if line.at is not None:
        return len(line.at)
    end = horizon if line.duration is None else min(horizon, line.start + line.duration)
    cycles = ceil(max(0.0, end - line.start) / (line.every or horizon))
    return min(cycles, line.cycles or cycles) * len(line.days or (1,)) * line.per_day


def _dispensed(arm: Arm, horizon: float) -> float:
    """Return on how many days about something is given: of a drug by mouth a block of a week at a time."""
    total = 0.0
    for line in arm.regimen:
        doses = _doses(line, horizon)
        total += min(doses, 2 * horizon / BLOCK) if line.route == "oral" else doses
    return total
