"""What one check gives: how two groups are compared, and when that is as stated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from trial_tables import FOLLOWED, check, result

from her2lab.review.trial_outcome import as_expected, compare
from her2lab.review.trial_readouts import difference, group, stratum
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.endpoints import times
from her2lab.trial.statistics.estimate import Estimate, proportion


def test_a_hazard_is_compared_by_its_ratio_and_two_effects_by_the_ratio_of_these() -> None:
    table = result(FOLLOWED)
    everybody = check(read={"hazard": "dfs"}, expect="down")
    assert group(table, everybody)[0].value == pytest.approx(100 * 5 / 6)
    ratio = compare(everybody, {"t": table}).compared
    assert ratio.value == pytest.approx(survival.hazard_ratio(
        times(stratum(table, "a", {}), "pfs"), times(stratum(table, "b", {}), "pfs")).value)
    effects = check(read={"hazard": "pfs"}, minus="b", where={"mutated": 1}, reference={"where": {"mutated": 0}})
    mutated, wild = (group(table, each)[0].value for each in effects.sides())
    assert compare(effects, {"t": table}).compared.value == pytest.approx(mutated / wild)


def test_a_group_of_one_or_without_events_gives_no_estimate_and_does_not_hold() -> None:
    asked = check(read={"hazard": "os"}, expect="down")
    found = compare(asked, {"t": result(FOLLOWED)}).compared
    assert found.note == "not estimable: no events"
    assert not as_expected(asked, found)


@pytest.mark.parametrize(("fields", "low", "high", "holds"), [
    ({"expect": "up", "figure": 5}, 6, 9, True), ({"expect": "up", "figure": 5}, 4, 9, False),
    ({"expect": "figure", "figure": 5}, 4, 9, True), ({"expect": "figure", "figure": 5}, 6, 9, False),
    ({"expect": "not_up", "margin": 5}, -9, 5, True), ({"expect": "not_up", "margin": 5}, -9, 6, False),
    ({"expect": "not_down", "margin": 5}, -5, 9, True), ({"expect": "shown"}, -5, 9, True),
    ({"read": {"hazard": "pfs"}, "expect": "down"}, 0.5, 0.9, True),
    ({"read": {"hazard": "pfs"}, "expect": "down", "margin": 2}, 0.5, 0.9, False),
    ({"read": {"hazard": "pfs"}, "expect": "up"}, 0.9, 1.4, False),
    ({"read": {"hazard": "pfs"}, "expect": "unchanged", "margin": 1.25}, 0.8, 1.25, True),
    ({"read": {"hazard": "pfs"}, "expect": "not_up", "margin": 1.25}, 0.2, 1.3, False),
    ({"read": {"hazard": "pfs"}, "expect": "figure", "figure": 0.8}, 0.7, 0.9, True),
])
def test_figures_and_ratios_decide_as_is_written(fields: dict[str, Any], low: float, high: float, holds: bool) -> None:
    asked = check(**{"read": {"events": ["ild"]}, **fields})
    for kind in (float, np.float64):    # a verdict is plain data, whatever the numbers are
        assert as_expected(asked, Estimate(kind((low + high) / 2), kind(low), kind(high))) is holds
    assert as_expected(asked, Estimate(None, note="not reached")) is (asked.expect == "shown")


def test_nothing_against_nothing_has_an_interval_around_zero() -> None:
    found = difference(proportion(0, 400), proportion(0, 400))
    assert found.low is not None
    assert found.low < 0 == found.value
    assert not as_expected(check(read={"events": ["ild"]}), found)
    assert as_expected(check(read={"events": ["ild"]}, expect="unchanged", margin=1), found)


@pytest.mark.parametrize(("expect", "margin", "low", "high", "holds"), [
    ("up", 0, 1, 9, True), ("up", 0, -1, 11, False), ("up", 6, 1, 9, False), ("down", 0, 1, 9, False),
    ("down", 0, -9, -1, True), ("unchanged", 3, -2, 2, True), ("unchanged", 3, -2, 4, False),
    ("unchanged", 3, 1, 2, True),
])
def test_direction_interval_and_margin_decide(expect: str, margin: float, low: float, high: float, holds: bool) -> None:
    found = Estimate((low + high) / 2, low, high)
    assert as_expected(check(read={"events": ["ild"]}, expect=expect, margin=margin), found) is holds
