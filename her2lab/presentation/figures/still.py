"""Still pictures of a trial (matplotlib): one endpoint as PNG, and all of a trial as a small SVG."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from her2lab._types import Floats
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import PERCENT_ENDPOINTS
from her2lab.presentation.figures.data import PROGRESSIONS, FigureData
from her2lab.presentation.figures.palette import GRID, INK, QUIET, arm_colour
from her2lab.presentation.figures.survival_curves import SurvivalCurve, SurvivalPlot, published_points
from her2lab.presentation.words import plain
from her2lab.trial.results import result_folder

PNG_INCHES, DOTS_PER_INCH = (9.0, 4.6), 150
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


def draw(folder: Path, out: Path, endpoint: str = "pfs") -> None:
    """Draw one survival endpoint of the finished run in `folder` into a PNG file.

    Raises
    ------
    InputError
        If `folder` does not hold the files of a run.
    """
    summary = result_folder.summary(folder)
    data = FigureData(library.trial(summary["trial"]), summary, result_folder.patients(folder), {})
    picture = endpoint_png(data, endpoint)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(picture)


def endpoint_png(data: FigureData, endpoint: str) -> bytes:
    """Return the picture of one survival endpoint of a result, simulated beside published, as PNG."""
    plot = data.survival(endpoint)
    figure = Figure(figsize=PNG_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.add_subplot()
    _draw_survival(axes, plot, thickness=1.25)
    axes.set(ylim=(0, 101), ylabel=f"{plot.title.lower()}, %")
    beside = " beside the published trial" if data.trial.published else ""
    axes.set_title(f"{data.trial.id.upper()}: virtual patients{beside}", loc="left", fontsize=12)
    axes.legend(frameon=False, fontsize=9.5)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def trial_svg(data: FigureData) -> bytes | None:
    """Return the picture of a result as SVG; None if nothing of the trial can be drawn."""
    trial = data.trial
    survivals, rates = list(_survivals(trial)), _rates(data)
    if trial.surgery is None and survivals:
        rates = []
    panels = len(survivals) + bool(rates)
    if not panels:
        return None
    with mpl.rc_context(STYLE):
        across, down = min(panels, 2), -(-panels // 2)
        figure = Figure(figsize=(across * PANEL_INCHES[0], down * PANEL_INCHES[1]), layout="constrained")
        for n, endpoint in enumerate(survivals, start=1):
            _survival_panel(figure.add_subplot(down, across, n), data.survival(endpoint))
        if rates:
            _rates_panel(figure.add_subplot(down, across, panels), data, rates)
        _legend(figure, trial, survivals)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return small(buffer.getvalue().decode()).encode()


def small(svg: str) -> str:
    """Return a picture with coordinates of one decimal, and lines whose points follow one another without a letter."""
    short = _GEOMETRY.sub(lambda found: _LONG.sub(lambda number: f"{float(number[0]):.1f}", found[0]), svg)
    return _INDENT.sub("\n", _NOT_TURNED.sub("", short.replace(" \nL ", " ")))


def _survivals(trial: Trial) -> Iterator[str]:
    """Yield the survival endpoints of which anything was published that can be drawn."""
    named = trial.published.curves if trial.published else {}
    for endpoint in (*PROGRESSIONS, "os"):
        if endpoint in named or any(published_points(trial, endpoint, arm.id) for arm in trial.arms):
            yield endpoint


def _rates(data: FigureData) -> list[str]:
    """Return the proportions of which anything was published."""
    found = [key for arm in data.summary["arms"] for key, cell in arm["endpoints"].items()
             if key in PERCENT_ENDPOINTS and cell.get("published") is not None]
    return [key for key in PERCENT_ENDPOINTS if key in found]


# ------------------------------------------------------------------------------------------------ survival
def _survival_panel(axes: Axes, plot: SurvivalPlot) -> None:
    _draw_survival(axes, plot, grid_points=POINTS)
    bottom = 0.0 if plot.lowest < HIGH_UP else 10 * np.floor(plot.lowest / 10 - 0.5)
    axes.set(ylim=(bottom, 101), xlabel="months", ylabel="%")
    axes.set_title(plot.title, loc="left", fontsize=9.5)


def _draw_survival(axes: Axes, plot: SurvivalPlot, *, thickness: float = 1.0, grid_points: int | None = None) -> None:
    """Draw the curves, bands and published points; curves of more steps than `grid_points` are thinned to these."""
    grid = None if grid_points is None else np.linspace(0, plot.last, grid_points)
    for arm in plot.arms:
        if arm.simulated is not None:
            _line(axes, arm.simulated, grid, color=arm.colour, lw=1.6 * thickness, label=f"{arm.title}, simulated")
            band = arm.simulated.stairs if grid is None else arm.simulated.at(grid[::2])
            axes.fill_between(band.months, band.low, band.high, color=arm.colour, alpha=0.13, lw=0)
        if arm.published is not None:
            _line(axes, arm.published, grid, color=arm.colour, lw=1.1 * thickness, ls=DOTTED,
                  label=f"{arm.title}, published")
        for month, percent in arm.points:
            axes.plot([month], [percent], "D", ms=4.5 * thickness, mfc="white", mec=arm.colour, mew=1.2, clip_on=False,
                      zorder=5)
    axes.set(xlim=(0, plot.last), xticks=plot.ticks, xlabel="months")
    dress(axes, "y")


def _line(axes: Axes, curve: SurvivalCurve, grid: Floats | None, **look: Any) -> None:
    """Draw a curve: stairs where they are few, else straight from one time of the grid to the next."""
    few = grid is None or len(curve.months) <= len(grid)
    shown = curve if grid is None or few else curve.at(grid)
    axes.plot(shown.months, shown.percent, drawstyle="steps-post" if few else "default", **look)


# ------------------------------------------------------------------------------------------------ proportions
def _rates_panel(axes: Axes, data: FigureData, rates: list[str]) -> None:
    """Draw each proportion of each arm as a point with its interval, and the published one as a diamond."""
    arms = data.summary["arms"]
    order = {arm.id: index for index, arm in enumerate(data.trial.arms)}
    step = 1.0 / (len(arms) + 1)
    for row, key in enumerate(rates):
        for arm in arms:
            if (cell := arm["endpoints"].get(key)) is None:
                continue
            index = order[arm["id"]]
            colour, height = arm_colour(index), row + (index - (len(arms) - 1) / 2) * step
            if (low := cell["low"]) is not None and (high := cell["high"]) is not None:
                axes.plot([low, high], [height, height], color=colour, lw=4, alpha=0.3, solid_capstyle="butt")
            if (value := cell["value"]) is not None:
                axes.plot([value], [height], "o", ms=5, color=colour)
            if (published := cell.get("published")) is not None:
                axes.plot([published], [height], "D", ms=4.5, mfc="white", mec=colour, mew=1.2, zorder=5)
    axes.set(xlim=(0, 100), ylim=(len(rates) - 0.45, -0.55), xlabel="%")
    axes.set_yticks(range(len(rates)), [RATES[key] for key in rates])
    axes.set_title("Response", loc="left", fontsize=9.5)
    dress(axes, "x")


# ------------------------------------------------------------------------------------------------ both
def _legend(figure: Figure, trial: Trial, survivals: list[str]) -> None:
    handles = [Line2D([], [], color=arm_colour(index), lw=1.8, label=plain(arm.id))
               for index, arm in enumerate(trial.arms)]
    if trial.published and any(name in trial.published.curves for name in survivals):
        handles.append(Line2D([], [], color=INK, lw=1.1, ls=DOTTED, label="published (digitised)"))
    handles.append(Line2D([], [], color=INK, marker="D", ms=4.5, mfc="white", mew=1.2, ls="", label="published value"))
    figure.legend(handles=handles, loc="outside lower left", ncols=3, frameon=False, fontsize=8.5)


def dress(axes: Axes, grid: Literal["x", "y"]) -> None:
    """Give a panel the look of all still pictures: a faint grid behind along one axis, no frame."""
    axes.grid(axis=grid, color=GRID, lw=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(axis=grid, length=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
