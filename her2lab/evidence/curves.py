"""Digitised Kaplan-Meier curves of facts/curves."""

from __future__ import annotations

import numpy as np
import polars as pl
from lifelines import KaplanMeierFitter
from numpy.typing import NDArray

from her2lab.errors import InputError
from her2lab.science import search_path

Floats = NDArray[np.float64]

_COLUMNS = ["time_months", "event", "arm"]


def curve(file: str) -> pl.DataFrame:
    """Read one digitised curve: columns time_months, event (1 = event), arm.

    Raises
    ------
    InputError
        If the file is missing, has other columns, or a time is negative or an event neither 0 nor 1.
    """
    paths = [folder / "curves" / file for folder in search_path("facts")]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise InputError("no such curve", field="curves", value=file, expected="a file of facts/curves")
    table = pl.read_csv(path, schema_overrides={"arm": pl.String})
    if table.columns != _COLUMNS:
        raise InputError("unexpected columns", file=path, value=", ".join(table.columns), expected=", ".join(_COLUMNS))
    bad = table.filter((pl.col("time_months") < 0) | ~pl.col("event").is_in([0, 1]) | pl.col("time_months").is_nan())
    if bad.height:
        raise InputError("a row that is no survival time", file=path, value=str(bad.row(0)),
                         expected="a time of 0 or more and an event of 0 or 1")
    return table


def survival_at(time_months: Floats, event: Floats, months: list[float]) -> Floats:
    """Return the Kaplan-Meier estimate at `months`, in per cent."""
    fitter = KaplanMeierFitter().fit(time_months, event)
    return 100.0 * np.atleast_1d(np.asarray(fitter.predict(months), dtype=float))
