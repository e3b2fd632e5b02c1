"""What a claim reads of a trial: one number for each patient, and of a group with its interval."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from trial_tables import FOLLOWED, FOUR, check, result

from her2lab.errors import WorkError
from her2lab.facts.library import prices, trial
from her2lab.facts.units import parse_time
from her2lab.review.trial_readouts import difference, group, stratum
from her2lab.trial import TrialResult, run_trial
from her2lab.trial.statistics.estimate import Estimate, proportion


@pytest.mark.parametrize(("fields", "value", "patients"), [
    ({"read": {"events": ["ild"]}}, 75, 4),
    ({"read": {"events": ["ild"], "grade": 3}}, 50, 4),
    ({"read": {"events": ["ild"], "grade": 5}}, 25, 4),
    ({"read": {"events": ["ild", "rash"]}}, 100, 4),
    ({"read": {"held": "t"}}, 25, 4),
    ({"read": {"events": ["ild"], "grade": 3}, "where": {"age": [60, None]}}, 100, 2),
    ({"read": {"events": ["ild"], "grade": 3}, "where": {"age": [None, 50]}}, 0, 2),
    ({"read": {"events": ["ild"], "grade": 1}, "minus": "b"}, 0, 2),
    ({"read": {"events": ["rash"]}, "minus": "b"}, 50, 2),
])
def test_percentages_by_grade_and_stratum(fields: dict[str, Any], value: float, patients: int) -> None:
    found, count = group(result(FOUR), check(**fields))
    assert (found.value, count) == (value, patients)


def test_patients_that_could_not_be_integrated_do_not_count() -> None:
    broken = result({**FOUR, "status": ["ok", "ok", "ok", "failed", "ok", "ok"]})
    assert group(broken, check(read={"events": ["ild"], "grade": 5}))[0].value == 0


def test_a_column_that_is_missing_is_named_and_a_stratum_without_patients_says_so() -> None:
    with pytest.raises(WorkError, match="trial made_up has no column grade_nausea"):
        group(result(FOUR), check(read={"events": ["nausea"]}))
    found, _ = group(result(FOUR), check(read={"events": ["ild"]}, where={"age": [90, None]}))
    assert found.value is None
    assert found.note == "0 patients of arm a can be read; at least 2 are needed"


def test_a_change_is_the_mean_of_the_days_less_baseline() -> None:
    visits = {"patient": ["1", "1", "1", "2", "2", "3"], "arm": ["a"] * 6, "day": [0.0, 90, 100, 0, 90, 0],
              "lvef": [60.0, 58, 56, 65, 55, 70], "decisions": [""] * 6}
    found, count = group(result(FOUR, visits), check(read={"change": "lvef", "days": [80, 120]}))
    assert (found.value, count) == (pytest.approx(-6.5), 2)


def test_decisions_of_the_rules_of_an_organ() -> None:
    visits = {"patient": ["1", "2", "2"], "arm": ["a", "a", "a"], "day": [0.0, 90, 100],
              "decisions": ["hold (trastuzumab_fall_16); reduce (made_up)", "hold (made_up)",
                            "resume (trastuzumab_fall_16)"]}
    heart = {"decision": "hold", "organ": "heart"}
    assert group(result(FOUR, visits), check(read=heart))[0].value == 25
    assert group(result(FOUR, visits), check(read=heart | {"decision": "resume"}))[0].value == 25
    assert group(result(FOUR, visits), check(read=heart | {"decision": "stop"}))[0].value == 0


@pytest.mark.parametrize(("name", "followup", "endpoints"), [
    ("landscape", "6 months", ["orr", "cr", "cbr", "dor_median", "pfs_median", "os_median", "cns_pfs_median", "ic_orr",
                               "pfs_3m", "os_6m"]),
    ("neosphere", "4 months", ["pcr", "pcr_breast", "dfs_3m"]),
])
def test_an_endpoint_of_everybody_is_that_of_the_result(name: str, followup: str, endpoints: list[str]) -> None:
    published = trial(name)
    arm = published.arms[0]
    whole = run_trial(published.model_copy(update={"arms": [arm], "endpoints": endpoints, "published": None,
                                         "followup": parse_time(followup)}), patients=16)
    for endpoint in endpoints:
        found, _ = group(whole, check(arm=arm.id, read={"endpoint": endpoint}))
        shown = whole.summary["arms"][0]["endpoints"][endpoint]
        assert (found.value, found.low, found.high) == tuple(
            None if shown[key] is None else pytest.approx(shown[key], rel=1e-5)
            for key in ("value", "sampling_low", "sampling_high"))


def test_a_stratum_may_be_a_number_a_word_or_several_words() -> None:
    table = result(FOLLOWED)
    counts = [len(stratum(table, "a", check(read={"hazard": "os"}, where=where).where))
              for where in ({"mutated": 1}, {"kind": "y"}, {"kind": ["x", "y"]}, {"kind": "y", "mutated": [None, 0]})]
    assert counts == [3, 2, 6, 1]


def test_drugs_cost_what_was_given_and_a_life_year_what_it_adds() -> None:
    table, price = result(FOLLOWED), prices()["trastuzumab"].value
    assert group(table, check(read={"cost": "patient"}))[0].value == pytest.approx(1000 * price)
    gained = check(read={"cost": "life_year_gained"}, minus="b", reference=None, expect="shown")
    assert group(table, gained)[0].value == pytest.approx(1000 * price / (4 / 6))
    lost = gained.model_copy(update={"arm": "b", "minus": "a"})
    assert group(table, lost)[0] == Estimate(None, None, None, "no life is gained")


def test_a_concentration_is_the_mean_of_the_days_in_whom_it_was_recorded() -> None:
    table = result(FOUR)
    course = SimpleNamespace(days=np.array([0.0, 21, 42]), concentrations={"t": np.array(
        [[0.0, 10, 30], [0, 20, np.nan], [0, np.nan, np.nan], [0, 40, 40]])})
    found, count = group(cast(TrialResult, SimpleNamespace(**vars(table), series={"a": course})),
                         check(read={"concentration": "t", "days": [21, 42]}))
    assert (found.value, count) == (pytest.approx((20 + 20 + 40) / 3), 3)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    # Newcombe 1998 Stat Med 17:873, table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339 at 95 %; at the
    # 90 % used here it lies inside that.
    found = difference(proportion(56, 70), proportion(48, 80))
    assert found.value == pytest.approx(20)
    assert found.low is not None
    assert found.high is not None
    assert 5.24 < found.low < 10
    assert 28 < found.high < 33.39
