"""The order of elimination keeps the factors sparse."""

from __future__ import annotations

from her2lab.engine.sparse_lu import factorise


def test_elimination_order_avoids_the_fill_of_an_arrow() -> None:
    arrow = [set(range(9)), *({0, i} for i in range(1, 9))]  # eliminating the first row first would fill everything
    factors = factorise(arrow)
    assert sum(map(len, factors.lower)) == sum(map(len, factors.upper)) == 8


def test_a_pool_shared_by_blocks_is_eliminated_last_and_joins_no_two_blocks() -> None:
    blocks, size = 4, 12
    pool = blocks * size
    rows: list[set[int]] = []
    for block in range(blocks):
        first = block * size
        rows += [{first + i, first + (i + 1) % size, pool} for i in range(size)]
    rows.append(set(range(0, pool, 3)) | {pool})
    factors = factorise(rows)
    block_of = [i // size for i in factors.order]
    assert factors.order[-1] == pool
    for i, entries in enumerate(factors.upper):
        assert {block_of[j] for j in entries} <= {block_of[i], pool // size}


def test_elimination_of_a_ring_creates_the_least_fill() -> None:
    path = [{(i - 1) % 12, (i + 1) % 12} for i in range(12)]
    factors = factorise(path)
    assert sum(map(len, factors.upper)) == 2 * 12 - 3  # a ring: one new entry for each vertex but the last three
