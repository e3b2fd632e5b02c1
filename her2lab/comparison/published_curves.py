"""Digitised Kaplan-Meier curves of facts/curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from her2lab._types import Floats
from her2lab.errors import InputError
from her2lab.facts.records import Trial
from her2lab.resources import search_path
from her2lab.trial.statistics.survival import Times, cnsr_from_events, kaplan_meier

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


def survival_at(time_months: Floats, event: Floats, months: Sequence[float]) -> Floats:
    """Return the Kaplan-Meier estimate at `months`, in per cent."""
    return 100.0 * np.atleast_1d(kaplan_meier(Times(np.asarray(time_months), np.asarray(event) == 1)).at(months))


def published(trial: Trial, endpoint: str) -> dict[str, Times]:
    """Return the published follow-up of each arm, in months; empty where the trial file names no curve.

    Raises
    ------
    InputError
        As :func:`curve`, and if the curve is of an arm that the trial does not have.
    """
    if trial.published is None or endpoint not in trial.published.curves:
        return {}
    table, arms = curve(trial.published.curves[endpoint]), [arm.id for arm in trial.arms]
    strange = [name for name in table["arm"].unique(maintain_order=True) if name not in arms]
    if strange:
        raise InputError(f"the curve is of an arm that {trial.id} does not have", file=trial.published.curves[endpoint],
                         field="arm", value=strange[0], expected=", ".join(arms))
    groups = {arm: table.filter(pl.col("arm") == arm) for arm in arms}
    return {
        arm: Times.checked(group["time_months"].to_numpy(), cnsr_from_events(group["event"].to_numpy()))
        for arm, group in groups.items() if len(group)
    }


def check(trial: Trial) -> None:
    """Read every curve that a trial names, so that a faulty one is found before the trial is run.

    Raises
    ------
    InputError
        As :func:`published`.
    """
    for endpoint in trial.published.curves if trial.published else ():
        published(trial, endpoint)
