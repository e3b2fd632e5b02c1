"""Colours that remain distinct for colour-blind readers (Okabe and Ito), and the look of all figures."""

from __future__ import annotations

from typing import Any

ARMS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
INK = "#1f2933"
QUIET = "#7b8794"
GRID = "#e4e7eb"
RESPONSES = {"CR": "#004c6d", "PR": "#4a90b8", "SD": "#b8c4ce", "PD": "#c8553d"}
UNKNOWN = "#dddddd"
FONT = "Inter, 'Helvetica Neue', 'Segoe UI', Arial, 'Liberation Sans', sans-serif"

LAYOUT: dict[str, Any] = {
    "template": "none",
    "font": {"family": FONT, "size": 13, "color": INK},
    "paper_bgcolor": "#ffffff",
    "plot_bgcolor": "#ffffff",
    "margin": {"l": 70, "r": 24, "t": 36, "b": 56},
    "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12.5}},
    "hovermode": "closest",
}
AXIS: dict[str, Any] = {
    "gridcolor": GRID,
    "linecolor": QUIET,
    "showline": True,
    "zeroline": False,
    "ticks": "outside",
    "tickcolor": QUIET,
    "ticklen": 4,
    "title": {"font": {"size": 13}, "standoff": 8},
}


def arm_colour(index: int) -> str:
    """Return the colour of the arm at that place in the trial file."""
    return ARMS[index % len(ARMS)]


def faint(colour: str, opacity: float) -> str:
    """Return a colour ``#rrggbb`` with an opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
