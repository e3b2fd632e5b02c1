"""Fill-reducing order and symbolic LU factorisation of a sparse matrix.

Pivots are taken on the diagonal in the order of Markowitz (1957), doi 10.1287/mnsc.3.3.255: at each step the
one whose elimination can create the fewest new entries. There is no numerical pivoting: the matrix of a
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
    left = set(range(n))
    final: list[set[int]] = [set() for _ in range(n)]
    lower: list[set[int]] = [set() for _ in range(n)]
    while left:
        pivot = min(left, key=lambda i: ((len(row[i]) - 1) * (len(column[i]) - 1), i))
        left.remove(pivot)
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
    position = {pivot: k for k, pivot in enumerate(order)}
    return Factors(
        tuple(order),
        tuple(tuple(sorted(position[j] for j in lower[i])) for i in order),
        tuple(tuple(sorted(position[j] for j in final[i])) for i in order),
    )
