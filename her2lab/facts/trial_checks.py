"""What a trial may say: the closed lists of baseline keys, endpoints, subgroups and adverse events; its own arms."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from her2lab.errors import Problems
from her2lab.facts.population_checks import check_population
from her2lab.facts.population_records import Population
from her2lab.facts.published import Published, PublishedSubgroup
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.vocabulary import (
    ADVERSE_EVENTS,
    BASELINE_FRACTIONS,
    BASELINE_KEYS,
    ENDPOINTS_SHOWN,
    SUBGROUPS,
    TIME_ENDPOINTS,
    is_endpoint,
    is_percentage,
)
from her2lab.nearest import did_you_mean, one_of

if TYPE_CHECKING:
    from her2lab.facts.trial_records import Trial


def check_trial(document: Document, trial: Trial) -> None:
    """Check what a trial says beyond its form: its own population, baseline keys, endpoints, published outcomes.

    Raises
    ------
    InputError
        With all mistakes.
    """
    problems = Problems()
    for check in (_check_population, _check_reference, _check_visits, _check_baseline, _check_endpoints,
                  _check_published):
        with problems:
            check(document, trial)
    problems.end()


def _check_population(document: Document, trial: Trial) -> None:
    if not isinstance(trial.population, str):
        people = to_record(document, Population, dict(trial.population), ("population",))
        check_population(document, people, ("population",))


def _check_reference(document: Document, trial: Trial) -> None:
    if trial.reference is not None:
        _check_arm(document, ("reference",), trial.reference, [arm.id for arm in trial.arms])


def _check_visits(document: Document, trial: Trial) -> None:
    shortest = min(trial.assessments.values(), default=0.0)
    if trial.visits is not None and trial.visits.jitter >= shortest / 2 > 0:
        raise document.error(("visits", "jitter"), "would put visits out of their order", value=trial.visits.jitter,
                             expected=f"less than half of {shortest:g} days, the time between two assessments")


def _check_baseline(document: Document, trial: Trial) -> None:
    problems = Problems()
    for key, value in trial.baseline.items():
        with problems:
            _check_baseline_key(document, ("baseline", key), key, value)
    problems.end()


def _check_baseline_key(document: Document, where: Where, key: str, value: float) -> None:
    if key not in BASELINE_KEYS:
        hint = did_you_mean(key, BASELINE_KEYS)
        raise document.error(where, f"unknown baseline key{hint}", expected=None if hint else one_of(BASELINE_KEYS))
    if key in BASELINE_FRACTIONS and not 0 <= value <= 1:
        raise document.error(where, "is not a fraction", value=value, expected="a number from 0 to 1")
    if key not in BASELINE_FRACTIONS and value <= 0:
        raise document.error(where, "must be above zero", value=value, expected="a median above zero")


def _check_endpoints(document: Document, trial: Trial) -> None:
    problems = Problems()
    for n, name in enumerate(trial.endpoints):
        with problems:
            _check_endpoint(document, ("endpoints", n), name)
    problems.end()
    twice = [name for name, count in Counter(trial.endpoints).items() if count > 1]
    if twice:
        raise document.error(
            ("endpoints",), "an endpoint is given twice", value=twice[0], expected="each endpoint once"
        )


def _check_endpoint(document: Document, where: Where, name: str) -> None:
    if not is_endpoint(name):
        raise document.unknown(where, "endpoint", name, ENDPOINTS_SHOWN)


def _check_published(document: Document, trial: Trial) -> None:
    if trial.published is None:
        return
    arms = [arm.id for arm in trial.arms]
    _check_outcomes(document, ("published",), trial.published, arms)
    for name in trial.published.curves:
        if name not in TIME_ENDPOINTS:
            raise document.unknown(("published", "curves", name), "curve", name, TIME_ENDPOINTS)
    groups = [(each.property, each.level) for each in trial.published.subgroups]
    for n, subgroup in enumerate(trial.published.subgroups):
        here: Where = ("published", "subgroups", n)
        if subgroup.property not in SUBGROUPS:
            raise document.unknown((*here, "property"), "property of a subgroup", subgroup.property, SUBGROUPS)
        if subgroup.level not in SUBGROUPS[subgroup.property]:
            raise document.unknown((*here, "level"), f"level of {subgroup.property}", subgroup.level,
                                   SUBGROUPS[subgroup.property])
        if groups.index(groups[n]) < n:
            raise document.error((*here, "level"), "this subgroup is given twice", value=subgroup.level,
                                 expected="each property and level once")
        if not subgroup.arms and not subgroup.contrasts:
            raise document.error(here, "says nothing", expected="arms or contrasts")
        _check_outcomes(document, here, subgroup, arms)
    _check_adverse_events(document, trial, arms)


def _check_outcomes(document: Document, where: Where, outcomes: Published | PublishedSubgroup,
                    arms: list[str]) -> None:
    """Check endpoints by arm and contrasts, of the whole trial or of a subgroup."""
    for arm, values in outcomes.arms.items():
        _check_arm(document, (*where, "arms", arm), arm, arms)
        for name, value in values.items():
            here: Where = (*where, "arms", arm, name)
            _check_endpoint(document, here, name)
            if is_percentage(name) and not 0 <= value <= 100:
                raise document.error(here, "is not a percentage", value=value, expected="a number from 0 to 100")
    for n, contrast in enumerate(outcomes.contrasts):
        _check_arm(document, (*where, "contrasts", n, "arm"), contrast.arm, arms)
        _check_arm(document, (*where, "contrasts", n, "reference"), contrast.reference, arms)
        if contrast.low and contrast.high and contrast.low > contrast.high:
            raise document.error((*where, "contrasts", n, "low"), "is above high", value=contrast.low)


def _check_adverse_events(document: Document, trial: Trial, arms: list[str]) -> None:
    assert trial.published is not None  # noqa: S101 - for the type checker
    for arm, events in trial.published.adverse_events.items():
        _check_arm(document, ("published", "adverse_events", arm), arm, arms)
        for event, rates in events.items():
            where: Where = ("published", "adverse_events", arm, event)
            if event not in ADVERSE_EVENTS:
                hint = did_you_mean(event, ADVERSE_EVENTS)
                raise document.error(
                    where, f"unknown adverse event{hint}", expected=None if hint else one_of(ADVERSE_EVENTS)
                )
            for rate, value in (("any", rates.get("any")), ("grade3", rates.get("grade3"))):
                if value is not None and not 0 <= value <= 100:
                    raise document.error(
                        (*where, rate), "is not a percentage", value=value, expected="a number from 0 to 100"
                    )


def _check_arm(document: Document, where: Where, name: str, arms: list[str]) -> None:
    if name not in arms:
        hint = did_you_mean(name, arms)
        raise document.error(where, f"there is no arm {name}{hint}", expected=None if hint else one_of(arms))
