"""All figures of a report, in the order of the page, with what stands under them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from her2lab.comparison.curve_distance import distances
from her2lab.presentation import biomarkers
from her2lab.presentation.report import captions, data, published
from her2lab.presentation.report import named_figures as named
from her2lab.presentation.report.figures.biomarkers import biomarker_figure
from her2lab.presentation.report.frame import Figure, placed
from her2lab.presentation.words import SURVIVALS, plain

if TYPE_CHECKING:
    from her2lab.facts.records import Trial
    from her2lab.trial import TrialResult


def draw(result: TrialResult) -> dict[str, list[Figure]]:
    """Return the figures of a result by section."""
    trial, arms = result.trial, data.arms(result)
    return {
        **dict(_biomarkers(result.summary)),
        "survival": list(_survival(trial, arms, distances(result.trial, result.patients))),
        "response": [
            placed("waterfall", "response", named.of_arms(trial, arms, named.WATERFALL), captions.WATERFALL),
            placed("tumour", "response", named.of_arms(trial, arms, named.TUMOUR), captions.TUMOUR),
        ],
        "exposure": list(_exposure(trial, arms)),
        "safety": [
            placed(organ, "safety", named.of_arms(trial, arms, organ), captions.ORGANS[organ])
            for organ in named.ORGANS
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
        figure = named.of_arms(trial, arms, name)
        distance = [each for each in apart if each["endpoint"] == name]
        caption = captions.survival(SURVIVALS[name], distance, medians=bool(medians))
        yield placed(f"survival-{name}", "survival", figure, caption)


def _exposure(trial: Trial, arms: list[data.ArmData]) -> Iterator[Figure]:
    for drug in dict.fromkeys(drug for arm in arms for drug in arm.concentrations):
        caption = f"{plain(drug)} {captions.EXPOSURE}"
        yield placed(f"drug-{drug}", "exposure", named.of_arms(trial, arms, drug), caption)
