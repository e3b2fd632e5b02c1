"""Names of the array types."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Reals = NDArray[np.floating]  # of either precision
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]
