"""Reading back what a finished run has written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import polars as pl

from her2lab.errors import InputError
from her2lab.trial.results.trial_result import TrialSummary


def summary(folder: Path) -> TrialSummary:
    """Return the ``result.json`` of a finished run."""
    try:
        return cast(TrialSummary, dict(json.loads((folder / "result.json").read_text(encoding="utf-8"))))
    except (OSError, ValueError):
        raise _no_run(folder) from None


def table(folder: Path, name: str) -> pl.DataFrame:
    """Return one of the tables of a finished run: ``NAME.parquet``."""
    try:
        return pl.read_parquet(folder / f"{name}.parquet")
    except (OSError, pl.exceptions.PolarsError):
        raise _no_run(folder) from None


def patients(folder: Path) -> pl.DataFrame:
    """Return the ``patients.parquet`` of a finished run."""
    return table(folder, "patients")


def visits(folder: Path) -> pl.DataFrame | None:
    """Return the ``visits.parquet`` of a finished run, None if it was not kept."""
    return table(folder, "visits") if (folder / "visits.parquet").exists() else None


def _no_run(folder: Path) -> InputError:
    return InputError("no finished run here", field="folder", value=str(folder), expected="a result folder")
