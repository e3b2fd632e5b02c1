"""The table of adverse events: one row per episode, with its days and grade, what was done and which drugs do it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import polars as pl

from her2lab._types import Floats
from her2lab.biology.patient_interface import CAUSES, LVEF
from her2lab.facts import library
from her2lab.facts.management import Rule
from her2lab.facts.records import Drug, Grading, Trial
from her2lab.trial.conduct.arm_outcome import ArmOutcome
from her2lab.trial.conduct.episodes import Episodes
from her2lab.trial.conduct.lvef_events import LVEF_DROP, lvef_episodes, lvef_event
from her2lab.trial.results.study_days import study_days
from her2lab.trial.results.subject_table import subject_ids, unique_ids

ACTIONS = {"hold": "DRUG INTERRUPTED", "reduce": "DOSE REDUCED", "stop": "DRUG WITHDRAWN"}  # the gravest last
NOTHING_DONE = "DOSE NOT CHANGED"
RELATED, NOT_RELATED = "RELATED", "NOT RELATED"
OVER, LASTS, FATAL = "RECOVERED/RESOLVED", "NOT RECOVERED/NOT RESOLVED", "FATAL"
SCHEMA = {"USUBJID": pl.String, "ARM": pl.String, "AEDECOD": pl.String, "AETOXGR": pl.Int64, "ASTDY": pl.Int64,
          "AENDY": pl.Int64, "AEOUT": pl.String, "AEACN": pl.String, "AEREL": pl.String, "AERELTRT": pl.String}


def adverse_event_table(trial: Trial, outcome: ArmOutcome, rules: Sequence[Rule],
                        gradings: Sequence[Grading], drugs: Mapping[str, Drug]) -> pl.DataFrame:
    """Return the adverse events of an arm by event, one row per episode, in the columns of ``SCHEMA``.

    An episode begins with the first grade above that before treatment (``ASTDY``) and ends on the first day without
    (``AENDY``, null if that was not seen before progression, death or the end of follow-up). ``AETOXGR`` is its worst
    CTCAE grade. ``AEACN`` is the gravest that rules on its measure did to a drug from its start to the next episode.
    ``AERELTRT`` names the drugs given before it that do this in the model; ``AEREL`` says whether there is one.

    Parameters
    ----------
    trial, outcome
        The protocol, and what happened in the arm.
    rules, gradings, drugs
        The rules in force, the cut-offs of the events, and the drugs of the trial.
    """
    measures = {each.event: str(each.measure) for each in gradings}
    by_rule = {rule.id: {str(rule.measure), *(str(also.measure) for also in rule.also)} for rule in rules}
    done, first = _actions(outcome, by_rule), _first_doses(outcome)
    tables = [_of_event(trial.id, outcome, event, found, done.get(measures.get(event, LVEF), {}),
                        _causes(measures.get(event, LVEF), drugs, first))
              for event, found in _episodes(trial, outcome, gradings).items()]
    return pl.concat(tables)


def _episodes(trial: Trial, outcome: ArmOutcome, gradings: Sequence[Grading]) -> Mapping[str, Episodes]:
    """Return the episodes of each event, falls of LVEF as measured among them."""
    grading = next((each for each in gradings if each.measure == LVEF), None)
    found = lvef_episodes(outcome.visits, len(outcome.status), lvef_event(trial), grading)
    return {**outcome.episodes, LVEF_DROP: found}


def _of_event(trial: str, outcome: ArmOutcome, event: str, found: Episodes, done: Mapping[int, list[tuple[float, str]]],
              causes: Mapping[str, Floats]) -> pl.DataFrame:
    subjects = unique_ids(trial, outcome.arm.id, subject_ids(outcome.cohort))
    following = np.full(len(found.start), np.inf)
    following[:-1] = np.where(found.patient[1:] == found.patient[:-1], found.start[1:], np.inf)
    patients = found.patient.tolist()
    actions = [_gravest(done.get(row, ()), start, until)
               for row, start, until in zip(patients, found.start.tolist(), following.tolist(), strict=True)]
    blamed = ["; ".join(drug for drug, first in causes.items() if first[row] <= start)
              for row, start in zip(patients, found.start.tolist(), strict=True)]
    fatal = found.grade == library.analysis_limits().death_grade
    outcome_words = np.where(fatal, FATAL, np.where(np.isfinite(found.end), OVER, LASTS)).tolist()
    return pl.DataFrame({
        "USUBJID": [subjects[row] for row in patients], "ARM": [outcome.arm.id] * len(patients),
        "AEDECOD": [event] * len(patients), "AETOXGR": found.grade, "ASTDY": study_days(found.start),
        "AENDY": study_days(found.end), "AEOUT": outcome_words, "AEACN": actions,
        "AEREL": [RELATED if drugs else NOT_RELATED for drugs in blamed],
        "AERELTRT": [drugs or None for drugs in blamed],
    }, schema=SCHEMA)


def _actions(outcome: ArmOutcome, by_rule: Mapping[str, Collection[str]],
             ) -> dict[str, dict[int, list[tuple[float, str]]]]:
    """Return day and action of what rules did to doses, by measure and row of the cohort."""
    found: dict[str, dict[int, list[tuple[float, str]]]] = defaultdict(lambda: defaultdict(list))
    for decision in outcome.decisions:
        if decision.action in ACTIONS:
            for measure in by_rule.get(decision.rule, ()):
                found[measure][decision.patient].append((decision.day, decision.action))
    return found


def _gravest(done: Collection[tuple[float, str]], start: float, until: float) -> str:
    """Return the gravest of the actions from `start` to before `until`, in the words of the table."""
    gravity = list(ACTIONS)
    here = [action for day, action in done if start <= day < until]
    return ACTIONS[max(here, key=gravity.index)] if here else NOTHING_DONE


def _first_doses(outcome: ArmOutcome) -> dict[str, Floats]:
    """Return drug -> the day of its first dose in each patient, infinite where it was not given."""
    doses, first = outcome.dosing.doses(), dict[str, Floats]()
    for plan, drug in enumerate(outcome.dosing.drugs):
        here, days = doses.plan == plan, first.setdefault(drug, np.full(len(outcome.status), np.inf))
        np.minimum.at(days, doses.patient[here], doses.day[here])
    return first


def _causes(measure: str, drugs: Mapping[str, Drug], first: Mapping[str, Floats],
            ) -> dict[str, Floats]:
    """Return the drugs of the arm that act on a measure in the model, with the days of their first doses."""
    return {drug: days for drug, days in first.items()
            if any(name in drugs[drug].parameters and drugs[drug].parameters[name].value > 0
                   for name in CAUSES.get(measure, ()))}
