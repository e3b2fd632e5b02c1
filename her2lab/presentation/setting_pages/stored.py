"""Stored results of trials, by setting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from her2lab.comparison.curve_distance import distances
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.presentation.comparison import ComparisonRow, rows
from her2lab.presentation.figures import FigureData
from her2lab.presentation.words import SETTINGS
from her2lab.trial.results import result_folder
from her2lab.trial.results.trial_result import CurveDistance, TrialSummary

_MONTHS = re.compile(r" at (\d+) months")


@dataclass(frozen=True)
class Stored:
    """A trial, its result, and how far its curves are from published ones (see :func:`distances`)."""

    trial: Trial
    summary: TrialSummary
    patients: pl.DataFrame
    curves: list[CurveDistance]

    @property
    def figure_data(self) -> FigureData:
        """What its pictures are drawn from; a stored result has no time courses."""
        return FigureData(self.trial, self.summary, self.patients, {})

    @property
    def compared(self) -> list[ComparisonRow]:
        """The endpoints and contrasts that were published; the shares of one endpoint by month."""
        chosen = [row for row in rows(self.summary) if row.published is not None]
        families = [_MONTHS.sub("", row.what) for row in chosen]
        months = [int(at[1]) if (at := _MONTHS.search(row.what)) else 0 for row in chosen]
        order = sorted(range(len(chosen)), key=lambda n: (families.index(families[n]), months[n]))
        return [chosen[n] for n in order]

    @property
    def virtual(self) -> str:
        """How many virtual patients there are in each arm, and their seed."""
        sizes = {str(arm["n"]) for arm in self.summary["arms"]}
        return f"{' or '.join(sorted(sizes, key=int))} virtual patients per arm, seed {self.summary['seed']}"


def read(folder: Path) -> dict[str, list[Stored]]:
    """Return the results that lie in ``folder/TRIAL/``, by setting; trials of other populations are left out.

    Raises
    ------
    InputError
        If there is no result, one is broken, or one is of a trial that the library does not have.
    """
    found = sorted(path.parent for path in folder.glob("*/result.json"))
    if not found:
        raise InputError("no finished run here", field="results", value=str(folder),
                         expected="a folder of result folders, one for each trial")
    results = [_stored(each) for each in found]
    return {
        setting: [each for each in results if each.trial.population == setting] for setting in SETTINGS
    }


def _stored(folder: Path) -> Stored:
    summary, patients = result_folder.summary(folder), result_folder.patients(folder)
    trial = library.trial(summary["trial"])
    return Stored(trial, summary, patients, distances(trial, patients))
