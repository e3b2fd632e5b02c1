"""Try statements of the review: each verdict comes from a run."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from her2lab.api import arguments, library
from her2lab.api.progress import progress_bar
from her2lab.errors import ArgumentError
from her2lab.review import checks


def check_claims(
    claims: Sequence[str] | None = None, *, patients: int | None = None, seed: int = 1, jobs: int | None = None,
    progress: bool = False,
) -> pl.DataFrame:
    """Run statements of the review and say which hold; a verdict is never stored.

    Statements on mechanisms are tried in cell culture, the others in virtual trials; all of them take a while.

    Parameters
    ----------
    claims
        Ids, as :func:`her2lab.claims` has them; all if None.
    patients
        Patients per arm of the trials, for a quick look; as the statements say if None.
    seed
        Of the virtual trials.
    jobs
        Workers; one per core if None.
    progress
        Show a bar on stderr.

    Returns
    -------
    polars.DataFrame
        One row per statement, in the order asked for: ``claim``, ``verdict`` (holds, fails, reference or not_testable),
        ``reason``, ``fails_because`` (primary sources, model, both or null), ``states``.

    Raises
    ------
    InputError
        If there is no such statement.
    WorkError
        If a trial fails.

    Examples
    --------
    >>> her2lab.check_claims(["C09"]).select("claim", "verdict").row(0)
    ('C09', 'holds')
    """
    known, kinds = library.claims()["claim"].to_list(), library.claims()["kind"].unique().to_list()
    if isinstance(claims, str):
        raise ArgumentError("is not a list", field="claims", value=claims, expected='ids, such as ["C09"]')
    names = [arguments.one_of("claims", "statement", name, known) for name in claims or ()]
    with progress_bar("trials", shown=progress) as advance:
        found = checks.verdicts(checks.asked_for(names, kinds), seed=arguments.seed(seed), jobs=arguments.jobs(jobs),
                                patients=arguments.patients(patients), progress=advance)
    rows = [(each.claim.id, each.word, each.reason, each.fault, each.claim.text) for each in found]
    columns = ("claim", "verdict", "reason", "fails_because", "states")
    return pl.DataFrame(rows, dict.fromkeys(columns, pl.String()), orient="row")
