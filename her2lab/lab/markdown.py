"""The comparison as a Markdown table, for a README or a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from her2lab.lab.comparison import Row

HEADINGS = ("endpoint", "arm", "simulated (90 % interval)", "published (95 % interval)", "published value is")


def table(rows: Sequence[Row]) -> str:
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
    lines = [HEADINGS, ("---",) * len(HEADINGS), *cells]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
