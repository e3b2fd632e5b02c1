"""``her2lab trial sweep``: one arm of a trial at several doses or intervals of a drug."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from her2lab.api.arguments import MOST_PATIENTS
from her2lab.errors import InputError
from her2lab.facts.limits import MOST_LINES
from her2lab.lab.cli.before_run import check_folder
from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, naming, show, show_json, warn
from her2lab.lab.cli.values import Jobs, finite, read_seed, whole


def sweep(
    identifier: Annotated[
        str, typer.Argument(metavar="ID_OR_FILE", help="A trial, as `her2lab trial list` names it, or a file.")
    ],
    arm: Annotated[str, typer.Option(metavar="ID", help="The arm that gives the drug.")],
    drug: Annotated[str, typer.Option(metavar="DRUG", help="The drug, by any of its names.")],
    dose: Annotated[
        str | None, typer.Option(metavar="D,D…", help="Doses in the unit of the arm's line, such as 3.2,4.4,5.4.",
                                 show_default=False)
    ] = None,
    interval: Annotated[
        str | None, typer.Option(metavar="D,D…", help="Days between doses, such as 14,21,28.", show_default=False)
    ] = None,
    line: Annotated[
        int | None, typer.Option(metavar="N", parser=whole("--line", 1, MOST_LINES), show_default=False,
                                 help="Which line of the drug, from 1, where it has several.")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(metavar="N", parser=whole("--patients", 1, MOST_PATIENTS), show_default=False,
                                 help="Virtual patients at each point; default: as published.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", parser=read_seed, help="Same seed, same result.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the result.  [default: results/<trial>_sweep]")
    ] = None,
    jobs: Jobs = None,
    yes: Annotated[bool, typer.Option("--yes", help="Run even if it is very large.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run one arm of a trial at several doses, or intervals, of one drug, in the same virtual patients.

    The reference arm and the arm as it is run beside. Writes into DIR what `her2lab trial run` writes, with sweep.json
    (each outcome at each point) and sweep.svg.

    Example: her2lab trial sweep destiny_breast03 --arm tdxd --drug T-DXd --dose 3.2,4.4,5.4,6.4 --patients 100
    """
    from her2lab.api.run import run_trial
    from her2lab.api.sweep import TABLE, Sweep, sweep_of
    from her2lab.facts import library

    if (dose is None) == (interval is None):
        raise InputError("cannot both be swept" if dose else "is missing", field="--dose, --interval",
                         expected="one of them")
    design = sweep_of(identifier, arm, drug, doses=_numbers("--dose", dose), intervals=_numbers("--interval", interval),
                      line=line)
    folder = check_folder(out or Path("results") / design.trial.id)
    warn(library.doubts(design.trial))
    with naming(identifier):
        result = run_trial(design.trial, patients=patients, seed=seed, jobs=jobs, progress=True, allow_large=yes)
    found = Sweep(design, result)
    found.write(folder)
    if as_json:
        show_json(json.loads((folder / TABLE).read_bytes()))
    else:
        show(found, RESEARCH_USE, f"picture: {folder / 'sweep.svg'}; report: {folder / 'report.html'}")


def _numbers(option: str, text: str | None) -> list[float] | None:
    return None if text is None else [finite(option, positive=True)(each.strip()) for each in text.split(",")]
