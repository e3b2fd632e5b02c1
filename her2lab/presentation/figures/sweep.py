"""Outcomes over the dose or the interval of a drug, as SVG: response, times, ratios, harms."""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from her2lab.facts.sweep import SweepDesign
from her2lab.presentation.figures.palette import INK, QUIET, arm_colour
from her2lab.presentation.figures.still import PANEL_INCHES, STYLE, dress, small
from her2lab.presentation.sweep import outcome_words, shown

ACROSS, LEGEND_INCHES = 2, 0.9
Curve = tuple[tuple[str, str], list[dict[str, Any]]]


def sweep_svg(design: SweepDesign, rows: list[dict[str, Any]]) -> bytes:
    """Return one panel for each kind of outcome, with a line and a 90 % band for each outcome."""
    panels = _panels(rows)
    down = -(-len(panels) // ACROSS)
    with mpl.rc_context(STYLE):
        size = (ACROSS * PANEL_INCHES[0], down * (PANEL_INCHES[1] + LEGEND_INCHES))
        figure = Figure(figsize=size, layout="constrained")
        for n, (title, found) in enumerate(panels.items(), start=1):
            _panel(figure.add_subplot(down, ACROSS, n), design, title, found)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return small(buffer.getvalue().decode()).encode()


def _panels(rows: list[dict[str, Any]]) -> dict[str, list[Curve]]:
    """Return the outcomes of each panel; a panel without any is left out."""
    panels: dict[str, list[Curve]] = {"Efficacy, %": [], "Medians, months": [], "Against the reference": [],
                                      "Grade 3 or more, % of patients": [], "Dose intensity, %": []}
    for key, found in shown(rows).items():
        title = {"contrast": "Against the reference", "adverse_event": "Grade 3 or more, % of patients",
                 "dosing": "Dose intensity, %"}.get(key[0])
        title = title or ("Medians, months" if found[0]["unit"] == "months" else "Efficacy, %")
        if any(row["value"] is not None for row in found):
            panels[title].append((key, found))
    return {title: found for title, found in panels.items() if found}


def _panel(axes: Axes, design: SweepDesign, title: str, curves: list[Curve]) -> None:
    for index, ((kind, outcome), found) in enumerate(curves):
        rows = sorted((row for row in found if row["value"] is not None), key=lambda row: row[design.what])
        x, value = (np.array([row[name] for row in rows], float) for name in (design.what, "value"))
        low, high = (np.array([row[name] for row in rows], float) for name in ("low", "high"))
        colour, style = arm_colour(index), "-" if index < 6 else "--"  # six colours, then dashes
        words = outcome_words(kind, outcome).removesuffix(", grade 3 or more")
        axes.plot(x, value, style, color=colour, marker="o", ms=4, lw=1.6, label=words)
        axes.fill_between(x, low, high, color=colour, alpha=0.13, lw=0)
    if title == "Against the reference":
        axes.axhline(1.0, color=QUIET, lw=0.8, ls="--")
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:g}")
    else:
        axes.set_ylim(bottom=0.0)
    axes.set_title(title, loc="left", fontsize=9.5)
    axes.set_xlabel(f"{design.what} of {design.drug.replace('_', ' ')}, {design.unit}", color=INK)
    axes.set_xticks(sorted(point.value for point in design.points))
    axes.xaxis.set_major_formatter("{x:g}")
    dress(axes, "y")
    columns = 2 if len(curves) > 6 else 1
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.2), ncols=columns, frameon=False, fontsize=8)
