"""What a simulation returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from her2lab._types import Floats

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True)
class SimulationResult:
    """The values of some outputs of every patient at some times.

    Attributes
    ----------
    values : (n, times, names); NaN from the failure of a patient on.
    names : of the outputs.
    times : (t,) in the model's unit.
    status : (n,) int8, codes of :class:`Status`.
    failures : for the first patients that ended early, when and why in words.
    """

    values: Floats
    names: tuple[str, ...]
    times: Floats
    status: NDArray[np.int8]
    failures: dict[int, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Floats:
        """The values (n, times) of one output."""
        return np.asarray(self.values[:, :, self.names.index(name)])

    def to_polars(self) -> polars.DataFrame:
        """A tidy table with columns patient, time, name, value."""
        import polars  # a heavy import that only this method needs

        n, t, m = self.values.shape
        return polars.DataFrame(
            {
                "patient": np.repeat(np.arange(n), t * m),
                "time": np.tile(np.repeat(self.times, m), n),
                "name": list(self.names) * (n * t),
                "value": self.values.ravel(),
            }
        )
