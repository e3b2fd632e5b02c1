"""What the label rules did to the doses of an arm, in percent of its patients, from the subject-level table."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
import polars as pl

from her2lab.trial.statistics.estimate import percent
from her2lab.trial.statistics.subjects import INTERNAL, counted, numbers

PLANNED, PRESCRIBED, SUPPORTIVE = f"{INTERNAL}planned_mg_", f"{INTERNAL}prescribed_mg_", f"{INTERNAL}supportive_doses_"


class DoseModificationSummary(TypedDict):
    """Of one drug: dose intensity, and in percent of patients: held, reduced, stopped by a rule, and by which."""

    dose_intensity: float | None
    held: float | None
    reduced: float | None
    stopped: float | None
    stopped_because: dict[str, float]


def dose_intensity(subjects: pl.DataFrame) -> dict[str, float | None]:
    """Return the mg given of each drug in percent of those planned until the end of treatment, over the arm."""
    known, found = counted(subjects), dict[str, float | None]()
    for drug in _drugs(subjects, PLANNED):
        planned, given = (float(numbers(known, f"{kind}{drug}").sum()) for kind in (PLANNED, PRESCRIBED))
        found[drug] = 100 * given / planned if planned > 0 else None
    return found


def dose_modifications(subjects: pl.DataFrame) -> dict[str, DoseModificationSummary]:
    """Return drug -> what the rules did to its doses."""
    known, intensities = counted(subjects), dose_intensity(subjects)
    return {drug: {
        "dose_intensity": intensities[drug],
        "held": percent((known[f"holds_{drug}"] > 0).to_numpy()),
        "reduced": percent((known[f"reductions_{drug}"] > 0).to_numpy()),
        "stopped": percent(known[f"stopped_{drug}"].to_numpy()),
        "stopped_because": stops_by_rule(known[f"stopped_{drug}_because"]),
    } for drug in _drugs(subjects, PLANNED)}


def supportive_care(subjects: pl.DataFrame) -> dict[str, float | None]:
    """Return supportive drug -> percent of patients to whom a rule gave it."""
    known = counted(subjects)
    return {drug: percent((known[f"{SUPPORTIVE}{drug}"] > 0).to_numpy()) for drug in _drugs(subjects, SUPPORTIVE)}


def _drugs(subjects: pl.DataFrame, kind: str) -> list[str]:
    return [name.removeprefix(kind) for name in subjects.columns if name.startswith(kind)]


def stops_by_rule(because: pl.Series) -> dict[str, float]:
    """Return rule -> percent of patients in whom it stopped a drug, by name of the rule."""
    rules, counts = np.unique(because.drop_nulls().to_numpy().astype(str), return_counts=True)
    return {str(rule): 100 * int(count) / len(because) for rule, count in zip(rules, counts, strict=True)}
