"""Experiments on cells in words."""

from __future__ import annotations

from her2lab.facts.perturbations import Treatment
from her2lab.review.records.cell_experiment import Cell, CellCheck

UNTREATED = "untreated"
LARGEST_FOLD = 1e4  # beyond it there was nothing of it in the reference


def experiment(check: CellCheck) -> str:
    """Return one experiment in a few words: what is done to which cell, against what."""
    reference = treatment(check.reference)
    if check.reference_cell is not None:
        reference = f"{_cell(check.reference_cell)}, {reference}"
    added = " ".join(check.features)
    washed = f", washed out at {check.washout}" if check.washout else ""
    return f"{_cell(check.cell)} {added}".strip() + (
        f": {treatment(check.treatment)}{washed} against {reference}, {check.at}")


def treatment(named: Treatment) -> str:
    """Return a treatment in a few words."""
    parts = [f"{name} {text}" for name, text in (*named.drugs.items(), *named.ligands.items())]
    parts += [f"{gene} −{100 * share:.0f} %" for gene, share in named.knockdown.items()]
    parts += [f"with {feature}" for feature in named.features]
    return ", ".join(parts) or UNTREATED


def fold(ratio: float) -> str:
    """Return a ratio of two readouts."""
    return f"{ratio:.3g}" if ratio < LARGEST_FOLD else "from none"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    return "typical cell with " + ", ".join(f"{name.upper()} {number:.0e}" for name, number in cell.items())
