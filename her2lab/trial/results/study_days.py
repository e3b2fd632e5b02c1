"""Days of a trial as study days of the tables: whole numbers, of which day 1 is day 0 of the trial."""

from __future__ import annotations

import numpy as np
import polars as pl

from her2lab._types import Floats


def study_days(days: Floats) -> pl.Series:
    """Return study days, shape (n,), null where a day is not finite."""
    known = np.isfinite(days)
    whole = np.floor(np.where(known, days, 0.0)).astype(np.int64) + 1
    return pl.Series(whole).set(pl.Series(~known), None)
