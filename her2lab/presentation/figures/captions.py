"""What stands under the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from her2lab.presentation.figures.survival_curves import SurvivalPlot
from her2lab.presentation.words import distance, plain

BAND = "Line: median of the patients under observation; band: 5th to 95th percentile."
_EXPOSURE = (
    "in serum or plasma, recorded hourly on the first day, four times a day up to week six, daily up to week 27 "
    f"and weekly from then on; at the time of a dose the value is that before the dose. {BAND}"
)
WATERFALL = (
    "Best change of the sum of diameters for each virtual patient (a systematic sample in large arms), "
    "coloured by best response. Dashed: the RECIST limits of response and progression. Growth beyond +100 % "
    "is cut off."
)
_FOREST = "Ratios of the arms in all patients and in subgroups: simulated with 90 % prediction interval"
TUMOUR = f"Sum of diameters against the patient's own baseline. {BAND} Thin lines: single patients."
ORGANS = {
    "lvef": f"Left-ventricular ejection fraction. {BAND}",
    "neutrophils": f"Absolute neutrophil count, first six months. {BAND}",
}
FIRST_PATIENTS = " Of the first {kept} patients of each arm."


def survival(plot: SurvivalPlot, apart: Sequence[Mapping[str, Any]]) -> str:
    """Return the caption of a survival figure, with what was published in it and how far `apart` the curves are."""
    dotted = ""
    if apart:
        each = "; ".join(f"{curve['arm']} {distance(curve)}" for curve in apart)
        dotted = f" Dotted: published curve, digitised. Distance of the simulated from the published curve: {each}."
    diamonds = " Diamonds: published medians and survival at a time." if any(arm.points for arm in plot.arms) else ""
    return f"{plot.title}, Kaplan-Meier estimate with 90 % band, as far as enough are at risk.{dotted}{diamonds}"


def forest(*, published: bool) -> str:
    """Return the caption of the forest plot of a trial, of which something was `published` or not."""
    return f"{_FOREST}, and published." if published else f"{_FOREST}."


def exposure(drug: str = "drugs", whose: str = "") -> str:
    """Return the caption of the concentrations of a drug, or of all drugs of a trial; `whose` ends it."""
    return f"{plain(drug)} {_EXPOSURE}{whose}"


def organ(name: str, whose: str = "") -> str:
    """Return the caption of the course of an organ; `whose` ends it."""
    return ORGANS[name] + whose


def biomarkers(title: str, kind: str) -> str:
    """Return the caption of a forest plot by biomarker."""
    return (f"{title}: {kind} at each level with its 90 % interval, by the sampling of the patients of this run alone. "
            "n: patients of both arms. Lines may run beyond the axis.")
