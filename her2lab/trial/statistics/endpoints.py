"""The endpoints of a trial: which there are, and their estimates from the subject-level table.

Patients whose integration failed are left out of every estimate; the result counts them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import polars as pl

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import LANDMARK_MONTHS, TIME_ENDPOINTS, landmark
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.estimate import Estimate, odds_ratio, proportion
from her2lab.trial.statistics.run_chance import log_hazard_ratio_sd, log_odds_ratio_sd
from her2lab.trial.statistics.subjects import counted
from her2lab.trial.statistics.survival import DAYS_PER_MONTH, Times

RatioKind = Literal["hazard_ratio", "odds_ratio"]

FAMILIES = {  # what a bare name stands for
    "pfs": ("pfs_median", "pfs_12m"), "os": ("os_median", "os_24m"), "idfs": ("idfs_36m",), "dfs": ("dfs_36m",),
    "efs": ("efs_36m",),
}
SINGLE = ("orr", "cr", "cbr", "dor_median", "pfs_median", "os_median", "cns_pfs_median", "ic_orr")
AT_SURGERY = ("pcr", "pcr_breast")
YES_OR_NO = ("orr", "cr", "cbr", "ic_orr", *AT_SURGERY)
CONTRASTS = TIME_ENDPOINTS
ODDS = ("orr", "pcr")
DURATION = "dor"  # of response, in those who responded


# ------------------------------------------------------------------------------------------------ which there are
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


def pairs(trial: Trial, names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return the (endpoint, arm, reference) to compare: all arms with that of the trial, then other published pairs."""
    arms = [arm.id for arm in trial.arms]
    families = [name for name in CONTRASTS if any(key.startswith(f"{name}_") for key in names)]
    reference = trial.reference_arm
    found = [(name, arm, reference) for name in families for arm in arms if arm != reference]
    published = trial.published.contrasts if trial.published else []
    found += [(c.endpoint, c.arm, c.reference) for c in published if c.endpoint in (*CONTRASTS, *ODDS)]
    return list(dict.fromkeys(pair for pair in found if {pair[1], pair[2]} <= set(arms)))


# ------------------------------------------------------------------------------------------------ estimates
def timed(subjects: pl.DataFrame, endpoint: str) -> pl.DataFrame:
    """Return the subjects who have a time to an endpoint, with it beside: ``days``, and ``cnsr`` (0 for an event).

    Parameters as :func:`times` has them; subjects whose integration failed are among them.
    """
    column = endpoint if f"{endpoint}_days" in subjects.columns else "pfs"
    days = pl.col(f"{column}_days")
    if endpoint == DURATION:
        subjects = subjects.filter(pl.col("orr"), pl.col("first_response_days").is_not_null())
        days = days - pl.col("first_response_days")
    return subjects.with_columns(days=days, cnsr=pl.col(f"{column}_cnsr"))


def times(subjects: pl.DataFrame, endpoint: str) -> Times:
    """Return times in months to death (``os``) or, for most other endpoints, to progression, relapse or death.

    Parameters
    ----------
    subjects
        Rows of the subject-level table (``patients.parquet``), of one arm.
    endpoint
        ``pfs``, ``os``, ``cns_pfs``, ``idfs``, ``dfs`` or ``efs``, or ``dor``: of responders, from their first response
        on. One that has no column of its own is read as ``pfs``: after surgery a progression is a relapse.
    """
    known = timed(counted(subjects), endpoint)
    return Times.checked(known["days"].to_numpy() / DAYS_PER_MONTH, known["cnsr"].to_numpy())


def times_by_arm(subjects: pl.DataFrame, endpoint: str) -> dict[str, Times]:
    """Return the times of every arm that has at least one patient who counts."""
    found = {str(arm): times(rows, endpoint) for (arm,), rows in subjects.group_by("arm", maintain_order=True)}
    return {arm: each for arm, each in found.items() if len(each)}


def responders(subjects: pl.DataFrame, name: str) -> tuple[int, int]:
    """Return how many met an endpoint such as ``orr`` or ``pcr``, of how many: see :func:`answers`."""
    told = answers(subjects, name)[name]
    return int(told.sum()), len(told)


def answers(subjects: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the patients who count for an endpoint that is met or not, without nulls in its column.

    A complete response at surgery is one of all patients (intention to treat): who was not operated on, having
    progressed or died before, had none. Of other endpoints those count in whom it can be told.
    """
    if name in AT_SURGERY:
        return counted(subjects).with_columns(pl.col(name).fill_null(value=False))
    return counted(subjects).drop_nulls(name)


def estimate(subjects: pl.DataFrame, name: str) -> Estimate:
    """Return an endpoint of the patients of one arm: a percentage that met it, or is without event, or a median."""
    at = landmark(name)
    if at is None and not name.endswith("_median"):
        return proportion(*responders(subjects, name))
    endpoint = name.removesuffix("_median") if at is None else at[0]
    found = times(subjects, endpoint)
    if not len(found):
        nobody = "nobody responded" if endpoint == DURATION else "there are no patients"
        return Estimate(None, note=f"not estimable: {nobody}")
    fewest = library.analysis_limits().fewest_at_risk
    return survival.median(found, fewest) if at is None else survival.rate_at(found, float(at[1]), fewest)


def ratio_kind(endpoint: str) -> RatioKind:
    """Return by which ratio two arms are compared."""
    return "odds_ratio" if endpoint in ODDS else "hazard_ratio"


def ratio(endpoint: str, subjects: pl.DataFrame, reference: pl.DataFrame) -> Estimate:
    """Return the ratio of two arms: of odds, or of hazards (Cox)."""
    if endpoint in ODDS:
        return odds_ratio(*responders(subjects, endpoint), *responders(reference, endpoint))
    return survival.hazard_ratio(times(subjects, endpoint), times(reference, endpoint))


def run_sd(endpoint: str, found: Estimate, subjects: pl.DataFrame, reference: pl.DataFrame) -> float | None:
    """Return the standard deviation by the chance of the run of the log of a ratio that `ratio` has found, or None."""
    if found.value is None:
        return None
    sides = subjects, reference
    if endpoint in ODDS:
        told = [answers(side, endpoint) for side in sides]
        return log_odds_ratio_sd(*((side[endpoint].to_numpy(), side["patient"].to_list()) for side in told))
    arm, other = ((times(side, endpoint), counted(side)["patient"].to_list()) for side in sides)
    return log_hazard_ratio_sd(arm, other, found.value)
