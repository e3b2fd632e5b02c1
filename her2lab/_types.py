"""Names of the types that many rooms use: arrays, and what reports progress."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Reals = NDArray[np.floating]  # of either precision
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

PartDone = Callable[[float], None]       # called with the part that is done, 0 to 1
AmountDone = Callable[[int, int], None]  # called with how much is done, and how much there is to do
