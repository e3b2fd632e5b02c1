"""Fill-reducing order and symbolic LU factorisation of a sparse matrix.

Pivots are taken on the diagonal: at each step the one whose elimination creates the fewest new entries and, among
equals, the one of Markowitz (1957), doi 10.1287/mnsc.3.3.255, with the fewest operations. What many others share, such
as a pool from which all clones of a tumour draw, comes last by itself. There is no numerical pivoting: the matrix of a
Rosenbrock step, ``I/(gamma h) - J``, tends to a multiple of the identity as the step shrinks, and a step
that a poor pivot spoils is rejected by the error estimate and tried again with a smaller one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Factors:
    """Where the factors of a permuted sparse matrix have entries.

    Attributes
    ----------
    order : original index of each pivot, in order of elimination.
    lower : for each pivot row, the columns (as positions in `order`) of the unit lower factor, ascending.
    upper : for each pivot row, the columns right of the diagonal, ascending.
    """

    order: tuple[int, ...]
    lower: tuple[tuple[int, ...], ...]
    upper: tuple[tuple[int, ...], ...]

    @property
    def operations(self) -> int:
        """Multiply-adds of one factorisation."""
        return sum(1 + len(self.upper[k]) for row in self.lower for k in row)


def factorise(rows: Sequence[set[int]]) -> Factors:
    """Symbolic factors of the matrix with entries ``rows[i]`` in row i, and on the diagonal."""
    n = len(rows)
    row = [set(columns) | {i} for i, columns in enumerate(rows)]
    column: list[set[int]] = [set() for _ in range(n)]
    for i, entries in enumerate(row):
        for j in entries:
            column[j].add(i)
    order: list[int] = []
    final: list[set[int]] = [set() for _ in range(n)]
    lower: list[set[int]] = [set() for _ in range(n)]
    left = {i: _cost(i, row, column) for i in range(n)}
    while left:
        pivot = min(left, key=left.__getitem__)
        del left[pivot]
        order.append(pivot)
        final[pivot] = row[pivot] - {pivot}
        below = column[pivot] - {pivot}
        for j in final[pivot]:
            column[j].discard(pivot)
        for i in below:
            lower[i].add(pivot)
            row[i].discard(pivot)
            for j in final[pivot] - row[i]:
                row[i].add(j)
                column[j].add(i)
        changed = below | final[pivot]
        for i in changed.union(*(column[j] for j in final[pivot]), *(row[i] for i in below)) & left.keys():
            left[i] = _cost(i, row, column)
    position = {pivot: k for k, pivot in enumerate(order)}
    return Factors(
        tuple(order),
        tuple(tuple(sorted(position[j] for j in lower[i])) for i in order),
        tuple(tuple(sorted(position[j] for j in final[i])) for i in order),
    )


def _cost(pivot: int, row: Sequence[set[int]], column: Sequence[set[int]]) -> tuple[int, int, int]:
    """New entries and operations of an elimination, and the index, so that ties have one answer."""
    fill = sum(len(row[pivot] - row[i]) for i in column[pivot] if i != pivot)
    return fill, (len(row[pivot]) - 1) * (len(column[pivot]) - 1), pivot
