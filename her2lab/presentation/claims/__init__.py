"""Claims of the review and what came out: as plain data, and as tables for the terminal, Markdown and pages."""

from her2lab.presentation.claims.markdown import markdown
from her2lab.presentation.claims.plain_data import counts, data
from her2lab.presentation.claims.tables import FAULTS, MISSES, evidence_table
from her2lab.presentation.claims.terminal import terminal

__all__ = ["FAULTS", "MISSES", "counts", "data", "evidence_table", "markdown", "terminal"]
