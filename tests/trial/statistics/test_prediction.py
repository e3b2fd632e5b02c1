"""Prediction intervals hold sampling and the spread between trials, within the limits of the endpoint."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.facts import library
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.estimate import Estimate, odds_ratio, proportion
from her2lab.trial.statistics.prediction import Predictor, sampling_sd, widen

Z = 1.6449
PREDICTOR = Predictor(library.between_trials(), "metastatic")


def test_variances_add_on_the_log_scale_side_by_side() -> None:
    wide = widen(Estimate(10.0, 8.0, 14.0), "log", 0.2)
    low, high = math.log(10 / 8) / Z, math.log(14 / 10) / Z
    assert wide.low == pytest.approx(10 * math.exp(-Z * math.hypot(low, 0.2)), rel=1e-4)
    assert wide.high == pytest.approx(10 * math.exp(Z * math.hypot(high, 0.2)), rel=1e-4)
    assert wide.value == 10


def test_without_spread_the_interval_is_that_of_sampling() -> None:
    for scale, sampled in (("log", Estimate(10.0, 8.0, 14.0)), ("logit", proportion(30, 80)),
                           ("complementary log-log", Estimate(80.0, 75.0, 83.0))):
        wide = widen(sampled, scale, 0.0)  # type: ignore[arg-type]
        assert (wide.low, wide.high) == pytest.approx((sampled.low, sampled.high))


def test_a_larger_run_predicts_the_smaller_trial() -> None:
    of_100, of_400 = proportion(40, 100), proportion(160, 400)
    wide = widen(of_400, "logit", 0.3, larger=4.0)
    expected = widen(of_100, "logit", 0.3)
    assert (wide.low, wide.high) == pytest.approx((expected.low, expected.high), abs=0.2)
    ratio = PREDICTOR.contrast("pfs", Estimate(0.7, 0.65, 0.75), 0.0, (400, 400), (100, 100))
    spread = PREDICTOR.spreads.of("pfs_hazard_ratio", PREDICTOR.disease)
    assert ratio.high == pytest.approx(0.7 * math.exp(math.hypot(2 * math.log(0.75 / 0.7), Z * spread)), rel=1e-3)


def test_the_chance_of_the_run_counts_for_endpoints() -> None:
    once, spread = proportion(40, 100), PREDICTOR.spreads.of("orr", PREDICTOR.disease)
    found = PREDICTOR.endpoint("orr", once, 100, 100)
    expected = widen(once, "logit", spread, larger=2.0)
    assert (found.low, found.high) == (expected.low, expected.high)


def test_the_chance_of_the_run_counts_for_ratios() -> None:
    sampled, spread = Estimate(0.7, 0.6, 0.8), PREDICTOR.spreads.of("pfs_hazard_ratio", PREDICTOR.disease)
    found = PREDICTOR.contrast("pfs", sampled, 0.3, (60, 60), (60, 60))
    assert found.high == pytest.approx(0.7 * math.exp(math.hypot(math.log(0.8 / 0.7), Z * spread, Z * 0.3)), rel=1e-3)


@pytest.mark.parametrize("successes", [0, 20])
def test_nobody_or_everybody_still_has_an_interval(successes: int) -> None:
    sampled = proportion(successes, 20)
    wide = widen(sampled, "logit", 0.35)
    assert wide.low is not None
    assert wide.high is not None
    assert sampled.low is not None
    assert sampled.high is not None
    assert 0 <= wide.low <= sampled.low <= sampled.high <= wide.high <= 100
    assert (wide.low == 0) if successes == 0 else (wide.high == 100)
    of_five = widen(sampled, "logit", 0.35, larger=4.0)
    assert of_five.high - of_five.low > wide.high - wide.low  # type: ignore[operator]


def test_survival_without_a_single_event_has_an_interval() -> None:
    times = survival.Times.checked(np.full(40, 30.0), np.ones(40))
    wide = PREDICTOR.endpoint("os_24m", survival.rate_at(times, 24), 40, 40)
    assert (wide.value, wide.high) == (100, 100)
    assert 85 < (wide.low or 0) < 97


def test_what_is_not_reached_stays_so() -> None:
    open_end = PREDICTOR.endpoint("os_median", Estimate(40.0, 30.0, None), 50, 50)
    assert open_end.high is None
    assert (open_end.low or 0) < 30
    no_median = PREDICTOR.endpoint("os_median", Estimate(None, 30.0, None), 50, 50)
    assert (no_median.value, no_median.high) == (None, None)
    spread = PREDICTOR.spreads.of("os_median", PREDICTOR.disease)
    assert no_median.low == pytest.approx(30 * math.exp(-Z * spread), rel=1e-3)
    assert PREDICTOR.endpoint("orr", Estimate(None, note="nobody"), 50, 50) == Estimate(None, note="nobody")


@given(st.integers(1, 199), st.integers(200, 400), st.floats(0, 1), st.floats(0.1, 10))
def test_percentages_stay_percentages_and_spread_only_widens(x: int, n: int, spread: float, larger: float) -> None:
    scales: tuple[Literal["logit", "complementary log-log"], ...] = ("logit", "complementary log-log")
    for scale in scales:
        narrow, wide = (widen(proportion(x, n), scale, each, larger) for each in (0.0, spread))
        assert 0 <= wide.low <= narrow.low + 1e-9  # type: ignore[operator]
        assert narrow.high - 1e-9 <= wide.high <= 100  # type: ignore[operator]
        assert wide.low <= x / n * 100 <= wide.high  # type: ignore[operator]


def test_the_ratio_of_odds_scatters_as_woolf_says() -> None:
    assert sampling_sd(odds_ratio(30, 100, 20, 100), "log") == pytest.approx(
        math.sqrt(1 / 30 + 1 / 70 + 1 / 20 + 1 / 80), rel=1e-3)
    assert sampling_sd(proportion(40, 100), "logit") == pytest.approx(1 / math.sqrt(100 * 0.4 * 0.6), rel=0.03)
