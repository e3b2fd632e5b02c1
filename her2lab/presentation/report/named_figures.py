"""The figures of a result one by one, by name, as the report draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from her2lab.comparison import published_curves
from her2lab.presentation.report import data, published
from her2lab.presentation.report.figures.concentration import concentration_figure
from her2lab.presentation.report.figures.courses import organ_figure, tumour_figure
from her2lab.presentation.report.figures.kaplan_meier import survival_figure
from her2lab.presentation.report.figures.waterfall import waterfall_figure
from her2lab.presentation.words import SURVIVALS

if TYPE_CHECKING:
    from her2lab.facts.records import Trial
    from her2lab.trial import TrialResult

WATERFALL, TUMOUR = "waterfall", "tumour"
ORGANS = {  # organ -> axis title, months shown
    "lvef": ("left-ventricular ejection fraction, %", 24.0),
    "neutrophils": ("neutrophils, 10⁹/L", 6.0),
}


def names(result: TrialResult) -> list[str]:
    """Return the names of the figures of a result.

    Survival endpoints and ``waterfall``; where the courses in time were kept also ``tumour``, ``lvef``, ``neutrophils``
    and each drug, whose concentration is drawn.
    """
    drugs = dict.fromkeys(drug for series in result.series.values() for drug in series.concentrations)
    courses = [TUMOUR, *ORGANS, *drugs] if any(len(series.days) for series in result.series.values()) else []
    return [*data.survivals(result.trial), WATERFALL, *courses]


def figure(result: TrialResult, name: str) -> go.Figure:
    """Return one figure of a result, by one of its `names`."""
    return of_arms(result.trial, data.arms(result), name)


def of_arms(trial: Trial, arms: Sequence[data.ArmData], name: str) -> go.Figure:
    """Return one figure of a trial's arms."""
    arms = list(arms)
    if name == WATERFALL:
        return waterfall_figure(arms)
    if name == TUMOUR:
        return tumour_figure(arms)
    if name in ORGANS:
        return organ_figure(arms, name, *ORGANS[name])
    if name in SURVIVALS:
        return survival_figure(name, SURVIVALS[name].lower(), arms, published_curves.published(trial, name),
                               published.medians(trial.published, name))
    return concentration_figure(name, arms)
