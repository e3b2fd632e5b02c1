"""Markdown tables; the comparison of a trial as one, for a README or a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from her2lab.presentation.comparison import ComparisonRow

HEADINGS = (
    "endpoint", "arm", "simulated (90 % prediction interval)", "published (95 % interval)", "published value is",
)


def table(rows: Sequence[ComparisonRow]) -> str:
    """Return the rows as a Markdown table."""
    cells = [
        (
            f"{row.what}, {row.unit}" if row.unit else row.what,
            row.whose,
            row.simulated_text,
            row.published_text,
            row.verdict,
        )
        for row in rows
    ]
    return pipe_table(HEADINGS, cells)


def pipe_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows of cells as a Markdown table under its headings."""
    lines = [headings, ("---",) * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
