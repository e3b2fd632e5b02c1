"""All that the credibility report states, from a store of finished runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from her2lab import weights as prevalence
from her2lab.comparison import adverse_events as safety
from her2lab.comparison.figures import PublishedFigure, figures
from her2lab.comparison.run_store import RunStore, StoredRun
from her2lab.credibility.naive import Library
from her2lab.credibility.scores import Judged, Reached, judge, reached, score
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.credibility import CredibilityPlan
from her2lab.facts.records import Trial

SENSITIVITY = "sensitivity.json"
USES = ("validation", "calibration")
NO_RESULT: Mapping[str, Any] = {"arms": [], "contrasts": []}


@dataclass(frozen=True)
class Assessment:
    """What was found.

    Attributes
    ----------
    plan
        Targets, intended use, remarks.
    judged
        All published figures of the trials that were run, beside predictions and naive forecasts.
    adverse_events
        Published rates of adverse events beside the simulated ones.
    runs, missing, failures
        The runs that it rests on, trials of the library without a run, and why trials could not be run.
    fitted
        Populations that calibrations have fitted numbers of, by id, to which trials.
    sensitivity
        The stored sensitivity analysis, or None.
    weights
        Prevalence weights found from these runs, one document for each population.
    """

    plan: CredibilityPlan
    judged: list[Judged]
    adverse_events: list[safety.AdverseEventComparison]
    runs: Mapping[str, StoredRun]
    missing: list[str]
    failures: Mapping[str, str]
    fitted: Mapping[str, list[str]]
    sensitivity: Mapping[str, Any] | None
    weights: list[dict[str, Any]] = field(default_factory=list)

    def of(self, use: str, *, subgroups: bool = False) -> list[Judged]:
        """Return the figures of the trials that are used for one purpose: of all patients, or of subgroups."""
        return [each for each in self.judged
                if each.figure.use == use and (each.figure.subgroup is not None) == subgroups]

    @property
    def reached(self) -> list[Reached]:
        """The targets beside what the validation trials reached."""
        return reached(score(self.of("validation")), self.plan.targets)

    def reason(self, figure: PublishedFigure) -> str:
        """Return the likely reason of a miss: what a person wrote, else what can be said of any miss."""
        written = [each.reason for each in self.plan.remarks
                   if each.trial == figure.trial and (not each.endpoints or figure.endpoint in each.endpoints)]
        failure = self.failures.get(figure.trial)
        parts = written or [_automatic(figure) if failure is None else "the trial could not be run"]
        if figure.setting not in self.fitted:
            parts.append("population not fitted")
        return "; ".join(parts)


def assess(store: RunStore, runs: Iterable[str]) -> Assessment:
    """Return the assessment of some runs of a store; the figures of a trial that could not be run are all missed.

    Raises
    ------
    InputError
        If there is no run, or a result is not what the manifest says.
    """
    chosen = {name: store.runs[name] for name in sorted(runs)}
    if not chosen:
        raise InputError("there is no finished run", file=store.folder,
                         expected="a folder that `her2lab validate` has written")
    trials = {name: library.trial(run.given) for name, run in chosen.items()}
    results = {name: store.result(name) if run.failure is None else NO_RESULT for name, run in chosen.items()}
    known = Library(library.trials())
    found = [each for name, trial in trials.items() for each in figures(trial, results[name])]
    return Assessment(
        plan=library.credibility_plan(), judged=judge(found, known), adverse_events=_adverse_events(trials, results),
        runs=chosen, missing=[name for name in library.files("trials") if name not in chosen],
        failures={name: run.failure for name, run in chosen.items() if run.failure is not None},
        fitted=_fitted(), sensitivity=_sensitivity(store.folder / SENSITIVITY),
        weights=prevalence.summaries(store.folder, chosen),
    )


def _adverse_events(trials: Mapping[str, Trial],
                    results: Mapping[str, Mapping[str, Any]]) -> list[safety.AdverseEventComparison]:
    rows = [row for name, trial in trials.items() for row in safety.compare_result(trial, results[name])]
    spread = safety.between_trials(rows)
    return [replace(row, spread=spread) for row in rows]


def _fitted() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for calibration in library.calibrations().values():
        found.setdefault(calibration.population, []).extend(calibration.trials)
    return found


def _automatic(figure: PublishedFigure) -> str:
    if not figure.predicted:
        return figure.note or "no prediction"
    side = "below" if figure.high is None or (figure.low is not None and figure.published < figure.low) else "above"
    return f"published {side} the interval, no reason given yet"


def _sensitivity(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
