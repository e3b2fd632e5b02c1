"""Survival statistics against published numbers, and against what the library lets pass."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.estimate import odds_ratio, proportion
from her2lab.trial.statistics.survival import Times

# Freireich EJ et al. Blood 1963;21:699: weeks of remission of acute leukaemia, 6-mercaptopurine against placebo.
# Data and results as in Kleinbaum & Klein, Survival Analysis (Springer), chapters 1-3, and R's survival package:
#   survfit(Surv(time, relapse) ~ arm)                 median 23 (6-MP, 0.95LCL 16, 0.95UCL NA), 8 (placebo, 4, 12)
#   coxph(Surv(time, relapse) ~ arm, ties = "efron")   coef 1.572, exp(coef) 4.817, se(coef) 0.4124
#   survdiff(Surv(time, relapse) ~ arm)                Chisq= 16.8 on 1 degrees of freedom, p= 4e-05
MERCAPTOPURINE = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
MERCAPTOPURINE_CNSR = [0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


@pytest.fixture
def treated() -> Times:
    return Times.checked(MERCAPTOPURINE, MERCAPTOPURINE_CNSR)


@pytest.fixture
def placebo() -> Times:
    return Times.checked(PLACEBO, [0] * 21)


def test_medians_of_the_leukaemia_trial(treated: Times, placebo: Times) -> None:
    assert survival.median(treated).value == 23
    assert survival.median(placebo).value == 8
    assert survival.median(treated).high is None          # upper bound not reached, as in R


def test_rates_of_the_leukaemia_trial(treated: Times) -> None:
    # S(10) = 0.753, se 0.0963 (Kleinbaum & Klein, table 2.2; Collett); log-log interval as R's conf.type="log-log":
    # exp(-exp(log(-log S) -+ z se/(S |log S|))) with z = 1.645
    rate = survival.rate_at(treated, 10)
    assert rate.value == pytest.approx(75.3, abs=0.05)
    s, se, z = 0.7529, 0.0963, 1.6449
    theta = z * se / (s * abs(math.log(s)))
    assert rate.low == pytest.approx(100 * s ** math.exp(theta), abs=0.1)
    assert rate.high == pytest.approx(100 * s ** math.exp(-theta), abs=0.1)
    assert survival.rate_at(treated, 60).value is None    # follow-up ended at week 35
    assert survival.at_risk(treated, [0, 10, 20, 30]) == [21, 15, 8, 4]


def test_hazard_ratio_of_the_leukaemia_trial(treated: Times, placebo: Times) -> None:
    ratio = survival.hazard_ratio(placebo, treated)
    assert ratio.value == pytest.approx(4.817, abs=0.002)
    assert ratio.low == pytest.approx(math.exp(1.572 - 1.6449 * 0.4124), rel=2e-3)
    assert ratio.high == pytest.approx(math.exp(1.572 + 1.6449 * 0.4124), rel=2e-3)
    p = survival.logrank_p(placebo, treated)
    assert p is not None
    assert p == pytest.approx(4.17e-5, rel=0.02)


@given(st.lists(st.sampled_from([0, 1]), max_size=20))
def test_fault_24_cnsr_round_trip(codes: list[int]) -> None:
    assert survival.cnsr_from_events(survival.events_from_cnsr(codes)).tolist() == codes
    assert survival.events_from_cnsr(codes).tolist() == [code == 0 for code in codes]


def test_fault_24_zero_is_an_event() -> None:
    assert survival.median(Times.checked([1, 2, 3], [0, 0, 0])).value == 2
    assert survival.median(Times.checked([1, 2, 3], [1, 1, 1])).value is None


@pytest.mark.parametrize(("durations", "cnsr"), [
    ([-1, 2, 3], [0, 0, 0]), ([1, 2, 3], [0, 2, 0]), ([1, np.nan, 3], [0, 0, 0]), ([1, np.inf, 3], [0, 0, 0]),
    ([1, 2, 3], [0, np.nan, 0]), ([1, 2, 3], [0, 0]), ([1, 2, 3], [0, -1, 0]),
])
def test_fault_25_schema_before_statistics(durations: list[float], cnsr: list[float]) -> None:
    with pytest.raises(InputError):
        Times.checked(durations, cnsr)


def test_fault_26_all_censored_is_not_reached() -> None:
    times = Times.checked([5, 6, 7], [1, 1, 1])
    assert survival.median(times) == survival.Estimate(None)
    assert survival.rate_at(times, 5).value == 100
    assert survival.logrank_p(times, times) is None
    assert survival.hazard_ratio(times, times).value is None
    assert "no events" in str(survival.hazard_ratio(times, times).note)


def test_fault_27_separation_is_not_estimable() -> None:
    early, late = Times.checked([1, 2, 3, 4], [0] * 4), Times.checked([5, 6, 7, 8], [0] * 4)
    for ratio in (survival.hazard_ratio(early, late), survival.hazard_ratio(late, early)):
        assert ratio.value is None
        assert ratio.low is None
        assert "not estimable" in str(ratio.note)
    none_in_one_arm = Times.checked([9, 9, 9], [1, 1, 1])
    assert survival.hazard_ratio(early, none_in_one_arm).value is None


def test_fault_28_arm_of_one_has_no_interval() -> None:
    one = Times.checked([5.0], [0])
    assert survival.median(one) == survival.Estimate(5.0)
    assert survival.rate_at(one, 3) == survival.Estimate(100.0)
    assert proportion(1, 1) == survival.Estimate(100.0)


def test_fault_28_nobody() -> None:
    nobody = Times.checked([], [])
    with pytest.raises(InputError):
        survival.median(nobody)
    assert "no patients" in str(survival.hazard_ratio(nobody, Times.checked([1.0], [0])).note)
    assert proportion(0, 0).value is None


def test_wilson_interval_as_published() -> None:
    # Newcombe RG. Stat Med 1998;17:857, table I, method 3: 81/263 gives 0.2553 to 0.3662 at 95 %. The interval here
    # is one of 90 %: both bounds solve (p - limit)**2 = z**2 limit (1 - limit)/n, the score equation, with z = 1.645.
    interval = proportion(81, 263)
    assert interval.value == pytest.approx(30.798, abs=1e-3)
    for bound in (interval.low, interval.high):
        assert bound is not None
        limit = bound / 100
        assert (81 / 263 - limit) ** 2 == pytest.approx(1.6449**2 * limit * (1 - limit) / 263, rel=1e-4)
        assert 0.2553 < limit < 0.3662
    assert proportion(0, 20).low == 0
    assert proportion(20, 20).high == 100


def test_odds_ratio() -> None:
    # Smokers and lung cancer, Doll & Hill BMJ 1950;2:739: 647/2 against 622/27, odds ratio 14.04.
    ratio = odds_ratio(647, 649, 622, 649)
    assert ratio.value == pytest.approx(14.04, abs=0.01)
    assert ratio.low is not None
    assert ratio.low < 14.04 < (ratio.high or 0)
    assert odds_ratio(0, 10, 3, 10).value is None
