"""What came out for claims of the review, as shown: one table on the terminal, in Markdown and on the page."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from her2lab.presentation import claims
from her2lab.presentation.markdown import pipe_table
from her2lab.review import library
from her2lab.review.checks import asked_for, verdicts
from her2lab.review.claim import Verdict


@pytest.fixture(scope="module")
def found() -> list[Verdict]:
    return verdicts(asked_for(["C10", "T09", "M01"]))


def test_the_table_is_the_same_on_terminal_and_in_markdown(found: list[Verdict]) -> None:
    page, console = "\n".join(claims.markdown(found)), Console(width=1000)
    with console.capture() as screen:
        console.print(*claims.terminal(found))
    shown = screen.get()
    for table in (claims.evidence_table(verdict) for verdict in found):
        assert not table.rows or pipe_table(table.columns, table.rows) in page
        assert all(cell in shown for row in table.rows for cell in row)


def test_a_claim_without_a_check_has_no_table(found: list[Verdict]) -> None:
    assert claims.evidence_table(found[-1]).rows == ()
    assert "Cannot be tried: " in "\n".join(claims.markdown(found[-1:]))


def test_markdown_cites_the_review_at_its_head(found: list[Verdict]) -> None:
    assert str(library.review_citation()) in claims.markdown(found)[0]


def test_counts_are_those_of_the_verdicts(found: list[Verdict]) -> None:
    counts = claims.counts(found)
    assert (counts["fails"], counts["reference"], counts["not_testable"]) == (1, 1, 1)
    assert counts["fails_because"]["primary sources"] == 1


def test_a_verdict_is_plain_data(found: list[Verdict]) -> None:
    for verdict in found:
        data = claims.data(verdict)
        assert json.loads(json.dumps(data, allow_nan=False))["verdict"] == verdict.word
        assert len(data["evidence"]) == len(claims.evidence_table(verdict).rows)
