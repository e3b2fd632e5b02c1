"""The figures of a trial, by name (plotly): `figure("pfs", FigureData.of(result))`."""

from her2lab.presentation.figures.catalogue import Entry, available, figure
from her2lab.presentation.figures.data import FigureData

__all__ = ["Entry", "FigureData", "available", "figure"]
