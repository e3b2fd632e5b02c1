"""``her2lab trial new``: a trial file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from her2lab.lab.cli.screen import AsJson, show, show_json


def new(
    path: Annotated[Path, typer.Argument(metavar="NAME", help="The trial's id, or the file to write: my_trial.yaml.")],
    copy_of: Annotated[
        str | None, typer.Option("--from", metavar="TRIAL", help="Copy the file of this trial.", show_default=False)
    ] = None,
    drugs: Annotated[
        list[str] | None,
        typer.Option("--drug", metavar="DRUG", help="What the last arm gives; may be repeated. The arm before it goes "
                     "without the last one.", show_default=False),
    ] = None,
    population: Annotated[
        str | None, typer.Option(metavar="POPULATION", help="As `her2lab population list` names it.  "
                                 "[default: breast_metastatic_1l]", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a commented trial file to start from, which runs as it is; nothing is overwritten.

    Visits, follow-up and endpoints are those of a trial of the same population, doses those of the library.

    Example: her2lab trial new my_trial --drug trastuzumab --drug docetaxel --drug tucatinib
    """
    from her2lab.api.new_trial import new_trial

    written = new_trial(path, copy_of=copy_of, drugs=drugs or (), population=population)
    if as_json:
        show_json({"trial": written.stem, "file": str(written)})
    else:
        show(f"{written}: a trial to change; her2lab trial run {written} runs it as it is")
