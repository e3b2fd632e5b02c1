"""Philox4x64-10 for many counters at once, to the bit what NumPy's generator of that name gives one after the other.

Salmon JK et al. Parallel random numbers: as easy as 1, 2, 3. Proc SC11, 2011, doi 10.1145/2063384.2063405.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Floats

RandomWords = NDArray[np.uint64]

WORDS = 4                     # of 64 bits in a block
ROUNDS = 10
MULTIPLIERS = (np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157))
WEYL = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)  # by which the key moves on from round to round
HALF, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
AT_A_TIME = 16384             # blocks that are computed together, so that memory stays bounded


def doubles(key: tuple[int, int], counters: NDArray[np.integer], size: int) -> Floats:
    """Return numbers in [0, 1), shape (n, size).

    Parameters
    ----------
    key
        Two words of 64 bits.
    counters
        Shape (n,): the third word of the counter where a row begins; each row has a stream of its own.
    size
        Numbers in a row.
    """
    blocks = -(-size // WORDS)
    first = np.tile(np.arange(1, blocks + 1, dtype=np.uint64), len(counters))   # a stream begins with its block 1
    third = np.repeat(counters.astype(np.uint64), blocks)
    words = np.empty((len(first), WORDS), dtype=np.uint64)
    for begin in range(0, len(first), AT_A_TIME):
        few = slice(begin, begin + AT_A_TIME)
        words[few] = _blocks(key, first[few], third[few])
    numbers = words.reshape(len(counters), blocks * WORDS)[:, :size]
    return np.asarray((numbers >> np.uint64(11)) * 2.0**-53)


def _blocks(key: tuple[int, int], first: RandomWords, third: RandomWords) -> RandomWords:
    """Return the blocks of the counters (first, 0, third, 0), shape (n, 4)."""
    a, b, c, d = first, np.zeros_like(first), third, np.zeros_like(first)
    for turn in range(ROUNDS):
        one, two = (np.uint64((word + turn * step) % 2**64) for word, step in zip(key, WEYL, strict=True))
        high_a, low_a = _product(MULTIPLIERS[0], a)
        high_c, low_c = _product(MULTIPLIERS[1], c)
        a, b, c, d = high_c ^ b ^ one, low_c, high_a ^ d ^ two, low_a
    return np.stack([a, b, c, d], axis=-1)


def _product(factor: np.uint64, words: RandomWords) -> tuple[RandomWords, RandomWords]:
    """Return the upper and the lower 64 bits of a product, by halves."""
    upper, lower = factor >> HALF, factor & LOW
    high, low = words >> HALF, words & LOW
    middle = upper * low + (lower * low >> HALF)
    other = lower * high + (middle & LOW)
    return upper * high + (middle >> HALF) + (other >> HALF), factor * words
