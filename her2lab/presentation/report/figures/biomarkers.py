"""Forest plot of an endpoint by biomarker: the ratio of two arms in all patients and at each level."""

from __future__ import annotations

from html import escape
from math import log10

import plotly.graph_objects as go

from her2lab.presentation.biomarkers import BiomarkerTable, Line
from her2lab.presentation.report.figures import forest
from her2lab.presentation.report.figures.forest import Point
from her2lab.presentation.report.palette import ARMS, INK, QUIET

ROW, EDGE, LEFT, RIGHT = 22, 110, 270, 190  # pixels
WIDEST = (0.05, 20.0)                       # of the axis; intervals may go beyond it
INDENT = "&nbsp;" * 4


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
    plot.update_xaxes(range=_range([line for _, line, _ in placed if line is not None]))
    return plot


def _range(lines: list[Line]) -> list[float]:
    """Return the ends of the axis as powers of ten: all intervals, as far as they are sensible, and 1."""
    lows = [line.low for line in lines if line.low] + [1.0]
    highs = [line.high for line in lines if line.high] + [1.0]
    return [log10(max(min(lows), WIDEST[0])) - 0.05, log10(min(max(highs), WIDEST[1])) + 0.05]
