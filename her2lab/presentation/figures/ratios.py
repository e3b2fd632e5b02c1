"""Forest plots of a trial: its ratios beside the published ones, and an endpoint of two arms by biomarker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log10
from typing import Any

import plotly.graph_objects as go

from her2lab.presentation.biomarkers import BiomarkerTable, Line
from her2lab.presentation.comparison import ComparisonRow, contrasts
from her2lab.presentation.figures import forest
from her2lab.presentation.figures.forest import Point
from her2lab.presentation.figures.palette import ARMS, INK, QUIET
from her2lab.presentation.subgroups import groups

ROW, EDGE, LEFT, RIGHT = 22, 110, 270, 190  # pixels
WIDEST = (0.05, 20.0)                       # of the axis; intervals may go beyond it
LEAST = (0.5, 1.5)                          # what the axis shows in any case
INDENT = "&nbsp;" * 4
APART = 0.17                                # of a row, between simulated and published


def ratio_figure(summary: Mapping[str, Any]) -> go.Figure:
    """Draw the hazard and odds ratios of a result, in all patients and in subgroups, beside the published ones."""
    everybody = [("<b>all patients</b>", row) for row in contrasts(summary)]
    parts = [(INDENT + escape(group.who), row) for group in groups(summary) for row in group.contrasts]
    shown = [*everybody, *parts]
    order = list(dict.fromkeys((row.what, row.whose) for _, row in shown))
    rows: list[tuple[str, ComparisonRow | None]] = []
    for what, whose in order:
        rows.append((f"<b>{escape(what)}</b>, {escape(whose)}", None))
        rows += [(label, row) for label, row in shown if (row.what, row.whose) == (what, whose)]
    plot = forest.rows([label for label, _ in rows], "ratio (hazard ratio below 1, odds ratio above 1: arm better)",
                       ratio=True, height=EDGE + ROW * len(rows), left=LEFT + 90)
    placed = [(len(rows) - 1 - index, row) for index, (_, row) in enumerate(rows) if row is not None]
    simulated = [Point(place + APART, row.value, row.low, row.high) for place, row in placed]
    published = [Point(place - APART, row.published, row.published_low, row.published_high)
                 for place, row in placed if row.published is not None]
    forest.intervals(plot, simulated, "simulated (90 % prediction interval)", ARMS[1], "circle", WIDEST[1])
    forest.intervals(plot, published, "published (95 %)", QUIET, "diamond-open", WIDEST[1])
    ends = [(row.low, row.high) for _, row in placed] + [(row.published_low, row.published_high) for _, row in placed]
    plot.update_xaxes(range=_range([low for low, _ in ends], [high for _, high in ends]))
    return plot


def biomarker_figure(comparison: BiomarkerTable) -> go.Figure:
    """Draw all patients, then a heading for each marker, with the p-value of its interaction, above its levels."""
    rows: list[tuple[str, Line | None, str]] = [
        (f"<b>{escape(words)}</b>", line, escape(line.ratio)) for words, line in comparison.together]
    for marker in comparison.markers:
        p = f"{marker.p} for interaction" if marker.p else ""
        rows.append((f"<b>{escape(marker.name)}</b>", None, p.replace("<", "&lt;")))
        rows += [(INDENT + escape(f"{line.who} (n {line.n})"), line, escape(line.ratio)) for line in marker.lines]
    unit = f"{comparison.kind} (below 1: {comparison.better} better)"
    plot = forest.rows([label for label, *_ in rows], escape(unit), ratio=True, height=EDGE + ROW * len(rows),
                       left=LEFT, right=RIGHT)
    placed = [(len(rows) - 1 - index, line, text) for index, (_, line, text) in enumerate(rows)]
    whole = len(comparison.together)
    for some, name, colour, symbol in ((placed[:whole], "all patients", INK, "diamond"),
                                       (placed[whole:], "by level", ARMS[1], "square")):
        points = [Point(place, line.value, line.low, line.high) for place, line, _ in some
                  if line is not None and line.value is not None]
        forest.intervals(plot, points, name, colour, symbol, WIDEST[1])
    for place, line, text in placed:
        plot.add_annotation(x=1, xref="paper", xanchor="left", xshift=10, y=place, text=text, showarrow=False,
                            font={"size": 11, "color": QUIET if line is None else INK})
    plot.update_layout(showlegend=False)
    drawn = [line for _, line, _ in placed if line is not None]
    plot.update_xaxes(range=_range([line.low for line in drawn], [line.high for line in drawn]))
    return plot


def _range(lows: Sequence[float | None], highs: Sequence[float | None]) -> list[float]:
    """Return the ends of the axis as powers of ten: all intervals, as far as is sensible, and a little around 1."""
    lowest, highest = min([low for low in lows if low] + [LEAST[0]]), max([high for high in highs if high] + [LEAST[1]])
    return [log10(max(lowest, WIDEST[0])) - 0.05, log10(min(highest, WIDEST[1])) + 0.05]
