"""Made-up trials and checks, and their results as tables."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import polars as pl

from her2lab.review.records.virtual_trial import TrialCheck
from her2lab.trial import TrialResult

FOUR = {"patient": ["1", "2", "3", "4", "1", "2"], "arm": ["a"] * 4 + ["b"] * 2, "age": [40.0, 50, 60, 70, 40, 50],
        "grade_ild": [0, 1, 3, 5, 0, 2], "grade_rash": [2, 0, 0, 0, 0, 0], "holds_t": [0, 2, 0, None, 0, 0]}
FOLLOWED = {
    "patient": ["1", "2", "3", "4", "5", "6"] * 2, "arm": ["a"] * 6 + ["b"] * 6, "mutated": [0.0, 0, 0, 1, 1, 1] * 2,
    "kind": ["x", "x", "y", "x", "x", "y"] * 2,
    "pfs_days": [300.0, 500, 700, 200, 250, 400, 100, 200, 600, 190, 260, 390],
    "pfs_cnsr": [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "os_days": [365.25, 730.5, 730.5, 730.5, 365.25, 730.5] + [365.25] * 6, "os_cnsr": [1] * 12,
    "delivered_mg_trastuzumab": [1000.0] * 6 + [0.0] * 6,
}


def result(patients: dict[str, Any], visits: dict[str, Any] | None = None, summary: Any = None) -> TrialResult:
    count = len(next(iter(patients.values())))
    frame = pl.DataFrame({"status": ["ok"] * count, **patients})
    return cast(TrialResult, SimpleNamespace(
        trial=SimpleNamespace(id="made_up"), patients=frame, summary=summary,
        visits=pl.DataFrame(visits or {"patient": [], "arm": [], "day": [], "decisions": []})))


def check(**fields: Any) -> TrialCheck:
    return TrialCheck.model_validate(
        {"says": "x", "trial": "t", "arm": "a", "reference": {"arm": "b"}, "expect": "up", **fields}, strict=False)
