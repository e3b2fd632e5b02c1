"""What claims are checked in: experiments on cells and virtual trials, all planned first and each run once."""

from __future__ import annotations

from dataclasses import dataclass, field

from her2lab.cell_culture.batch import ExperimentBatch
from her2lab.review.planned_trials import PlannedTrials
from her2lab.task_pool import Progress


@dataclass
class Runs:
    """The runs of some claims.

    Attributes
    ----------
    seed
        Of the virtual trials; results are the same for any number of workers.
    jobs
        Workers.
    patients
        Of each arm of every trial; None for as many as the claims say.
    without
        Whether the mechanism behind each claim is switched off, as the claim says; its trials are its own then.
    cells, trials
        What has been planned, and after :meth:`run` what came out.
    """

    seed: int = 1
    jobs: int = 1
    patients: int | None = None
    without: bool = False
    cells: ExperimentBatch = field(default_factory=ExperimentBatch)
    trials: PlannedTrials = field(default_factory=PlannedTrials)

    def run(self, progress: Progress | None = None) -> None:
        """Run everything that has been planned; `progress` is called with (patient-days done, in all).

        Raises
        ------
        InputError
            If something cannot be run; no trial has been run then.
        WorkError
            If too many patients of an arm could not be integrated.
        """
        self.trials.try_all()
        self.cells.run(self.jobs)
        self.trials.run(seed=self.seed, jobs=self.jobs, patients=self.patients, progress=progress)
