"""The report of a trial: its design in words, tables and figures put into the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from her2lab.facts import library
from her2lab.facts.prior_lines import Line
from her2lab.facts.records import Arm, Trial
from her2lab.presentation import biomarkers
from her2lab.presentation.arms import arm_sentences
from her2lab.presentation.calibration_use import use_sentence
from her2lab.presentation.comparison import rows
from her2lab.presentation.extrapolation import LEAD, extrapolation
from her2lab.presentation.figures import FigureData, available
from her2lab.presentation.html import Figure, fill, placed
from her2lab.presentation.parameters import fitted
from her2lab.presentation.regimen import origin, regimen
from her2lab.presentation.report import tables
from her2lab.presentation.rules_and_facts import change_sentences, own_rule_sentences, rule_sentences
from her2lab.presentation.subgroups import groups
from her2lab.presentation.words import plain, review_citation
from her2lab.trial.statistics.survival import DAYS_PER_MONTH

if TYPE_CHECKING:
    from her2lab.provenance.used_parameters import UsedParameter
    from her2lab.trial import TrialResult

ASSESSMENTS = {"tumour": "tumour", "lvef": "ejection fraction", "blood": "blood count"}


def design(trial: Trial, earlier: Iterable[Line] = ()) -> list[str]:
    """Return the sentences that open the report; `earlier` are the lines of therapy before entry."""
    who = trial.population if isinstance(trial.population, str) else "a population written in the trial file"
    seen = ", ".join(f"{ASSESSMENTS[organ]} every {days:g} days" for organ, days in trial.assessments.items())
    sentences = [
        f"Population: {plain(who)}.",
        *arm_sentences(trial),
        f"Assessments: {seen}.",
        f"Follow-up: {trial.followup / DAYS_PER_MONTH:.0f} months.",
    ]
    if trial.baseline:
        mix = ", ".join(f"{plain(key).lower()} {value:g}" for key, value in trial.baseline.items())
        sentences.insert(1, f"Baseline{' as published' if trial.published else ''}: {mix}.")
    lines = "; then ".join(plain(line.words()) for line in earlier)
    if lines:
        sentences.insert(1, f"Earlier lines, simulated before entry until progression: {lines}.")
    if trial.surgery is not None:
        sentences.append(f"Surgery on day {trial.surgery:g}.")
    if trial.registry:
        sentences.append(f"Registry: {trial.registry}.")
    return sentences


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
        "report.html.j2", "her2lab.presentation.report",
        trial=result.trial,
        summary=result.summary,
        use=use_sentence(result.trial),
        design=design(result.trial, library.earlier_lines(result.trial)),
        arms=[(arm, _regimen(arm)) for arm in result.trial.arms],
        comparison=rows(result.summary),
        subgroups=groups(result.summary),
        comparisons=compared,
        biomarker_notes=biomarkers.notes(compared),
        no_strata=biomarkers.left_out(result.summary),
        adverse_events=tables.adverse_events(result.summary),
        doses=tables.doses(result.summary, result.patients),
        supportive=tables.supportive(result.summary),
        failed=tables.failed(result.patients),
        modules=tables.parameters(parameters),
        fitted=fitted(parameters),
        assumed=sum(parameter.source is None for parameter in parameters),
        parameter_count=len(parameters),
        figures=_figures(FigureData.of(result)),
        command=command,
        rules=[*(rule_sentences(result.summary["rules"]) if "rules" in result.summary else []),
               *own_rule_sentences(library.own_rules(result.trial)),
               *change_sentences(result.summary.get("changes", {}))],
        outside=[f"{LEAD}: {each}." for each in extrapolation(result.summary)],
        facts=result.summary.get("facts"),
        review=review_citation(),
    )


def _figures(data: FigureData) -> dict[str, list[Figure]]:
    """Return the figures by section of the page."""
    sections: dict[str, list[Figure]] = {}
    for name, entry in available(data).items():
        if entry.section:
            sections.setdefault(entry.section, []).append(placed(name, entry.section, entry.draw(), entry.caption()))
    return sections


def _regimen(arm: Arm) -> list[str]:
    return [sentence[:1].upper() + sentence[1:] for sentence in (*regimen(arm.regimen), *origin(arm))]
