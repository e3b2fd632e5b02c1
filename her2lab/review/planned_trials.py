"""The virtual trials that claims ask for, with the arms and readouts that any of them reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from her2lab import biology, population
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Drug
from her2lab.review.records.readout import Readout
from her2lab.review.trial_designs import TrialDesign
from her2lab.review.trial_runs import Key, TrialRun, run_all
from her2lab.task_pool import Progress
from her2lab.trial import TrialResult
from her2lab.trial.conduct import slots


@dataclass
class PlannedTrials:
    """Trials by their keys; filled by :meth:`plan` and :meth:`read`, then run once."""

    results: dict[Key, TrialResult] = field(default_factory=dict)
    _designs: dict[Key, TrialDesign] = field(default_factory=dict)
    _drugs: dict[Key, Mapping[str, Drug]] = field(default_factory=dict)
    _reads: dict[Key, dict[str, list[Readout]]] = field(default_factory=dict)   # by arm

    def plan(self, key: Key, design: TrialDesign, drugs: Mapping[str, Drug]) -> None:
        """Enter a trial, and drugs whose numbers are changed in it; the same one is run once."""
        self._designs[key], self._drugs[key] = design, drugs

    def read(self, key: Key, arm: str, readout: Readout) -> None:
        """Enter what is read of an arm."""
        self._reads.setdefault(key, {}).setdefault(arm, []).append(readout)

    def runs(self, patients: int | None = None) -> dict[Key, TrialRun]:
        """Return the trials as they are run: with the arms that are read, and as many patients in each if told."""
        return {key: TrialRun(_with_arms(design, self._reads[key], patients),
                              tuple(readout for each in self._reads[key].values() for readout in each),
                              self._drugs[key])
                for key, design in self._designs.items()}

    def try_all(self) -> None:
        """Draw one patient of each trial and find places for the drugs, so that what is lacking shows at once.

        Raises
        ------
        InputError
            If a trial cannot be run.
        """
        for key, run in self.runs().items():
            _try(key, run.design)

    def run(self, *, seed: int, jobs: int, patients: int | None, progress: Progress | None) -> None:
        """Run all trials; see :func:`her2lab.review.trial_runs.run_all`."""
        self.results = run_all(self.runs(patients), seed=seed, jobs=jobs, progress=progress)


def _with_arms(design: TrialDesign, arms: Collection[str], patients: int | None) -> TrialDesign:
    trial = design.trial
    return replace(design, patients=patients or design.patients,
                   trial=library.with_arms(trial, [arm.id for arm in trial.arms if arm.id in arms]))


def _try(key: Key, design: TrialDesign) -> None:
    try:
        population.draw(design.people, 1, 1, design.trial.baseline)
        for arm in design.trial.arms:
            slots.assign({line.drug: library.drug(line.drug) for line in arm.regimen}, biology.slots(), arm.id)
    except InputError as problem:
        raise InputError(problem.message, file=key[0], field=f"trials.{key[1]}: {problem.field}", value=problem.value,
                         expected=problem.expected) from None
