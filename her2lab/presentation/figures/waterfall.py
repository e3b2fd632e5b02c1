"""Best response of each patient, from the tumours that grew most to those that vanished."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from her2lab.presentation.figures.canvas import recist_lines, small, thin
from her2lab.presentation.figures.data import ArmResponses
from her2lab.presentation.figures.palette import AXIS, LAYOUT, QUIET, RESPONSES, UNKNOWN

MOST_BARS = 200
HIGHEST = 100.0


def waterfall_figure(arms: list[ArmResponses]) -> go.Figure:
    """Draw one panel for each arm; a bar is a patient (or, in a large arm, every k-th patient)."""
    titles = [f"{escape(arm.id)} (n = {arm.n})" for arm in arms]
    figure = make_subplots(rows=1, cols=len(arms), shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.03)
    figure.update_layout(**LAYOUT, height=430, bargap=0)
    figure.update_layout(legend_y=1.1, margin_t=76)
    figure.update_xaxes(**AXIS, showgrid=False, showticklabels=False, title_text="virtual patients")
    figure.update_xaxes(ticks="")
    figure.update_yaxes(**AXIS, range=[-105, HIGHEST + 5])
    figure.update_yaxes(title_text="best change from baseline, %", col=1)
    named: set[str] = set()  # responses that stand in the legend
    for column, arm in enumerate(arms, start=1):
        named |= _draw_bars(figure, arm, column, named)
    for level in recist_lines():
        figure.add_hline(y=level, line={"color": QUIET, "width": 1, "dash": "dash"})
    return figure


def _draw_bars(figure: go.Figure, arm: ArmResponses, column: int, named: Collection[str]) -> set[str]:
    """Draw the bars of an arm and return the responses in it."""
    known = np.isfinite(arm.best_change)
    change, response = arm.best_change[known], np.asarray(arm.best_response)[known]
    order = np.argsort(-change, kind="stable")
    order = order[thin(len(order), MOST_BARS)] if len(order) else order
    places = np.arange(len(order), dtype=np.float32)
    drawn = set()
    for name in (*RESPONSES, ""):
        mine = np.isin(response[order], list(RESPONSES), invert=True) if name == "" else response[order] == name
        if not mine.any():
            continue
        drawn.add(name)
        colour = RESPONSES.get(name, UNKNOWN)
        figure.add_trace(
            go.Bar(
                x=places[mine],
                y=small(np.minimum(change[order][mine], HIGHEST)),
                name=name or "not evaluable",
                legendgroup=name,
                showlegend=name not in named,
                marker={"color": colour, "line": {"width": 0}},
                width=1,
            ),
            row=1,
            col=column,
        )
    return drawn
