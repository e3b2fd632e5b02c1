"""Check claims of the review: which are asked for, and what came out of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import get_args

from her2lab.errors import InputError
from her2lab.nearest import nearest_of
from her2lab.review import library
from her2lab.review.claim import Claim, Verdict
from her2lab.review.records.claim import Kind
from her2lab.review.runs import Runs
from her2lab.task_pool import Progress

KINDS: tuple[Kind, ...] = get_args(Kind)


def asked_for(wanted: Sequence[str] = (), kinds: Collection[str] = KINDS, *, without: bool = False) -> list[Claim]:
    """Return the wanted claims in the order in which they were named, each once; none: all of these kinds.

    All are in the order of the review; with mechanisms switched off, those of which it is said what is behind them.

    Raises
    ------
    InputError
        If there is no such claim, or nothing to switch off behind it.
    """
    known = {name: claim for name, claim in library.claims().items() if claim.kind in kinds}
    for name in wanted:
        if name not in known:
            raise InputError("there is no such claim of the review, or not of this kind", field="claim", value=name,
                             expected=nearest_of(name, known))
        if without:
            known[name].switched_off()
    if wanted:
        return [known[name] for name in dict.fromkeys(wanted)]
    return [claim for claim in known.values() if claim.mechanism is not None or not without]


def verdicts(claims: Iterable[Claim], *, seed: int = 1, jobs: int = 1, patients: int | None = None,
             progress: Progress | None = None, without: bool = False) -> list[Verdict]:
    """Check claims and return what came out, in their order; what several of them read is run once.

    Parameters
    ----------
    seed
        Of the virtual trials; the results are the same for any number of workers.
    jobs
        Workers.
    patients
        Of each arm of every trial, whatever the claims say; None for what they say.
    progress
        Called with (patient-days done, in all).
    without
        Whether the mechanism behind each claim is switched off, as the claim says.

    Raises
    ------
    InputError
        If a claim names what there is not, or does not say what is behind it; no trial has been run then.
    WorkError
        If a trial fails, or its result does not hold what a claim reads.
    """
    chosen, runs = list(claims), Runs(seed, jobs, patients, without)
    for claim in chosen:
        claim.plan(runs)
    runs.run(progress)
    return [claim.check(runs) for claim in chosen]
