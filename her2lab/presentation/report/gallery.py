"""All figures of a report, in the order of the page, with what stands under them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from her2lab.comparison import published_curves
from her2lab.comparison.curve_distance import distances
from her2lab.presentation import biomarkers
from her2lab.presentation.report import captions, data, published
from her2lab.presentation.report.figures.biomarkers import biomarker_figure
from her2lab.presentation.report.figures.concentration import concentration_figure
from her2lab.presentation.report.figures.courses import organ_figure, tumour_figure
from her2lab.presentation.report.figures.kaplan_meier import survival_figure
from her2lab.presentation.report.figures.waterfall import waterfall_figure
from her2lab.presentation.report.frame import Figure, placed
from her2lab.presentation.words import SURVIVALS, plain

if TYPE_CHECKING:
    from her2lab.facts.records import Trial
    from her2lab.trial import TrialResult

# organ, axis title, months shown
ORGANS = (
    ("lvef", "left-ventricular ejection fraction, %", 24.0),
    ("neutrophils", "neutrophils, 10⁹/L", 6.0),
)


def draw(result: TrialResult) -> dict[str, list[Figure]]:
    """Return the figures of a result by section."""
    arms = data.arms(result)
    return {
        **dict(_biomarkers(result.summary)),
        "survival": list(_survival(result.trial, arms, distances(result.trial, result.patients))),
        "response": [
            placed("waterfall", "response", waterfall_figure(arms), captions.WATERFALL),
            placed("tumour", "response", tumour_figure(arms), captions.TUMOUR),
        ],
        "exposure": list(_exposure(arms)),
        "safety": [
            placed(organ, "safety", organ_figure(arms, organ, axis, months), captions.ORGANS[organ])
            for organ, axis, months in ORGANS
        ],
    }


def _biomarkers(summary: dict[str, Any]) -> Iterator[tuple[str, list[Figure]]]:
    """Yield a section for each endpoint and pair of arms that is cut by biomarkers."""
    for index, each in enumerate(biomarkers.comparisons(summary)):
        section = f"biomarkers-{index}"
        caption = captions.biomarkers(each.title, each.kind)
        yield section, [placed(section, section, biomarker_figure(each), caption)] if each.kind else []


def _survival(trial: Trial, arms: list[data.ArmData], apart: list[dict[str, Any]]) -> Iterator[Figure]:
    for name in data.survivals(trial):
        medians = published.medians(trial.published, name)
        figure = survival_figure(name, SURVIVALS[name].lower(), arms, published_curves.published(trial, name), medians)
        distance = [each for each in apart if each["endpoint"] == name]
        caption = captions.survival(SURVIVALS[name], distance, medians=bool(medians))
        yield placed(f"survival-{name}", "survival", figure, caption)


def _exposure(arms: list[data.ArmData]) -> Iterator[Figure]:
    for drug in dict.fromkeys(drug for arm in arms for drug in arm.concentrations):
        caption = f"{plain(drug)} {captions.EXPOSURE}"
        yield placed(f"drug-{drug}", "exposure", concentration_figure(drug, arms), caption)
