"""The endpoints of one arm and the contrasts of two, from what happened.

Patients whose integration failed are left out of every statistic; the result counts them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from her2lab._types import Bools
from her2lab.errors import InputError
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import LANDMARK_MONTHS, TIME_ENDPOINTS
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.recist import Code
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.estimate import Estimate, odds_ratio, proportion
from her2lab.trial.statistics.survival import DAYS_PER_MONTH, Times

FAMILIES = {  # what a bare name stands for
    "pfs": ("pfs_median", "pfs_12m"), "os": ("os_median", "os_24m"), "idfs": ("idfs_36m",), "dfs": ("dfs_36m",),
    "efs": ("efs_36m",),
}
SINGLE = ("orr", "cr", "cbr", "dor_median", "pfs_median", "os_median", "cns_pfs_median", "ic_orr")
AT_SURGERY = ("pcr", "pcr_breast")
YES_OR_NO = ("orr", "cr", "cbr", "ic_orr", *AT_SURGERY)
CONTRASTS = TIME_ENDPOINTS
ODDS = ("orr", "pcr")


def simulated(name: str) -> bool:
    """Return whether the present model yields this endpoint."""
    return name in (*FAMILIES, *SINGLE, *AT_SURGERY) or LANDMARK_MONTHS.fullmatch(name) is not None


def wanted(trial: Trial) -> list[str]:
    """Return the endpoint keys of a result: those the trial asks for, then those published that can be simulated.

    Only the names of the published endpoints are read here, so that each has its simulated neighbour.

    Raises
    ------
    InputError
        If the trial asks for an endpoint that the present model does not yield.
    """
    for index, name in enumerate(trial.endpoints):
        if not simulated(name):
            raise InputError(f"endpoint {name} is not yet simulated", field=f"endpoints[{index}]", value=name,
                             expected=", ".join([*SINGLE, *AT_SURGERY, *FAMILIES, "pfs_Nm"]))
        if name in AT_SURGERY and trial.surgery is None:
            raise InputError("is read at surgery, and the trial has none", field=f"endpoints[{index}]", value=name,
                             expected="surgery: DAY in the trial")
    asked = [key for name in trial.endpoints for key in FAMILIES.get(name, (name,))]
    published = trial.published.arms.values() if trial.published else ()
    shown = sorted({key for arm in published for key in arm if simulated(key) and key not in FAMILIES
                    and (key not in AT_SURGERY or trial.surgery is not None)})
    return list(dict.fromkeys([*asked, *shown]))


def unit(name: str) -> str:
    """Return the unit of an endpoint: percent or months."""
    return "months" if name.endswith("_median") else "%"


def times(arm: ArmOutcome, name: str) -> Times:
    """Return times in months: to death (``os``), to progression in the brain or death (``cns_pfs``), otherwise to
    progression, which after surgery is a relapse, or death.
    """
    days, seen = arm.os if name == "os" else arm.cns_pfs if name == "cns_pfs" else arm.pfs
    return Times.checked(days[arm.ok] / DAYS_PER_MONTH, survival.cnsr_from_events(seen[arm.ok]))


def estimate(arm: ArmOutcome, name: str) -> Estimate:
    """Return one endpoint of one arm."""
    if landmark := LANDMARK_MONTHS.fullmatch(name):
        return survival.rate_at(times(arm, landmark[1]), float(landmark[2]))
    if name in ("pfs_median", "os_median", "cns_pfs_median"):
        return survival.median(times(arm, name.removesuffix("_median")))
    if name == "dor_median":
        return _duration_of_response(arm)
    return proportion(*responders(arm, name))


def responders(arm: ArmOutcome, name: str, *, confirm: bool = False) -> tuple[int, int]:
    """Return how many responded, of how many with measurable disease at baseline.

    ``orr``: complete or partial response; ``cr``: complete; ``cbr``: either of them, or stable disease for as long as
    the criteria ask. Who died before the first scan has not responded. With `confirm`, a response needs a second
    scan to stand.
    """
    yes, evaluable = answers(arm, name, confirm=confirm)
    return int((yes & evaluable).sum()), int(evaluable.sum())


def answers(arm: ArmOutcome, name: str, *, confirm: bool = False) -> tuple[Bools, Bools]:
    """Return of each patient whether the endpoint was met, and whether it can be told, both of shape (n,)."""
    nobody = np.zeros(len(arm.status), dtype=bool)
    if name in AT_SURGERY:      # who was not operated on had no complete response
        found = nobody if arm.operation is None else arm.operation.complete_response(breast_only=name == "pcr_breast")
        return found, arm.ok
    if name == "ic_orr":
        return (nobody, nobody) if arm.brain is None else (arm.brain.best() >= Code.PR, arm.ok & arm.brain.measurable)
    best, days = arm.scans.best(confirm=confirm), arm.pfs[0]
    stable = (best == Code.SD) & (days >= arm.scans.criteria.clinical_benefit_from)
    met = {"orr": best >= Code.PR, "cr": best == Code.CR, "cbr": (best >= Code.PR) | stable}[name]
    return met, arm.ok & arm.scans.measurable


def _duration_of_response(arm: ArmOutcome) -> Estimate:
    """Return the median time from the first response to progression or death, in responders."""
    days, seen = arm.pfs
    first = arm.scans.first_response()
    who = arm.ok & arm.scans.measurable & np.isfinite(first)
    if not who.any():
        return Estimate(None, note="not estimable: nobody responded")
    since = (days[who] - first[who]) / DAYS_PER_MONTH
    return survival.median(Times.checked(since, survival.cnsr_from_events(seen[who])))


def pairs(trial: Trial, names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return the (endpoint, arm, reference) to compare: all arms with the first, then other published pairs."""
    arms = [arm.id for arm in trial.arms]
    families = [name for name in CONTRASTS if any(key.startswith(f"{name}_") for key in names)]
    found = [(name, arm, arms[0]) for name in families for arm in arms[1:]]
    published = trial.published.contrasts if trial.published else []
    found += [(c.endpoint, c.arm, c.reference) for c in published if c.endpoint in (*CONTRASTS, *ODDS)]
    return list(dict.fromkeys(pair for pair in found if {pair[1], pair[2]} <= set(arms)))


def contrast(endpoint: str, arm: ArmOutcome, reference: ArmOutcome) -> tuple[str, Estimate, float | None]:
    """Return the kind of ratio, its estimate, and the log-rank p-value of a survival endpoint."""
    if endpoint in ODDS:
        return "odds_ratio", odds_ratio(*responders(arm, endpoint), *responders(reference, endpoint)), None
    ours, theirs = times(arm, endpoint), times(reference, endpoint)
    return "hazard_ratio", survival.hazard_ratio(ours, theirs), survival.logrank_p(ours, theirs)
