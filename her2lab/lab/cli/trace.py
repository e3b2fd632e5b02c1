"""``her2lab trace``: from a number to what it moves, from an outcome to the numbers that move it, with sources."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from her2lab.lab.cli.screen import RESEARCH_USE, AsJson, progress, show, show_json
from her2lab.lab.cli.values import Jobs, read_seed, whole

STEPS = 1000  # of the progress bar


def trace(
    name: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="A number, a drug, a trial with or without an endpoint, a statement."),
    ],
    arm: Annotated[
        str | None, typer.Option(metavar="ARM", help="Of the endpoint.  [default: the arm that is tried]")
    ] = None,
    trials: Annotated[
        str | None, typer.Option(metavar="ID,ID", help="In which a number is moved.  [default: a few references]")
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(metavar="N", parser=whole("--patients", 2, 10**5), help="Of each arm.  [default: facts/trace]"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="S", parser=read_seed, help="Of the virtual trials.")
    ] = None,
    jobs: Jobs = None,
    everything: Annotated[
        bool, typer.Option("--all", help="For an endpoint: also numbers that are neither fitted nor have a range.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Trace a number to its source and to what it moves, or an endpoint back to the numbers that move it most.

    Effects are found by running small virtual trials, and the dish, with each number lower and higher; this takes a
    minute or two, and the answer is kept. Published outcomes are not read by these runs.

    Example: her2lab trace cleopatra pfs_median

    Example: her2lab trace trastuzumab affinity
    """
    from her2lab.explanation.answer import TraceOptions
    from her2lab.explanation.answer import trace as answer_to
    from her2lab.presentation import trace

    text = " ".join(name)
    chosen = [each.strip() for each in (trials or "").split(",") if each.strip()]
    asked = TraceOptions(chosen, arm, everything, patients, seed, jobs or os.cpu_count() or 1)
    with progress(f"trace of {text}") as advance:
        answer = answer_to(text, asked, lambda part: advance(round(STEPS * part), STEPS))
    if as_json:
        show_json(answer)
    else:
        show(*trace.screen(answer), RESEARCH_USE)
