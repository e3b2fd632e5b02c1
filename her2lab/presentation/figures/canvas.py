"""What the figures share: an empty canvas, lines, bands, and the thinning of data."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from her2lab._types import Integers, Reals, Singles
from her2lab.presentation.figures.palette import AXIS, LAYOUT, faint
from her2lab.trial.conduct import criteria

MOST_POINTS = 260
MIDDLE, LOWER, UPPER = 50.0, 5.0, 95.0
FEWEST_FOR_BAND = 10  # with fewer patients left, percentiles of the survivors say little and are not drawn


def canvas(x: str, y: str, *, height: int = 400, **layout: Any) -> go.Figure:
    """Return an empty figure with named axes."""
    figure = go.Figure()
    figure.update_layout(**LAYOUT, height=height)
    figure.update_layout(**layout)
    figure.update_xaxes(**AXIS, showgrid=False)
    figure.update_yaxes(**AXIS, showgrid=True)
    figure.update_xaxes(title_text=x)
    figure.update_yaxes(title_text=y)
    return figure


def line(x: Reals, y: Reals, name: str, colour: str, **look: Any) -> go.Scatter:
    """Return a line; its name comes from a file and is escaped."""
    style = {"color": colour, "width": look.pop("width", 2.2), **look.pop("line", {})}
    return go.Scatter(x=small(x), y=small(y), mode="lines", name=escape(name), line=style, **look)


def band(x: Reals, low: Reals, high: Reals, colour: str, **look: Any) -> go.Scatter:
    """Return a shaded band between two curves."""
    outline = (np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]]))
    return go.Scatter(
        x=small(outline[0]),
        y=small(outline[1]),
        fill="toself",
        fillcolor=faint(colour, look.pop("opacity", 0.16)),
        line={"width": 0, "shape": look.pop("shape", "linear")},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
        **look,
    )


def percentiles(values: Reals) -> tuple[Reals, Reals, Reals]:
    """Return the 5th, 50th and 95th percentile of the patients (rows) still observed at each time."""
    observed = np.isfinite(values)
    enough = observed.sum(axis=0) >= min(FEWEST_FOR_BAND, max(1, len(values)))
    result = np.full((3, values.shape[1]), np.nan)
    if enough.any():
        result[:, enough] = np.nanpercentile(values[:, enough], [LOWER, MIDDLE, UPPER], axis=0)
    return result[0], result[1], result[2]


def median_and_band(figure: go.Figure, x: Reals, values: Reals, name: str, colour: str, **where: Any) -> None:
    """Draw the median of the patients and the band that holds nine in ten of them."""
    kept = thin(len(x))
    low, middle, high = percentiles(values[:, kept])
    shown = np.isfinite(middle)
    times = x[kept][shown]
    legend = where.pop("showlegend", True)
    figure.add_trace(band(times, low[shown], high[shown], colour, legendgroup=escape(name)), **where)
    figure.add_trace(line(times, middle[shown], name, colour, legendgroup=escape(name), showlegend=legend), **where)


def thin(count: int, most: int = MOST_POINTS) -> Integers:
    """Return the indices of at most `most` points, evenly spread, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def small(values: Reals) -> Singles:
    """Return numbers in single precision, which a screen cannot tell from double, in half the space."""
    return np.asarray(values, dtype=np.float32)


def recist_lines() -> tuple[float, float]:
    """Return the changes of the sum of diameters, in percent, at which RECIST sees a response and a progression."""
    rules = criteria.recist()
    return -100 * rules.response_relative, 100 * rules.progression_relative
