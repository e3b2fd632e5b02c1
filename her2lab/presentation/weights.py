"""Prevalence weights of a population on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table

MOST_SHIFTS = 10      # shown on the screen; the files hold all


def screen(found: Mapping[str, Any]) -> list[RenderableType]:
    """Return what :func:`her2lab.weights.run` has found as tables and sentences."""
    trials = found["trials"]
    return [f"[bold]{found['population']}[/bold]  {len(trials)} calibration trials: {', '.join(trials)}", "",
            targets(found), "", left_out(found), "", shifts(found), "", *sentences(found)]


def targets(found: Mapping[str, Any]) -> Table:
    """Return what was published beside these patients, as they are and weighted."""
    table = Table("target, %", "published", "standard error", "its arm", "these patients", "weighted",
                  "missed by, errors", "weighted", box=None, header_style="bold")
    for row in found["targets"]:
        name = f"{row['trial']}/{row['arm']}/{row['name']}" + (" (recalled)" if row["doubtful"] else "")
        table.add_row(name, *(f"{row[key]:.1f}" for key in ("published", "error", "its_arm", "unweighted", "weighted")),
                      *(f"{row[key]:+.1f}" for key in ("missed_before", "missed_after")))
    return table


def left_out(found: Mapping[str, Any]) -> Table:
    """Return the misfit of each trial with weights from the others."""
    table = Table("left out", "outcomes", "misfit, errors", "with weights from the others", "effective size", box=None,
                  header_style="bold")
    for row in found["left_out"]["trials"]:
        table.add_row(row["trial"], str(row["targets"]), f"{row['before']:.2f}", f"{row['after']:.2f}",
                      f"{row['effective_size']:.0f}")
    return table


def shifts(found: Mapping[str, Any]) -> Table:
    """Return what the weights move most."""
    table = Table("what the weights move", "", "mean", "weighted", "standard deviations", box=None, header_style="bold")
    for row in found["shifts"][:MOST_SHIFTS]:
        table.add_row(row["name"], row["kind"], f"{row['unweighted']:.4g}", f"{row['weighted']:.4g}",
                      f"{row['shift']:+.2f}")
    return table


def sentences(found: Mapping[str, Any]) -> list[str]:
    """Return misfit, effective size and verdict in sentences."""
    misfit = found["misfit"]
    return [
        f"weights as uneven as these shift anything by {found['shift_by_chance']:.2f} standard deviations by chance",
        f"{found['patients']} patients went through every arm; weighted they are worth {found['effective_size']:.1f} "
        f"({100 * found['effective_share']:.0f} %); the largest weight is {100 * found['largest_weight']:.1f} %",
        f"misfit of the outcomes {misfit['before']:.2f} standard errors, {misfit['after']:.2f} with weights",
        found["verdict"],
    ]
