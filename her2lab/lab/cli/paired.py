"""``her2lab trial paired``: the twins of two arms of a finished run compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from her2lab.errors import InputError
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, show, show_json
from her2lab.lab.cli.values import finite


def paired(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `her2lab trial run` has written.")],
    arm: Annotated[
        str | None, typer.Option(metavar="ID", help="An arm.  [default: the last that is not the reference]")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="ID", help="What it is compared with.  [default: the trial's reference arm]")
    ] = None,
    months: Annotated[
        float | None, typer.Option(metavar="M", parser=finite("--months", positive=True), show_default=False,
                                   help="When progression and death are read, within the follow-up.  [default: 12]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the twins of two arms of a finished run: how many fare otherwise, and by how much on average.

    Example: her2lab trial paired results/cleopatra --months 24
    """
    from her2lab.api.run import read_result
    from her2lab.presentation.paired import screen

    result = read_result(folder)
    against = reference or result.trial.reference_arm
    others = [each.id for each in result.trial.arms if each.id != against]
    if not others:
        raise InputError("has one arm", file=folder, expected="a result of two arms or more")
    found = result.paired(arm or others[-1], against, months=months)
    if as_json:
        show_json(found)
    else:
        show(*screen(found), RESEARCH_USE)
