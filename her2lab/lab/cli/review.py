"""``her2lab review``: the review's statements as experiments."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from her2lab.errors import InputError
from her2lab.lab.cli.screen import AsJson, progress, show, show_json
from her2lab.lab.cli.values import whole

if TYPE_CHECKING:
    from her2lab.lab.statements import AnyVerdict

app = typer.Typer(help="The review's statements as experiments.", rich_markup_mode=None)


class Kind(StrEnum):
    """What statements are tried in: the dish, virtual trials; or facts, and how the review was made."""

    mechanism = "mechanism"
    safety = "safety"
    clinical = "clinical"
    selection = "selection"
    reference = "reference"
    method = "method"


@app.command("check")
def check(
    claim: Annotated[list[str] | None, typer.Argument(metavar="[CLAIM]...", help="Default: all of them.")] = None,
    kind: Annotated[
        list[Kind] | None, typer.Option(help="Only statements of this kind; may be given more than once.")
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(metavar="N", parser=whole("--patients", 2, 10**6),
                     help="Patients of each arm, for a quick look.  [default: as the statements say]"),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="S", parser=whole("--seed", 0, 2**63 - 1), help="Of the virtual trials.")
    ] = 1,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="J", parser=whole("--jobs", 1, 1024), help="Workers.  [default: one per core]"),
    ] = None,
    without: Annotated[
        bool, typer.Option("--without", help="Switch the mechanism behind each statement off, as facts/claims says.")
    ] = False,
    as_json: AsJson = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write the tables of the pages in docs/ on these statements.")
    ] = False,
) -> None:
    """Run statements of the review and say which hold; a verdict is never stored.

    Statements on mechanisms are tried in the dish, all others in virtual trials. A figure that was stated holds if it
    lies in the 90 % interval of what came out.

    Example: her2lab review check C09 C41
    """
    from her2lab.lab import statements

    found = _verdicts(claim or [], kind or list(Kind), seed, jobs or os.cpu_count() or 1, patients, without)
    if as_json:
        show_json([statements.data(verdict) for verdict in found])
    elif as_markdown:
        print("\n".join(statements.markdown(found)))
    else:
        for verdict in found:
            _show(verdict, without)


def _verdicts(wanted: Sequence[str], kinds: Sequence[Kind], seed: int, jobs: int,
              patients: int | None, without: bool) -> list[AnyVerdict]:
    """Return what came out for the wanted statements, in the order in which they were named; none: all, in order.

    Without their mechanisms only those are run of which it is said what switches these off.
    """
    from her2lab.evidence import mechanisms, references, trial_claims
    from her2lab.facts import library

    in_dish = library.claims() if Kind.mechanism in kinds else {}
    in_trials = {name: posed for name, posed in library.trial_claims().items() if posed.claim.kind in kinds}
    shown = {name: claim for name, claim in library.reference_claims().items() if claim.kind in kinds}
    known = library.in_order([*in_dish.values(), *(posed.claim for posed in in_trials.values()), *shown.values()])
    for name in wanted:
        if name not in known:
            raise InputError("there is no such statement of the review, or not of this kind", field="CLAIM", value=name,
                             expected=" or ".join(known))
    names = list(dict.fromkeys(wanted or known))
    if without and not wanted:
        told = {claim.id for claim in (*in_dish.values(), *(each.claim for each in in_trials.values()))
                if claim.without is not None}
        names = [name for name in names if name in told]
    for name in names if without else ():
        if name in shown:
            raise InputError("is a fact that no mechanism decides", field="--without", value=name)
    found: dict[str, AnyVerdict] = {}
    with progress("trials") as advance:
        posed = [in_trials[name] for name in names if name in in_trials]
        tried = trial_claims.verdicts(posed, seed=seed, jobs=jobs, patients=patients, progress=advance,
                                      without=without)
    found |= {each.claim.id: each for each in tried}
    found |= {each.claim.id: each
              for each in mechanisms.verdicts([in_dish[name] for name in names if name in in_dish], jobs,
                                                without=without)}
    found |= {each.claim.id: each for each in references.verdicts([shown[name] for name in names if name in shown])}
    return [found[name] for name in names]


def _show(verdict: AnyVerdict, without: bool) -> None:
    from her2lab.lab import statements

    show(Text(f"{verdict.claim.id} {verdict.word}: {verdict.claim.states}", style="bold"), Text(verdict.reason))
    if without and verdict.claim.without is not None:
        show(Text(f"Switched off: {verdict.claim.without.mechanism}."))
    for said in statements.beside(verdict):
        show(Text(said))
    table = Table(*statements.columns(verdict), box=None)
    for row in statements.rows(verdict):
        table.add_row(*(Text(cell) for cell in row))
    if verdict.outcomes:
        show(table)
    for each in statements.figures(verdict):
        show(Text(f"{each['says']}: review {each['review']}; primary sources {each['primary']}; "
                  f"model {each['model']}"))
