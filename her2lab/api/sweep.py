"""Sweep the dose or the interval of a drug: one run, the same virtual patients at every point."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Group

from her2lab import storage
from her2lab.api.library import AnyTrial, load_trial
from her2lab.api.result import Result
from her2lab.api.run import run_trial
from her2lab.errors import InputError
from her2lab.facts.sweep import SweepDesign, What, sweep_design
from her2lab.presentation.figures.sweep import sweep_svg
from her2lab.presentation.sweep import screen, sweep_rows

TABLE, PICTURE = "sweep.json", "sweep.svg"
TEXT, NUMBER = pl.String(), pl.Float64()


class Sweep:
    """What came out at each dose or interval, from :func:`her2lab.sweep`.

    Attributes
    ----------
    design : SweepDesign
        The trial that was run, and which of its arms is which point.
    result : Result
        The result of that trial, with all its tables and pictures.

    Examples
    --------
    >>> [arm.id for arm in sweep.design.trial.arms]
    ['tdm1', 'tdxd', 'tdxd_dose_3p2']
    """

    def __init__(self, design: SweepDesign, result: Result) -> None:
        self.design, self.result = design, result

    @property
    def table(self) -> pl.DataFrame:
        """One row per point and outcome.

        ``dose`` or ``interval``, ``arm``, ``kind`` (endpoint, contrast, adverse_event, dosing), ``outcome``, ``value``
        with its 90 % prediction interval ``low`` to ``high``, ``unit``.

        Examples
        --------
        >>> sweep.table.filter(outcome="orr").select("dose", "unit").rows()
        [(3.2, '%'), (5.4, '%')]
        """
        return pl.DataFrame(self._rows, {self.design.what: NUMBER, "arm": TEXT, "kind": TEXT, "outcome": TEXT,
                                        "value": NUMBER, "low": NUMBER, "high": NUMBER, "unit": TEXT}, orient="row")

    def write(self, folder: str | os.PathLike[str], *, csv: bool = False) -> Path:
        """Write the result as :meth:`Result.write` does, with ``sweep.json`` and ``sweep.svg``.

        Raises
        ------
        InputError
            If it cannot be written.

        Examples
        --------
        >>> (sweep.write(folder / "sweep") / "sweep.svg").is_file()
        True
        """
        place = self.result.write(folder, csv=csv)
        storage.write_folder(place, {PICTURE: sweep_svg(self.design, self._rows), TABLE: self._json}, "folder")
        return place

    @property
    def _rows(self) -> list[dict[str, Any]]:
        return sweep_rows(self.design, self.result.summary)

    @property
    def _json(self) -> bytes:
        design = self.design
        told = {"trial": design.trial.id, "arm": design.arm, "drug": design.drug, "what": design.what,
                "unit": design.unit, "reference": design.trial.reference_arm, "seed": self.result.seed,
                "rows": self._rows}
        return f"{json.dumps(told, indent=1, allow_nan=False, ensure_ascii=False)}\n".encode()

    def __repr__(self) -> str:
        return f"<Sweep of {len(self.design.points)} points, {self.design.what} of {self.design.drug}>"

    def __rich__(self) -> Group:
        return Group(*screen(self.design, self._rows))


def sweep(
    trial: AnyTrial, arm: str, drug: str, *, doses: Sequence[float] | None = None,
    intervals: Sequence[float] | None = None, line: int | None = None, patients: int | None = None, seed: int = 1,
    jobs: int | None = None, progress: bool = False, allow_large: bool = False,
) -> Sweep:
    """Run one arm of a trial at several doses, or intervals, of one of its drugs.

    The trial's reference arm and the arm as it is run beside; all arms have the same virtual patients, or their own
    where the trial says so. The number of cycles stays; maintenance that begins one interval after a loading dose does
    so at each interval.

    Parameters
    ----------
    trial, patients, seed, jobs, progress, allow_large
        As in :func:`her2lab.run_trial`.
    arm, drug
        Which drug of which arm.
    doses
        In the unit of the arm's line: mg, mg/kg or mg/m2 (mg/mL*min where it goes by area).
    intervals
        In days; either these or doses.
    line
        Which line of the drug, from 1, where it has several (a loading dose and those after it).

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        If an argument cannot be used, or a dose or interval cannot be given.
    WorkError
        If more than one patient in a hundred could not be integrated.

    Examples
    --------
    >>> her2lab.sweep("destiny_breast03", "tdxd", "T-DXd", doses=[3.2, 5.4], patients=2)
    <Sweep of 2 points, dose of trastuzumab_deruxtecan>
    """
    design = sweep_of(trial, arm, drug, doses=doses, intervals=intervals, line=line)
    return Sweep(design, run_trial(design.trial, patients=patients, seed=seed, jobs=jobs, progress=progress,
                                   allow_large=allow_large))


def sweep_of(trial: AnyTrial, arm: str, drug: str, *, doses: Sequence[float] | None = None,
             intervals: Sequence[float] | None = None, line: int | None = None) -> SweepDesign:
    """Return what :func:`sweep` would run."""
    if (doses is None) == (intervals is None):
        raise InputError("asks for doses and intervals" if doses is not None else "has nothing to sweep",
                         field="doses", expected="either doses or intervals")
    what: What = "dose" if doses is not None else "interval"
    values = [float(value) for value in (doses if doses is not None else intervals) or ()]
    return sweep_design(load_trial(trial), arm, drug, what, values, line)
