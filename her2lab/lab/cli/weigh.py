"""``her2lab population weigh``: prevalence weights of a population from stored runs of its calibration trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from her2lab.lab.cli.folder import check_folder
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, show, show_json

MOST_SHIFTS = 10      # shown on the screen; the files hold all


def weigh(
    population: Annotated[str, typer.Argument(metavar="POPULATION", help="As `her2lab population list` names it.")],
    source: Annotated[Path, typer.Option("--from", metavar="DIR", help="A folder written by `her2lab validate`.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the weights.  [default: weights in the other folder]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find how patients would have to be weighted to meet the calibration trials, and whether that helps other trials.

    A diagnosis: no prediction is made with the weights. Writes POPULATION.json and POPULATION.parquet.

    Example: her2lab population weigh breast_metastatic_1l --from results/validation
    """
    from her2lab import weights

    if out is not None:
        check_folder(out)
    found = weights.run(population, source, out)
    if as_json:
        show_json(found)
        return
    show(f"[bold]{population}[/bold]  {len(found['trials'])} calibration trials: {', '.join(found['trials'])}", "",
         _targets(found), "", _left_out(found), "", _shifts(found), "", *_sentences(found), RESEARCH_USE)


def _targets(found: dict[str, Any]) -> Table:
    table = Table("target, %", "published", "standard error", "its arm", "these patients", "weighted",
                  "missed by, errors", "weighted", box=None, header_style="bold")
    for row in found["targets"]:
        name = f"{row['trial']}/{row['arm']}/{row['name']}" + (" (recalled)" if row["doubtful"] else "")
        table.add_row(name, *(f"{row[key]:.1f}" for key in ("published", "error", "its_arm", "unweighted", "weighted")),
                      *(f"{row[key]:+.1f}" for key in ("missed_before", "missed_after")))
    return table


def _left_out(found: dict[str, Any]) -> Table:
    table = Table("left out", "outcomes", "misfit, errors", "with weights from the others", "effective size", box=None,
                  header_style="bold")
    for row in found["left_out"]["trials"]:
        table.add_row(row["trial"], str(row["targets"]), f"{row['before']:.2f}", f"{row['after']:.2f}",
                      f"{row['effective_size']:.0f}")
    return table


def _shifts(found: dict[str, Any]) -> Table:
    table = Table("what the weights move", "", "mean", "weighted", "standard deviations", box=None, header_style="bold")
    for row in found["shifts"][:MOST_SHIFTS]:
        table.add_row(row["name"], row["kind"], f"{row['unweighted']:.4g}", f"{row['weighted']:.4g}",
                      f"{row['shift']:+.2f}")
    return table


def _sentences(found: dict[str, Any]) -> list[str]:
    misfit = found["misfit"]
    return [
        f"weights as uneven as these shift anything by {found['shift_by_chance']:.2f} standard deviations by chance",
        f"{found['patients']} patients went through every arm; weighted they are worth {found['effective_size']:.1f} "
        f"({100 * found['effective_share']:.0f} %); the largest weight is {100 * found['largest_weight']:.1f} %",
        f"misfit of the outcomes {misfit['before']:.2f} standard errors, {misfit['after']:.2f} with weights",
        found["verdict"],
    ]
