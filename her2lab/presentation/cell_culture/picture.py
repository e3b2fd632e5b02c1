"""A picture of a cell experiment: treated beside untreated in time, or each readout against the concentration."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from her2lab.cell_culture import DoseResponse, TreatedAndUntreated, catalogue
from her2lab.facts.amounts import HOURS_PER_DAY
from her2lab.presentation.cell_culture.request import Request
from her2lab.presentation.cell_culture.results import POTENCIES, potencies
from her2lab.presentation.figures.palette import GRID, INK, QUIET, arm_colour
from her2lab.presentation.words import unit_name

PANEL_INCHES = (4.2, 3.2)
COLUMNS = 3
DOTS_PER_INCH = 130
DASHES: dict[str, Any] = {"relative_ec50": ":", "absolute_ic50": "-.", "gr50": (0, (6, 2))}


def course(request: Request, result: TreatedAndUntreated) -> Figure:
    """Draw each readout in time, the untreated cells dashed."""
    figure, panels = _panels(request, "hours")
    hours = result.times * HOURS_PER_DAY
    for name, axes in zip(request.readouts, panels, strict=True):
        axes.plot(hours, result.untreated[name], color=QUIET, ls="--", lw=1.4, label="untreated")
        axes.plot(hours, result.treated[name], color=arm_colour(0), lw=2.2, label="treated")
        if request.washout is not None:
            axes.axvline(request.washout * HOURS_PER_DAY, color=QUIET, ls=":", lw=1.2, label="medium changed")
        axes.set_xlim(0, hours[-1])
    panels[0].legend(frameon=False, fontsize=9)
    return figure


def dose_response(request: Request, result: DoseResponse) -> Figure:
    """Draw each readout at the end against the concentration; vertical lines mark the potencies that were found."""
    figure, panels = _panels(request, f"{result.compound}, nM")
    for name, axes in zip(request.readouts, panels, strict=True):
        axes.axhline(result.untreated[name], color=QUIET, ls="--", lw=1.4, label="untreated")
        axes.plot(result.concentrations, result.values[name], "o-", color=arm_colour(0), lw=2.0, ms=4, label="treated")
        for key, found in potencies(result).items():
            if name in found and (concentration := found[name].concentration) is not None:
                axes.axvline(concentration, ls=DASHES[key], color=INK, lw=1.2, label=POTENCIES[key][0])
        axes.set_xscale("log")
    entries: dict[str, Any] = {}
    for axes in panels:
        handles, labels = axes.get_legend_handles_labels()
        entries |= dict(zip(labels, handles, strict=True))
    figure.legend(list(entries.values()), list(entries), loc="outside lower left", ncols=len(entries), frameon=False,
                  fontsize=9)
    return figure


def encoded(figure: Figure, form: str) -> bytes:
    """Return the picture as ``png`` or ``svg``, the same bytes each time."""
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "her2lab", "svg.fonttype": "none"}):
        figure.savefig(buffer, format=form, metadata={"Software": None} if form == "png" else {"Date": None})
    return buffer.getvalue()


def _panels(request: Request, x: str) -> tuple[Figure, Sequence[Axes]]:
    count = len(request.readouts)
    columns = min(COLUMNS, count)
    rows = -(-count // columns)
    size = (max(PANEL_INCHES[0] * columns, 6.0), PANEL_INCHES[1] * rows + 0.5)
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
    figure.suptitle(f"{request.cells}: {request.words}", fontsize=11, x=0.01, ha="left", wrap=True)
    panels = [figure.add_subplot(rows, columns, n + 1) for n in range(count)]
    for name, axes in zip(request.readouts, panels, strict=True):
        unit = unit_name(catalogue.unit(name))
        axes.set(xlabel=x, ylabel=f"{name}, {unit}" if unit else name)
        axes.grid(axis="y", color=GRID, lw=0.8)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    return figure, panels
