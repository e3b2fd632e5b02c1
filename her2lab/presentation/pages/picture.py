"""The picture of one trial, an SVG: simulated curves with what was published over them, and rates of response."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from her2lab.comparison import published_curves
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import PERCENT_ENDPOINTS, landmark
from her2lab.presentation.pages.stored import Stored
from her2lab.presentation.report.data import PROGRESSIONS
from her2lab.presentation.report.figures.kaplan_meier import Curve, estimate, ticks
from her2lab.presentation.report.palette import GRID, INK, QUIET, arm_colour
from her2lab.presentation.words import SURVIVALS, plain
from her2lab.trial.statistics.endpoints import times_by_arm

PANEL_INCHES = (4.6, 3.3)
POINTS = 64             # of a line; a curve of fewer steps is drawn as it is
DOTTED = (0, (1, 1.2))
HIGH_UP = 60.0          # where no curve falls below this, the axis does not begin at zero
RATES = {"orr": "response", "cr": "complete", "cbr": "benefit", "pcr": "pCR", "pcr_breast": "pCR, breast",
         "ic_orr": "in the brain"}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "her2lab", "font.size": 9, "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana"],
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": QUIET, "xtick.color": INK, "ytick.color": INK,
}
_GEOMETRY = re.compile(r' (?:d|x|y|transform)="[^"]*"')
_NOT_TURNED = re.compile(r' transform="rotate\(-0 [^"]*"')
_INDENT = re.compile(r"\n +")
_LONG = re.compile(r"-?\d+\.\d{2,}")
Points = list[tuple[float, float]]


def draw(stored: Stored) -> bytes | None:
    """Return the picture of a stored result as SVG; None if nothing of the trial can be drawn."""
    trial = stored.trial
    survivals, rates = list(_survivals(trial)), _rates(stored)
    if trial.surgery is None and survivals:
        rates = []
    panels = len(survivals) + bool(rates)
    if not panels:
        return None
    with mpl.rc_context(STYLE):
        across, down = min(panels, 2), -(-panels // 2)
        figure = Figure(figsize=(across * PANEL_INCHES[0], down * PANEL_INCHES[1]), layout="constrained")
        for n, endpoint in enumerate(survivals, start=1):
            _survival(figure.add_subplot(down, across, n), stored, endpoint)
        if rates:
            _rates_panel(figure.add_subplot(down, across, panels), stored, rates)
        _legend(figure, trial, survivals)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return small(buffer.getvalue().decode()).encode()


def small(svg: str) -> str:
    """Return a picture with coordinates of one decimal, and lines whose points follow one another without a letter."""
    short = _GEOMETRY.sub(lambda found: _LONG.sub(lambda number: f"{float(number[0]):.1f}", found[0]), svg)
    return _INDENT.sub("\n", _NOT_TURNED.sub("", short.replace(" \nL ", " ")))


def points(trial: Trial, endpoint: str, arm: str) -> Points:
    """Return the published points of a survival curve: (months, percent) of medians and of landmarks."""
    known = trial.published.arms.get(arm, {}) if trial.published else {}
    found = [(known[f"{endpoint}_median"], 50.0)] if f"{endpoint}_median" in known else []
    marks = ((landmark(key), value) for key, value in known.items())
    return found + [(float(at[1]), value) for at, value in marks if at is not None and at[0] == endpoint]


def _survivals(trial: Trial) -> Iterator[str]:
    """Yield the survival endpoints of which anything was published that can be drawn."""
    named = trial.published.curves if trial.published else {}
    for endpoint in (*PROGRESSIONS, "os"):
        if endpoint in named or any(points(trial, endpoint, arm.id) for arm in trial.arms):
            yield endpoint


def _rates(stored: Stored) -> list[str]:
    """Return the proportions of which anything was published."""
    found = [key for arm in stored.summary["arms"] for key, cell in arm["endpoints"].items()
             if key in PERCENT_ENDPOINTS and cell.get("published") is not None]
    return [key for key in PERCENT_ENDPOINTS if key in found]


# ------------------------------------------------------------------------------------------------ survival
def _survival(axes: Axes, stored: Stored, endpoint: str) -> None:
    trial, simulated = stored.trial, times_by_arm(stored.patients, endpoint)
    digitised = published_curves.published(trial, endpoint)
    marks = {arm.id: points(trial, endpoint, arm.id) for arm in trial.arms}
    seen = [float(times.durations.max()) for times in (*simulated.values(), *digitised.values())]
    last = max([*seen, *(month for found in marks.values() for month, _ in found)], default=1.0)
    grid = np.linspace(0, last, POINTS)
    lowest = 100.0
    for index, arm in enumerate(trial.arms):
        colour = arm_colour(index)
        if arm.id in simulated:
            curve = _line(axes, estimate(simulated[arm.id]), grid, color=colour, lw=1.6)
            band = _thinned(curve, grid[::2])
            axes.fill_between(band.months, band.low, band.high, color=colour, alpha=0.13, lw=0)
            lowest = min(lowest, float(curve.percent.min()))
        if arm.id in digitised:
            curve = _line(axes, estimate(digitised[arm.id]), grid, color=colour, lw=1.1, ls=DOTTED)
            lowest = min(lowest, float(curve.percent.min()))
        for month, percent in marks[arm.id]:
            axes.plot([month], [percent], "D", ms=4.5, mfc="white", mec=colour, mew=1.2, clip_on=False, zorder=5)
            lowest = min(lowest, percent)
    bottom = 0.0 if lowest < HIGH_UP else 10 * np.floor(lowest / 10 - 0.5)
    axes.set(xlim=(0, last), ylim=(bottom, 101), xticks=ticks(last), xlabel="months", ylabel="%")
    axes.set_title(SURVIVALS[endpoint], loc="left", fontsize=9.5)
    _dress(axes, "y")


def _line(axes: Axes, curve: Curve, grid: NDArray[np.floating], **look: Any) -> Curve:
    """Draw a curve and return it: stairs where they are few, else straight from one time of the grid to the next."""
    few = len(curve.months) <= len(grid)
    shown = curve if few else _thinned(curve, grid)
    axes.plot(shown.months, shown.percent, drawstyle="steps-post" if few else "default", **look)
    return curve


def _thinned(curve: Curve, grid: NDArray[np.floating]) -> Curve:
    """Return a curve at the times of a grid, as far as it goes."""
    months = np.append(grid[grid < curve.months[-1]], curve.months[-1])
    at = np.searchsorted(curve.months, months, side="right") - 1
    return Curve(months, curve.percent[at], curve.low[at], curve.high[at])


# ------------------------------------------------------------------------------------------------ proportions
def _rates_panel(axes: Axes, stored: Stored, rates: list[str]) -> None:
    """Draw each proportion of each arm as a point with its interval, and the published one as a diamond."""
    arms = stored.summary["arms"]
    order = {arm.id: index for index, arm in enumerate(stored.trial.arms)}
    step = 1.0 / (len(arms) + 1)
    for row, key in enumerate(rates):
        for arm in arms:
            cell, index = arm["endpoints"].get(key, {}), order[arm["id"]]
            colour, height = arm_colour(index), row + (index - (len(arms) - 1) / 2) * step
            if cell.get("low") is not None and cell.get("high") is not None:
                axes.plot([cell["low"], cell["high"]], [height, height], color=colour, lw=4, alpha=0.3,
                          solid_capstyle="butt")
            if cell.get("value") is not None:
                axes.plot([cell["value"]], [height], "o", ms=5, color=colour)
            if cell.get("published") is not None:
                axes.plot([cell["published"]], [height], "D", ms=4.5, mfc="white", mec=colour, mew=1.2, zorder=5)
    axes.set(xlim=(0, 100), ylim=(len(rates) - 0.45, -0.55), xlabel="%")
    axes.set_yticks(range(len(rates)), [RATES[key] for key in rates])
    axes.set_title("Response", loc="left", fontsize=9.5)
    _dress(axes, "x")


# ------------------------------------------------------------------------------------------------ both
def _legend(figure: Figure, trial: Trial, survivals: list[str]) -> None:
    handles = [Line2D([], [], color=arm_colour(index), lw=1.8, label=plain(arm.id))
               for index, arm in enumerate(trial.arms)]
    if trial.published and any(name in trial.published.curves for name in survivals):
        handles.append(Line2D([], [], color=INK, lw=1.1, ls=DOTTED, label="published (digitised)"))
    handles.append(Line2D([], [], color=INK, marker="D", ms=4.5, mfc="white", mew=1.2, ls="", label="published value"))
    figure.legend(handles=handles, loc="outside lower left", ncols=3, frameon=False, fontsize=8.5)


def _dress(axes: Axes, grid: Literal["x", "y"]) -> None:
    axes.grid(axis=grid, color=GRID, lw=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(axis=grid, length=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
