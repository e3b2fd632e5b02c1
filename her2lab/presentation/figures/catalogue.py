"""The figures of a trial by name: what can be drawn of a result, where the report shows it, what stands under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go

from her2lab import nearest as names
from her2lab.comparison.curve_distance import distances
from her2lab.errors import InputError
from her2lab.presentation import biomarkers
from her2lab.presentation.figures import captions
from her2lab.presentation.figures.concentration import concentration_figure
from her2lab.presentation.figures.data import FigureData, survivals
from her2lab.presentation.figures.kaplan_meier import survival_figure
from her2lab.presentation.figures.ratios import biomarker_figure, ratio_figure
from her2lab.presentation.figures.time_courses import organ_figure, tumour_figure
from her2lab.presentation.figures.waterfall import waterfall_figure

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
    caption: Callable[[], str]
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
            yield Entry(name, f"biomarkers-{index}", partial(captions.biomarkers, each.title, each.kind),
                        partial(biomarker_figure, each))
    for endpoint in survivals(data.trial):
        yield Entry(endpoint, "survival", partial(_survival_caption, data, endpoint),
                    partial(_survival_figure, data, endpoint))
    yield Entry("waterfall", "response", lambda: captions.WATERFALL, lambda: waterfall_figure(data.responses))
    if data.summary["contrasts"]:
        yield Entry("forest", "", lambda: captions.forest(published=data.trial.published is not None),
                    lambda: ratio_figure(data.summary))


def _survival_figure(data: FigureData, endpoint: str) -> go.Figure:
    return survival_figure(data.survival(endpoint))


def _survival_caption(data: FigureData, endpoint: str) -> str:
    apart = distances(data.trial, data.patients)
    return captions.survival(data.survival(endpoint), [each for each in apart if each["endpoint"] == endpoint])


def _courses(data: FigureData) -> Iterator[Entry]:
    if not data.courses:
        return
    whose = _of_whom(data)
    yield Entry("tumour", "response", lambda: captions.TUMOUR + whose, lambda: tumour_figure(data.courses))
    for drug in data.drugs:
        yield Entry(f"concentration_{drug}", "exposure", partial(captions.exposure, drug, whose),
                    partial(concentration_figure, [drug], data.courses))
    yield Entry("concentration", "", captions.exposure, lambda: concentration_figure(data.drugs, data.courses))
    for organ, (axis, months) in ORGANS.items():
        yield Entry(organ, "safety", partial(captions.organ, organ, whose),
                    partial(organ_figure, data.courses, organ, axis, months))


def _of_whom(data: FigureData) -> str:
    """Return what a caption says where courses in time are not kept of all patients."""
    kept = [len(arm.diameters) for arm in data.courses]
    return captions.FIRST_PATIENTS.format(kept=max(kept)) if sum(kept) < len(data.patients) else ""
