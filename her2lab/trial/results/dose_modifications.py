"""What the management rules did to the doses of an arm, in percent of its patients."""

from __future__ import annotations

from typing import Any

import numpy as np

from her2lab._types import Floats
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.statistics.estimate import percent


def intensity(arm: ArmOutcome) -> dict[str, float | None]:
    """Return the mg given of each drug in percent of those planned until the end of treatment, over the arm."""
    planned, given = planned_mg(arm), arm.dosing.prescribed
    found: dict[str, float | None] = {}
    for index in treatment(arm):
        plan, mg = float(planned[index, arm.ok].sum()), float(given[index, arm.ok].sum())
        found[arm.dosing.drugs[index]] = 100 * mg / plan if plan > 0 else None
    return found


def planned_mg(arm: ArmOutcome) -> Floats:
    """Return the mg planned of each plan until progression, death or the end of follow-up, shape (plans, n)."""
    return arm.dosing.planned(np.minimum(np.minimum(arm.scans.progression, arm.death), arm.last_seen))


def treatment(arm: ArmOutcome) -> list[int]:
    """Return the plans of the regimen, without those that rules start."""
    return np.flatnonzero(~arm.dosing.waiting).tolist()


def management(arm: ArmOutcome) -> dict[str, dict[str, Any]]:
    """Return drug -> dose intensity, and in percent of patients: held, reduced, stopped by a rule, and by which."""
    intensities, found = intensity(arm), {}
    for index in treatment(arm):
        drug = arm.dosing.drugs[index]
        because = arm.stopped_by[drug][arm.ok]
        rules, counts = np.unique(because[because != ""], return_counts=True)
        found[drug] = {
            "dose_intensity": intensities[drug],
            "held": percent(arm.dosing.withheld[index, arm.ok] > 0),
            "reduced": percent(arm.dosing.reductions[index, arm.ok] > 0),
            "stopped": percent(because != ""),
            "stopped_because": {str(rule): 100 * int(count) / len(because)
                                for rule, count in zip(rules, counts, strict=True)},
        }
    return found


def supportive(arm: ArmOutcome) -> dict[str, float | None]:
    """Return supportive drug -> percent of patients to whom a rule gave it."""
    found: dict[str, float | None] = {}
    for drug in dict.fromkeys(np.array(arm.dosing.drugs, dtype=object)[arm.dosing.waiting]):
        plans = [index for index in np.flatnonzero(arm.dosing.waiting) if arm.dosing.drugs[index] == drug]
        found[str(drug)] = percent(np.asarray((arm.dosing.given[plans] > 0).any(axis=0))[arm.ok])
    return found
