"""The figures of a trial by name: what can be drawn of a result, where the report shows it, what stands under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go

from her2lab.comparison.curve_distance import distances
from her2lab.errors import InputError
from her2lab.facts import names
from her2lab.presentation import biomarkers
from her2lab.presentation.figures import captions
from her2lab.presentation.figures.concentration import concentration_figure
from her2lab.presentation.figures.data import FigureData, survivals
from her2lab.presentation.figures.kaplan_meier import survival_figure
from her2lab.presentation.figures.ratios import biomarker_figure, ratio_figure
from her2lab.presentation.figures.survival_curves import survival_plot
from her2lab.presentation.figures.time_courses import organ_figure, tumour_figure
from her2lab.presentation.figures.waterfall import waterfall_figure
from her2lab.presentation.words import plain
from her2lab.trial.statistics.endpoints import times_by_arm

# organ -> axis title, months shown
ORGANS = {
    "lvef": ("left-ventricular ejection fraction, %", 24.0),
    "neutrophils": ("neutrophils, 10⁹/L", 6.0),
}
OF_COURSES = ("tumour", *ORGANS, "concentration")  # need what a result that was read from its folder does not hold


@dataclass(frozen=True)
class Entry:
    """A figure that can be drawn: its section of the report ("" where it is not in it), and what stands under it."""

    name: str
    section: str
    caption: str
    draw: Callable[[], go.Figure]


def figure(name: str, data: FigureData) -> go.Figure:
    """Draw a figure of a trial.

    Parameters
    ----------
    name
        A survival endpoint of the trial (``pfs``, ``os``, …), ``waterfall``, ``tumour``, ``forest`` (ratios, in all
        patients and in subgroups), ``concentration`` (or ``concentration_<drug>``), ``lvef``, ``neutrophils``,
        ``biomarkers``.
    data
        What it is drawn from.

    Raises
    ------
    InputError
        If there is no such figure of this result.
    """
    entries = available(data)
    if name in entries:
        return entries[name].draw()
    if not data.courses and name.split("_")[0] in OF_COURSES:
        raise InputError("needs the time courses of patients, which a stored result does not hold", field="figure",
                         value=name, expected=names.one_of(entries))
    raise names.unknown("figure", name, entries)


def available(data: FigureData) -> dict[str, Entry]:
    """Return every figure that can be drawn of a result, by name, in the order of the report."""
    return {entry.name: entry for entry in (*_outcomes(data), *_courses(data))}


def _outcomes(data: FigureData) -> Iterator[Entry]:
    found = biomarkers.comparisons(data.summary)
    for index, each in enumerate(found):
        if each.kind:
            name = "biomarkers" if len(found) == 1 else f"biomarkers_{index + 1}"
            yield Entry(name, f"biomarkers-{index}", captions.biomarkers(each.title, each.kind),
                        partial(biomarker_figure, each))
    apart = distances(data.trial, data.patients)
    for endpoint in survivals(data.trial):
        plot = survival_plot(data.trial, endpoint, times_by_arm(data.patients, endpoint))
        caption = captions.survival(plot, [each for each in apart if each["endpoint"] == endpoint])
        yield Entry(endpoint, "survival", caption, partial(survival_figure, plot))
    yield Entry("waterfall", "response", captions.WATERFALL, lambda: waterfall_figure(data.responses))
    if data.summary["contrasts"]:
        yield Entry("forest", "", captions.FOREST, lambda: ratio_figure(data.summary))


def _courses(data: FigureData) -> Iterator[Entry]:
    if not data.courses:
        return
    yield Entry("tumour", "response", captions.TUMOUR, lambda: tumour_figure(data.courses))
    for drug in data.drugs:
        yield Entry(f"concentration_{drug}", "exposure", f"{plain(drug)} {captions.EXPOSURE}",
                    partial(concentration_figure, [drug], data.courses))
    yield Entry("concentration", "", f"Drugs {captions.EXPOSURE}",
                lambda: concentration_figure(data.drugs, data.courses))
    for organ, (axis, months) in ORGANS.items():
        yield Entry(organ, "safety", captions.ORGANS[organ], partial(organ_figure, data.courses, organ, axis, months))
