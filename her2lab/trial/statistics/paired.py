"""Twins compared: the same virtual patients under two arms, so that each difference is one patient's own."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor
from statistics import NormalDist
from typing import Any

import polars as pl

from her2lab.errors import InputError

MEANING = "differences between twins, the same virtual patients under both arms: not what a trial would show"
ANSWERS = ("orr", "cr", "pcr")
SEVERE = 3
COVERAGE = 0.90


def paired(patients: pl.DataFrame, events: pl.DataFrame, arm: str, reference: str, *, months: float,
           followup: float) -> dict[str, Any]:
    """Compare the twins of two arms.

    Parameters
    ----------
    patients, events
        The tables ``patients`` and ``adverse_events`` of a result.
    arm, reference
        Ids of two arms.
    months
        When progression, death and months free of them are read; pairs whose course is not known by then are left out.
    followup
        Of the trial, in months: beyond it only those who had an event are known, and a comparison would be of them.

    Returns
    -------
    dict
        ``meaning``, ``arm``, ``reference``, ``months``, ``pairs``; ``changes``, one of each outcome with ``pairs``,
        ``left_out`` (not known in both), ``only_arm``, ``only_reference``, ``both`` and ``neither``; ``means``, one of
        each number with ``pairs``, ``left_out``, ``value`` (arm minus reference), its 90 % interval ``low`` to ``high``
        (null below two pairs) and ``unit``.

    Raises
    ------
    InputError
        If an arm is unknown, both are one, they have no twin in common, or `months` is not within the follow-up.
    """
    if not 0 < months <= followup:
        raise InputError("lies outside the follow-up", field="months", value=months,
                         expected=f"above 0 and up to {floor(10 * followup) / 10:g}")
    known = patients["arm"].unique(maintain_order=True).to_list()
    for field, name, others in (("arm", arm, known), ("reference", reference, [each for each in known if each != arm])):
        if name not in others:
            raise InputError(
                "is not an arm to compare", field=field, value=name, expected=", ".join(others) or "another arm"
            )
    ran = patients.filter(status="ok")
    twins = ran.filter(arm=arm).join(ran.filter(arm=reference), on="TWIN", suffix=".reference")
    if twins.is_empty():
        raise InputError(
            "have no twins: each arm has virtual patients of its own",
            field="arms",
            value=f"{arm}, {reference}",
            expected="a run whose arms have the same virtual patients",
        )
    return {
        "meaning": MEANING,
        "arm": arm,
        "reference": reference,
        "months": months,
        "pairs": twins.height,
        "changes": list(_changes(twins, events, months)),
        "means": list(_means(twins, months)),
    }


def _changes(twins: pl.DataFrame, events: pl.DataFrame, months: float) -> Iterator[dict[str, Any]]:
    for name in ANSWERS:
        yield from _change(name, twins.select(arm=name, reference=f"{name}.reference"))
    for name in _times(twins):
        happened = {side: _happened(name, end, months) for side, end in (("arm", ""), ("reference", ".reference"))}
        yield from _change(f"{name}_event", twins.select(**happened))
    severe = events.filter(pl.col("AETOXGR") >= SEVERE)
    for name in sorted(severe["AEDECOD"].unique()):
        subjects = severe.filter(AEDECOD=name)["USUBJID"].implode()
        yield from _change(
            f"{name}_grade{SEVERE}",
            twins.select(arm=pl.col("USUBJID").is_in(subjects), reference=pl.col("USUBJID.reference").is_in(subjects)),
        )


def _change(outcome: str, had: pl.DataFrame) -> Iterator[dict[str, Any]]:
    seen = had.drop_nulls()
    if seen.height:
        arm, reference = seen["arm"], seen["reference"]
        yield {
            "outcome": outcome,
            "pairs": seen.height,
            "left_out": had.height - seen.height,
            "only_arm": int((arm & ~reference).sum()),
            "only_reference": int((reference & ~arm).sum()),
            "both": int((arm & reference).sum()),
            "neither": int((~arm & ~reference).sum()),
        }


def _means(twins: pl.DataFrame, months: float) -> Iterator[dict[str, Any]]:
    yield from _mean(
        "best_change",
        "% of baseline",
        twins.select(difference=pl.col("best_change_percent") - pl.col("best_change_percent.reference")),
    )
    for name in _times(twins):
        free = [
            pl.when(_happened(name, end, months).is_not_null()).then(
                pl.col(f"{name}_months{end}").clip(upper_bound=months)
            )
            for end in ("", ".reference")
        ]
        yield from _mean(f"{name}_restricted_mean", "months", twins.select(difference=free[0] - free[1]))


def _mean(name: str, unit: str, found: pl.DataFrame) -> Iterator[dict[str, Any]]:
    differences = found["difference"].drop_nulls().drop_nans()
    if differences.len():
        value, spread = differences.to_numpy().mean(), differences.std()
        half = None
        if isinstance(spread, float):
            half = NormalDist().inv_cdf((1 + COVERAGE) / 2) * spread / differences.len() ** 0.5
        yield {
            "outcome": name,
            "pairs": differences.len(),
            "left_out": found.height - differences.len(),
            "value": float(value),
            "low": None if half is None else float(value - half),
            "high": None if half is None else float(value + half),
            "unit": unit,
        }


def _times(twins: pl.DataFrame) -> list[str]:
    names = [column.removesuffix("_months") for column in twins.columns if column.endswith("_months")]
    return [name for name in names if f"{name}_cnsr" in twins.columns]


def _happened(name: str, end: str, months: float) -> pl.Expr:
    """Whether the event came by `months`; null where the patient was censored before."""
    time, censored = pl.col(f"{name}_months{end}"), pl.col(f"{name}_cnsr{end}") == 1
    return pl.when(time > months).then(False).when(~censored).then(True).when(time == months).then(False)
