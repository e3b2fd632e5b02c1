"""The page: tables and figures put into the template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from her2lab.facts import library
from her2lab.presentation import biomarkers
from her2lab.presentation.calibration_use import use_sentence
from her2lab.presentation.comparison import rows
from her2lab.presentation.parameters import fitted
from her2lab.presentation.report import gallery, tables, words
from her2lab.presentation.report.frame import fill
from her2lab.presentation.subgroups import groups

if TYPE_CHECKING:
    from her2lab.provenance.used_parameters import UsedParameter
    from her2lab.trial import TrialResult


def render(result: TrialResult, parameters: Sequence[UsedParameter], command: str) -> str:
    """Return the report of a result as one HTML document that loads nothing.

    Parameters
    ----------
    result
        What :func:`her2lab.trial.run_trial` returned.
    parameters
        Every model parameter used, with its origin.
    command
        The command that gives this result again.
    """
    compared = biomarkers.comparisons(result.summary)
    return fill(
        "report.html.j2",
        trial=result.trial,
        summary=result.summary,
        use=use_sentence(result.trial),
        design=words.design(result.trial, library.earlier_lines(result.trial)),
        arms=[(arm, words.arm_lines(arm)) for arm in result.trial.arms],
        comparison=rows(result.summary),
        subgroups=groups(result.summary),
        comparisons=compared,
        biomarker_notes=biomarkers.notes(compared),
        no_strata=biomarkers.left_out(result.summary),
        side_effects=tables.side_effects(result.summary),
        doses=tables.doses(result.summary, result.patients),
        supportive=tables.supportive(result.summary),
        failed=tables.failed(result.patients),
        modules=tables.parameters(parameters),
        fitted=fitted(parameters),
        assumed=sum(parameter.source is None for parameter in parameters),
        parameter_count=len(parameters),
        figures=gallery.draw(result),
        command=command,
    )
