"""Every survival estimate beside that of lifelines, on random times with ties and censoring."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.exceptions import ConvergenceError, ConvergenceWarning
from lifelines.statistics import logrank_test
from lifelines.utils import median_survival_times
from numpy.random import Generator
from pandas import DataFrame

from her2lab.trial.statistics import survival
from her2lab.trial.statistics.interaction import of_hazards
from her2lab.trial.statistics.survival import Times

SAME = {"rel": 1e-10, "abs": 1e-12}
Shape = st.tuples(st.integers(0, 10**6), st.integers(2, 80), st.sampled_from([3, 20, 10**6]), st.floats(0.1, 1.0))


def times(random: Generator, n: int, different: int, seen: float, faster: float = 1.0) -> Times:
    """Return n times of which at most `different` differ, a share of them events."""
    durations = np.ceil(random.exponential(different / 3 / faster, n)) / 7
    return Times(np.minimum(durations, different / 7), random.random(n) < seen)


@settings(max_examples=30)
@given(Shape)
def test_kaplan_meier(shape: tuple[int, int, int, float]) -> None:
    seed, n, different, seen = shape
    found = times(np.random.default_rng(seed), n, different, seen)
    ours, theirs = survival.kaplan_meier(found), KaplanMeierFitter(alpha=0.1).fit(found.durations, found.events)
    assert ours.times.tolist() == theirs.survival_function_.index.tolist()
    assert ours.survival == pytest.approx(theirs.survival_function_.to_numpy()[:, 0], **SAME)
    bounds = theirs.confidence_interval_.to_numpy()
    assert np.column_stack([ours.low, ours.high]) == pytest.approx(bounds, **SAME)
    assert ours.median == theirs.median_survival_time_
    assert list(ours.median_bounds) == median_survival_times(theirs.confidence_interval_).to_numpy()[0].tolist()
    moments = np.linspace(0, found.durations.max() * 1.1, 7)
    assert ours.at(moments) == pytest.approx(theirs.predict(moments).to_numpy(), **SAME)


@settings(max_examples=20)
@given(Shape, st.sampled_from([0.3, 1.0, 4.0]))
def test_hazard_ratio_and_log_rank(shape: tuple[int, int, int, float], faster: float) -> None:
    seed, n, different, seen = shape
    random = np.random.default_rng(seed)
    arm, other = times(random, n, different, seen, faster), times(random, n + 5, different, seen)
    ours, p = survival.hazard_ratio(arm, other), survival.logrank_p(arm, other)
    if p is not None:
        test = logrank_test(arm.durations, other.durations, arm.events, other.events)
        assert p == pytest.approx(test.p_value, **SAME)
    if ours.note is not None and "maximum" not in ours.note:
        return
    fit = lifelines_cox(table([(arm, 1.0), (other, 0.0)]))
    if fit is None:
        assert ours.value is None
        return
    assert ours.value == pytest.approx(fit.hazard_ratios_["arm"], **SAME)
    low, high = np.exp(fit.confidence_intervals_.loc["arm"].to_numpy())
    assert (ours.low, ours.high) == (pytest.approx(low, **SAME), pytest.approx(high, **SAME))


@settings(max_examples=6)
@given(st.tuples(st.integers(0, 10**6), st.integers(20, 80), st.sampled_from([20, 10**6]), st.floats(0.4, 1.0)))
def test_interaction_over_strata(shape: tuple[int, int, int, float]) -> None:
    seed, n, different, seen = shape
    random = np.random.default_rng(seed)
    levels = [(score, times(random, n, different, seen, 1 + score), times(random, n + 3, different, seen))
              for score in (0.0, 1.0, 2.0)]
    ours = of_hazards(levels)
    rows = [(each, treated, score) for score, *both in levels for each, treated in zip(both, (1.0, 0.0), strict=True)]
    frame = table([(each, treated) for each, treated, _ in rows])
    frame["score"] = np.repeat([score for *_, score in rows], [len(each) for each, *_ in rows])
    frame["interaction"] = frame["arm"] * frame["score"]
    fit = lifelines_cox(frame, "score")
    if fit is None:
        assert ours.ratio.value is None
        return
    assert ours.ratio.value == pytest.approx(fit.hazard_ratios_["interaction"], **SAME)
    assert ours.p == pytest.approx(fit.summary.p["interaction"], **SAME)


def table(groups: list[tuple[Times, float]]) -> DataFrame:
    return DataFrame({
        "duration": np.concatenate([each.durations for each, _ in groups]),
        "event": np.concatenate([each.events for each, _ in groups]),
        "arm": np.repeat([arm for _, arm in groups], [len(each) for each, _ in groups]),
    })


def lifelines_cox(frame: DataFrame, strata: str | None = None) -> CoxPHFitter | None:
    """Return the model of lifelines, or None where it finds no maximum."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ConvergenceWarning)
            return CoxPHFitter(alpha=0.1).fit(frame, "duration", "event", strata=strata)
    except (ConvergenceError, ConvergenceWarning):
        return None
