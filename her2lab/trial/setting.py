"""Everything that an arm needs besides its patients, and what one arm has yielded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from her2lab.engine import Model
from her2lab.facts.management import Rule
from her2lab.facts.records import Arm, Drug, Grading, Trial
from her2lab.population import Cohort
from her2lab.trial.criteria import Errors, Recist
from her2lab.trial.dosing import Dosing
from her2lab.trial.rules import Decision
from her2lab.trial.scans import Scans
from her2lab.trial.surgery import Operation
from her2lab.trial.trace import Trace
from her2lab.trial.visits import Visits
from her2lab.trial.watching import Severity

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Bring = Callable[[Drug, str, Cohort], Mapping[str, Floats]]


@dataclass(frozen=True)
class Setting:
    """The machinery and the criteria of a trial, the same in all arms.

    Attributes
    ----------
    trial
        The protocol, in days.
    model
        The compiled patient model.
    slots
        Drug slot of the model -> biology module.
    inputs
        Drug slot of the model -> the inputs that it has: infusion, injection, intake.
    drugs
        The drugs of all arms and those that rules give, by identifier.
    rules
        The label rules in force, in order.
    bring
        What a drug in a slot means in each patient: ``bring(drug, slot, cohort)`` gives model parameters.
    recist, errors, gradings
        Response criteria, errors of measurement and cut-offs of adverse events.
    occasion
        What the trial is in its patients' lives, empty for the trial itself: chance (errors of measurement, death, new
        lesions) is drawn anew on each occasion.
    """

    trial: Trial
    model: Model
    slots: Mapping[str, str]
    inputs: Mapping[str, tuple[str, ...]]
    drugs: Mapping[str, Drug]
    rules: Sequence[Rule]
    bring: Bring
    recist: Recist
    errors: Errors
    gradings: Sequence[Grading] = ()
    occasion: str = ""


@dataclass(frozen=True)
class Conduct:
    """What happened in one arm; arrays have the shape (n,), days count from day 0.

    Attributes
    ----------
    arm, cohort
        The arm and its patients.
    status
        "ok", or the engine's word for why the integration of a patient failed.
    death
        Day of death, infinite if alive when follow-up ended.
    last_seen
        Day up to which a patient was followed: death, failure or end of follow-up.
    scans, visits, dosing, decisions, trace
        Tumour scans, measurements, doses, rule decisions, record in time.
    brain
        Scans of brain metastases, None if the model has none.
    operation
        What was found at surgery, None if the protocol has none.
    concentrations
        Drug -> the symbol of its plasma concentration in the trace.
    vanished
        Clones that fell below one cell.
    unread
        Rules that could not be applied, because the model does not hold what they measure or has no place for what
        they give.
    severity
        Worst grade of each adverse event that is graded between visits, and its first day.
    stopped_by
        Drug -> the rule that stopped it in each patient, "" where none did, shape (n,).
    """

    arm: Arm
    cohort: Cohort
    status: NDArray[np.str_]
    death: Floats
    last_seen: Floats
    scans: Scans
    brain: Scans | None
    operation: Operation | None
    visits: Visits
    dosing: Dosing
    decisions: list[Decision]
    trace: Trace
    concentrations: Mapping[str, str]
    vanished: NDArray[np.int64]
    unread: list[str]
    severity: Mapping[str, Severity]
    stopped_by: Mapping[str, NDArray[np.str_]]

    @property
    def ok(self) -> Bools:
        """Whose integration did not fail; only they count in the statistics."""
        return np.asarray(self.status == "ok")

    @property
    def pfs(self) -> tuple[Floats, Bools]:
        """Days to the first progression on a scan or to death, and whether that was seen.

        Without either, the time is censored at the last scan.
        """
        end = np.minimum(self.scans.progression, self.death)
        seen = np.isfinite(end) & self.ok
        return np.where(seen, end, self.scans.last), seen

    @property
    def cns_pfs(self) -> tuple[Floats, Bools]:
        """Days to the first progression in the brain or to death, and whether that was seen; else as `pfs`."""
        progression = np.full(len(self.death), np.inf) if self.brain is None else self.brain.progression
        end = np.minimum(progression, self.death)
        seen = np.isfinite(end) & self.ok
        return np.where(seen, end, self.scans.last), seen

    @property
    def os(self) -> tuple[Floats, Bools]:
        """Days to death, and whether it was seen; else censored where the patient was last seen."""
        seen = np.isfinite(self.death) & self.ok
        return np.where(seen, self.death, self.last_seen), seen
