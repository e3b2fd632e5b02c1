"""Claims of the review and what came out, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from her2lab.presentation.claims.plain_data import counts, figures
from her2lab.presentation.claims.tables import evidence_table, remarks
from her2lab.review.claim import Verdict


def terminal(found: Sequence[Verdict], *, without: bool = False) -> Iterator[RenderableType]:
    """Give what is shown of claims, one after the other, and of several how many hold.

    With `without`, what is switched off behind each of them is said.
    """
    for verdict in found:
        yield from _of_claim(verdict, without)
    if len(found) > 1:
        yield Text(summary(found), style="bold")


def summary(found: Sequence[Verdict]) -> str:
    """Say how many claims hold and fail, and why."""
    number = counts(found)
    why = number["fails_because"]
    return (f"{number['holds']} hold, {number['fails']} fail (primary sources contradict {why['primary sources']}, the "
            f"model is at fault in {why['model']}, both in {why['both']}), {number['reference']} are facts shown, "
            f"{number['not_testable']} cannot be tested yet")


def _of_claim(verdict: Verdict, without: bool) -> Iterator[RenderableType]:
    claim, evidence = verdict.claim, evidence_table(verdict)
    yield Text(f"{claim.id} {verdict.word}: {claim.text}", style="bold")
    yield Text(verdict.reason)
    if without and claim.mechanism is not None:
        yield Text(f"Switched off: {claim.mechanism.mechanism}.")
    yield from map(Text, remarks(verdict))
    if evidence.rows:
        table = Table(*evidence.columns, box=None)
        for row in evidence.rows:
            table.add_row(*map(Text, row))
        yield table
    for each in figures(verdict):
        yield Text(f"{each['says']}: review {each['review']}; primary sources {each['primary']}; "
                   f"model {each['model']}")
