"""Schedules, starts and risk scores of ``facts/monitoring``."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.monitoring import MonitoringFile, RiskFactor, RiskScore, check_scores, meets
from her2lab.facts.reading import to_record
from her2lab.facts.strict_yaml import read_document

SCHEDULES = """\
schedules:
  - id: one
    what: something
    measures: [lvef]
    drugs: [trastuzumab]
    every_days: 84
    closer: {score: cardiac, every_days: {high: 42}, assumption: made up}
    assumption: made up
sources: {}
"""


def _score(*factors: RiskFactor) -> RiskScore:
    return RiskScore(id="made_up", title="made up", drugs=["trastuzumab"],
                     classes=["low", "moderate", "high", "very_high"], from_points={"moderate": 2, "high": 5},
                     factors=list(factors), assumption="made up")


def _factor(name: str, points: int | None = None, at_least: str | None = None) -> RiskFactor:
    return RiskFactor(id=name, name=name, property=name, when={"value_at_least": 1}, points=points, at_least=at_least,
                      assumption="made up")


@pytest.mark.parametrize(("points", "expected"), [([], "low"), ([1], "low"), ([1, 1], "moderate"), ([2], "moderate"),
                                                  ([2, 2], "moderate"), ([2, 2, 1], "high"), ([2, 2, 2, 2], "high")])
def test_points_make_the_classes_of_hfa_icos(points: list[int], expected: str) -> None:
    # HFA-ICOS: low none or one point, moderate 2 to 4 points, high 5 or more (Lyon 2020; read at cancercalc.com)
    factors = [_factor(f"f{n}", points=each) for n, each in enumerate(points)]
    assert _score(_factor("any", points=1)).class_of(factors) == expected


def test_one_factor_is_enough_for_its_class() -> None:
    high, very_high = _factor("a", at_least="high"), _factor("b", at_least="very_high")
    assert _score(high).class_of([high]) == "high"
    assert _score(high, very_high).class_of([high, very_high]) == "very_high"


@pytest.mark.parametrize("limits", [{"value_at_least": 50, "value_below": 55},
                                    {"value_above": 49, "value_at_most": 54}])
def test_limits_must_all_be_met(limits: dict[str, float]) -> None:
    assert meets(54, limits)
    assert not meets(55, limits)
    assert not meets(49, limits)


def test_every_measure_of_a_rule_is_watched_under_its_drugs() -> None:
    watched = {(measure, drug) for schedule in library.monitoring().schedules for measure in schedule.measures
               for drug in schedule.drugs}
    missing = {(rule.measure, drug) for rule in library.rules() if rule.measure != "days_late" and rule.action != "give"
               for drug in rule.drugs} - watched
    assert missing == set()


def test_every_rule_has_a_source() -> None:
    sources = library.rule_sources()
    assert {rule.id for rule in library.rules()} == set(sources)


def test_a_score_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SCHEDULES.replace("score: cardiac", "score: cardeac"))
    document = read_document(path)
    with pytest.raises(InputError, match="did you mean cardiac"):
        check_scores(document, to_record(document, MonitoringFile, document.data), library.monitoring().scores)


def test_a_class_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SCHEDULES.replace("high: 42", "higher: 42"))
    document = read_document(path)
    with pytest.raises(InputError, match="no such class"):
        check_scores(document, to_record(document, MonitoringFile, document.data), library.monitoring().scores)


@pytest.mark.parametrize(("old", "new", "message"), [
    ("drugs: [trastuzumab]", "drugs: [trastuzumap]", "trastuzumab"),
    ("    every_days: 84\n    closer: {score: cardiac, every_days: {high: 42}, assumption: made up}\n", "", "no time"),
    ("    assumption: made up\n", "", "source or an assumption"),
    ("every_days: 84", "every_day: 84", "every_days"),
])
def test_a_wrong_file_is_named_in_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SCHEDULES.replace(old, new, 1))
    (problem,) = library.validate_files([path])
    assert message in str(problem)
    assert str(path) in str(problem)
