"""Random numbers of many patients at once are those of NumPy's generator, one patient after the other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from her2lab.population import philox

WORD = st.integers(0, 2**64 - 1)


@given(st.tuples(WORD, WORD), st.lists(st.integers(0, 2**62), max_size=6), st.integers(1, 21))
def test_numbers_are_those_of_numpy(key: tuple[int, int], counters: list[int], size: int) -> None:
    found = philox.doubles(key, np.array(counters, dtype=np.int64), size)
    assert found.shape == (len(counters), size)
    for row, counter in zip(found, counters, strict=True):
        bits = np.random.Philox(key=np.array(key, dtype=np.uint64), counter=(0, 0, counter, 0))
        assert np.array_equal(row, np.random.Generator(bits).random(size))


def test_more_blocks_than_are_computed_together_are_the_same() -> None:
    counters = np.arange(philox.AT_A_TIME // 10)
    many = philox.doubles((1, 2), counters, 50)
    assert np.array_equal(many[-3:], philox.doubles((1, 2), counters[-3:], 50))
