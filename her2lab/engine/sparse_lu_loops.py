"""Factorisation and solution by loops over index tables, for matrices too large for straight-line code.

LLVM takes long over tens of thousands of unrolled operations; loops compile at once, but a step takes twice the time.
The order of operations is that of the straight-line code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from her2lab.engine.sparse_lu import Factors
from her2lab.engine.writer import Table, Value, Writer


def starts(rows: Iterable[Iterable[Any]]) -> list[int]:
    """Where each row begins in the rows laid end to end, and where the last one ends."""
    out = [0]
    for row in rows:
        out.append(out[-1] + len(list(row)))
    return out


def write_elimination(writer: Writer, factors: Factors, at: dict[tuple[int, int], int], lu: Value) -> None:
    """Factorise in place the matrix whose entries stand at their places in `lu`, zero where there is fill."""
    n = len(factors.order)
    pairs = [(i, k) for i in range(n) for k in factors.lower[i]]
    row_start = Table(writer, "row_start", starts(factors.lower))
    diagonal = Table(writer, "diagonal", [at[i, i] for i in range(n)])
    multiplier = Table(writer, "multiplier", [at[pair] for pair in pairs])
    pivot = Table(writer, "pivot", [at[k, k] for _, k in pairs])
    length = [len(factors.upper[k]) for _, k in pairs]
    target_start = Table(writer, "target_start", starts(range(m) for m in length))
    source = Table(writer, "source", [at[k, k] - m for (_, k), m in zip(pairs, length, strict=True)])
    target = Table(writer, "target", [at[i, j] for i, k in pairs for j in factors.upper[k]])
    builder = writer.builder
    with writer.loop(n) as i:
        with writer.loop(row_start[builder.add(i, writer.integer(1))], row_start[i]) as pair:
            place = multiplier[pair]
            factor = writer.multiply(writer.load_vector(lu, place), writer.load_vector(lu, pivot[pair]))
            writer.store_vector(factor, lu, place)
            first = target_start[pair]
            shift = builder.sub(source[pair], first)
            with writer.loop(target_start[builder.add(pair, writer.integer(1))], first) as entry:
                product = writer.multiply(factor, writer.load_vector(lu, builder.add(entry, shift)))
                changed = writer.subtract(writer.load_vector(lu, target[entry]), product)
                writer.store_vector(changed, lu, target[entry])
        own = diagonal[i]
        writer.store_vector(writer.divide(writer.number(1.0), writer.load_vector(lu, own)), lu, own)


def write_solution(writer: Writer, factors: Factors, at: dict[tuple[int, int], int], lu: Value, x: Value) -> None:
    """Solve in place for x, whose entries stand in the order of the states."""
    n = len(factors.order)
    backward = range(n - 1, -1, -1)
    _sweep(writer, factors, [factors.lower[i] for i in range(n)], range(n), lu, x, None)
    diagonal = Table(writer, "diagonal", [at[i, i] for i in backward])
    _sweep(writer, factors, [factors.upper[i] for i in backward], backward, lu, x, diagonal)


def _sweep(
    writer: Writer,
    factors: Factors,
    rows: list[tuple[int, ...]],
    sequence: Iterable[int],
    lu: Value,
    x: Value,
    diagonal: Table | None,
) -> None:
    """Subtract from each entry of x its row times the entries before; then divide by the diagonal, if given.

    Off-diagonal entries are read from `lu` one after the other, as they were laid out.
    """
    name = "lower" if diagonal is None else "upper"
    start = Table(writer, f"{name}_start", starts(rows))
    column = Table(writer, f"{name}_column", [factors.order[j] for row in rows for j in row])
    own = Table(writer, f"{name}_own", [factors.order[i] for i in sequence])
    lower = 0 if diagonal is None else sum(len(row) for row in factors.lower)
    builder = writer.builder
    with writer.loop(len(rows)) as i:
        place = own[i]
        with writer.loop(start[builder.add(i, writer.integer(1))], start[i]) as entry:
            # in the upper part each row is followed by its diagonal, hence one place more per row
            at = entry if diagonal is None else builder.add(builder.add(entry, i), writer.integer(lower))
            product = writer.multiply(writer.load_vector(lu, at), writer.load_vector(x, column[entry]))
            writer.store_vector(writer.subtract(writer.load_vector(x, place), product), x, place)
        if diagonal is not None:
            scaled = writer.multiply(writer.load_vector(x, place), writer.load_vector(lu, diagonal[i]))
            writer.store_vector(scaled, x, place)
