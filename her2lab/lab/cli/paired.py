"""``her2lab trial paired``: the twins of two arms of a finished run compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from her2lab.errors import InputError
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, show, show_json


def paired(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `her2lab trial run` has written.")],
    arm: Annotated[str | None, typer.Option(metavar="ID", help="An arm.  [default: the last]")] = None,
    reference: Annotated[str | None, typer.Option(metavar="ID", help="Its reference.  [default: the first]")] = None,
    months: Annotated[float, typer.Option(metavar="M", help="When progression and death are read.")] = 12.0,
    as_json: AsJson = False,
) -> None:
    """Compare the twins of two arms of a finished run: how many fare otherwise, and by how much on average.

    Example: her2lab trial paired results/cleopatra --months 24
    """
    from her2lab.api.run import read_result

    result = read_result(folder)
    arms = [each.id for each in result.trial.arms]
    if len(arms) == 1:
        raise InputError("has one arm", file=folder, expected="a result of two arms or more")
    found = result.paired(arm or arms[-1], reference or arms[0], months=months)
    if as_json:
        show_json(found)
        return
    changes = Table("outcome", "pairs", f"only {found['arm']}", f"only {found['reference']}", "both", "neither")
    for row in found["changes"]:
        changes.add_row(*(str(value) for value in row.values()))
    means = Table("mean difference", "pairs", f"{found['arm']} minus {found['reference']}", "90 % interval", "unit")
    for row in found["means"]:
        interval = "-" if row["low"] is None else f"{row['low']:.1f} to {row['high']:.1f}"
        means.add_row(row["outcome"], str(row["pairs"]), f"{row['value']:.1f}", interval, row["unit"])
    show(
        changes,
        means,
        f"{found['pairs']} pairs, times read to {found['months']:g} months; {found['meaning']}.",
        RESEARCH_USE,
    )
