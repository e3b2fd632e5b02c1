"""The credibility report on a terminal: its targets, one sentence, and a line for each trial that has ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from her2lab.credibility.library_runs import Ended


def ended(trial: Ended) -> str:
    """Say how one trial ended."""
    place = f"{trial.place} of {trial.of}: {trial.trial}"
    if trial.failure is not None:
        return f"{place} failed: {trial.failure}"
    return f"{place} was there" if trial.seconds is None else f"{place} run in {trial.seconds:.0f} s"


def targets(summary: Mapping[str, Any]) -> Table:
    """Return what was wanted of the validation trials beside what was reached."""
    table = Table("validation trials", "wanted", "reached", "", box=None, header_style="bold")
    for row in summary["targets"]:
        shown = "–" if row["reached"] is None else f"{row['reached']:.3g}"
        verdict = {True: "met", False: "not met", None: "nothing to judge"}[row["met"]]
        table.add_row(row["target"], row["wanted"], shown, verdict)
    return table


def sentence(summary: Mapping[str, Any]) -> str:
    """Say on how many figures this rests, and that those of calibration trials are kept apart."""
    ours, theirs = (summary["scores"][use]["all"] for use in ("validation", "calibration"))
    missing = len(summary["trials"]["missing"])
    return (
        f"{ours['inside']} of {ours['n']} published figures of validation trials are inside; of calibration trials, "
        f"which may be fitted, {theirs['inside']} of {theirs['n']}. {summary['trials']['run']} trials were run"
        + (f", {missing} of the library were not." if missing else ".")
    )
