"""A still picture for the README: simulated beside published progression-free survival."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from her2lab.comparison import published_curves as digitised
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.presentation.report import published
from her2lab.presentation.report.figures.kaplan_meier import Curve, estimate
from her2lab.presentation.report.palette import GRID, QUIET, arm_colour
from her2lab.presentation.words import SURVIVALS
from her2lab.trial.results import result_folder
from her2lab.trial.statistics.endpoints import times_by_arm
from her2lab.trial.statistics.survival import Times

SIZE_INCHES = (9.0, 4.6)
DOTS_PER_INCH = 150


def draw(folder: Path, out: Path, endpoint: str = "pfs") -> None:
    """Draw the picture of a finished run into a PNG file.

    Raises
    ------
    InputError
        If `folder` does not hold the files of a run.
    """
    trial = library.trial(result_folder.summary(folder)["trial"])
    picture = _picture(trial, endpoint, times_by_arm(result_folder.patients(folder), endpoint))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(picture)


def _picture(trial: Trial, endpoint: str, simulated: dict[str, Times]) -> bytes:
    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.add_subplot()
    curves = digitised.published(trial, endpoint)
    for index, arm in enumerate(trial.arms):
        colour, name = arm_colour(index), arm.title or arm.id
        _stairs(axes, estimate(simulated[arm.id]), colour, f"{name}, simulated")
        if arm.id in curves:
            curve = estimate(curves[arm.id])
            axes.step(
                curve.months,
                curve.percent,
                where="post",
                color=colour,
                ls=":",
                lw=1.7,
                label=f"{name}, published",
            )
    for arm_id, median in published.medians(trial.published, endpoint).items():
        colour = arm_colour([arm.id for arm in trial.arms].index(arm_id))
        axes.plot([median], [50], "D", ms=7, mfc="white", mec=colour, mew=1.8, clip_on=False)
    _dress(axes, trial, SURVIVALS[endpoint])
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _stairs(axes: Axes, curve: Curve, colour: str, label: str) -> None:
    axes.step(curve.months, curve.percent, where="post", color=colour, lw=2.0, label=label)
    axes.fill_between(curve.months, curve.low, curve.high, step="post", color=colour, alpha=0.15, lw=0)


def _dress(axes: Axes, trial: Trial, title: str) -> None:
    axes.set(xlim=(0, None), ylim=(0, 101), xlabel="months", ylabel=f"{title.lower()}, %")
    axes.set_title(f"{trial.id.upper()}: virtual patients beside the published trial", loc="left", fontsize=12)
    axes.grid(axis="y", color=GRID, lw=0.8)
    axes.tick_params(color=QUIET)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(frameon=False, fontsize=9.5)
