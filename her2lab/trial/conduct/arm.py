"""The conduct of one arm of a trial, to the end of follow-up or to progression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from her2lab._types import Bools, Floats, PartDone
from her2lab.engine import Status
from her2lab.facts.records import Arm
from her2lab.population import Cohort
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.arm_simulation import ArmSimulation
from her2lab.trial.conduct.context import TrialContext


def run_arm(context: TrialContext, arm: Arm, cohort: Cohort, *, jobs: int = 1, progress: PartDone | None = None,
            until_progression: bool = False) -> ArmOutcome:
    """Run one arm of a trial in a cohort and return what happened.

    Parameters
    ----------
    context
        Model, drugs, rules and criteria.
    arm, cohort
        The arm and its virtual patients.
    jobs
        Threads of the engine; the result is the same for any number.
    progress
        Called after every round.
    until_progression
        Whether patients are followed no further than to progression; what happened until then is the same.

    Raises
    ------
    InputError
        If the regimen cannot be simulated with this model.
    """
    simulation = ArmSimulation(context, arm, cohort, jobs, until_progression=until_progression)
    _run(simulation, progress)
    return simulation.outcome()


@dataclass(frozen=True)
class LineOutcome:
    """How a line of therapy ended for its patients: who progressed and is alive, and who died, shape (n,).

    `states` has the shape (n, names): values at the scan that showed progression; of no meaning for the others.
    """

    progressed: Bools
    died: Bools
    states: Floats


def treat_until_progression(context: TrialContext, arm: Arm, cohort: Cohort, read: Sequence[str], *,
                            progress: PartDone | None = None) -> LineOutcome:
    """Run one arm in a cohort, each patient until progression, death or the end of follow-up.

    Parameters
    ----------
    context, arm, cohort, progress
        As :func:`run_arm`.
    read
        States of the model to read at progression.

    Raises
    ------
    InputError
        As :func:`run_arm`.
    """
    simulation = ArmSimulation(context, arm, cohort, 1, until_progression=True)
    _run(simulation, progress)
    died = np.isfinite(simulation.deaths.day)
    progressed = np.isfinite(simulation.scans.progression) & ~died & (simulation.batch.status == Status.OK)
    return LineOutcome(progressed, died, simulation.batch.values(read))


def _run(simulation: ArmSimulation, progress: PartDone | None) -> None:
    while simulation.active.any():
        simulation.advance_round()
        if progress is not None:
            progress(simulation.part_done())
