"""Published curves are found by trial and endpoint, agree with the trial files, and their distance is an area."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her2lab.comparison import published_curves
from her2lab.comparison.curve_distance import distance, distances
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.facts.vocabulary import landmark
from her2lab.trial.statistics import survival
from her2lab.trial.statistics.survival import Times

CURVES = [(trial, name) for trial in library.trials() if trial.published for name in trial.published.curves]
NAMES = [f"{trial.id}-{name}" for trial, name in CURVES]
MEDIAN_DIFFERS = {  # months; the others within the month that digitising allows
    ("cleopatra", "os"): 4, ("marianne", "pfs"): 1.2,
    ("th3resa", "os"): 1.5,  # digitised is the interim analysis
}
groups = st.lists(st.tuples(st.floats(0.1, 50), st.integers(0, 1)), min_size=1, max_size=30)


def times(rows: list[tuple[float, int]]) -> Times:
    """Return times from (months, CNSR)."""
    return Times.checked([row[0] for row in rows], [row[1] for row in rows])


def test_every_indexed_curve_is_named_by_its_trial_and_no_other_is() -> None:
    indexed = {(one.trial, one.endpoint): one.file for index in library.curve_indexes().values()
               for one in index.digitised}
    assert indexed == {(trial.id, name): trial.published.curves[name] for trial, name in CURVES if trial.published}


@pytest.mark.parametrize(("trial", "name"), CURVES, ids=NAMES)
def test_a_curve_has_the_patients_of_its_arms(trial: Trial, name: str) -> None:
    sizes = {arm.id: arm.n for arm in trial.arms}
    found = published_curves.published(trial, name)
    assert {arm: len(each) for arm, each in found.items()} == {arm: sizes[arm] for arm in found}
    assert all(each.durations.max() <= trial.followup / survival.DAYS_PER_MONTH for each in found.values())


@pytest.mark.parametrize(("trial", "name"), CURVES, ids=NAMES)
def test_a_curve_agrees_with_the_published_medians_and_shares(trial: Trial, name: str) -> None:
    assert trial.published is not None
    for arm, each in published_curves.published(trial, name).items():
        known = trial.published.arms[arm]
        median = survival.median(each).value
        if f"{name}_median" in known and median is not None:
            assert median == pytest.approx(known[f"{name}_median"], abs=MEDIAN_DIFFERS.get((trial.id, name), 1))
        for key, share in known.items():
            family, months = landmark(key) or ("", 0)
            if family == name and (read := survival.rate_at(each, months).value) is not None:
                assert read == pytest.approx(share, abs=3), key


def test_a_curve_of_an_arm_that_the_trial_does_not_have_is_refused() -> None:
    trial = library.trial("cleopatra")
    other = trial.model_copy(update={"arms": trial.arms[:1]})
    with pytest.raises(InputError, match=r"cleopatra_pfs\.csv.*pertuzumab"):
        published_curves.check(other)


def test_the_distance_is_the_area_between_the_curves_over_common_follow_up() -> None:
    # 50 % from month 2 on against 100 % until month 4: 50 points during half of the four months
    early, late = times([(2, 0), (8, 1)]), times([(4, 1), (4, 1)])
    apart = distance(early, late)
    assert (apart.mean, apart.largest, apart.months) == pytest.approx((25, 50, 4))


def test_a_curve_that_has_reached_zero_is_known_to_the_end_of_the_other() -> None:
    gone, stay = times([(1, 0)]), times([(4, 1)])
    apart = distance(gone, stay)
    assert (apart.mean, apart.largest, apart.months) == pytest.approx((75, 100, 4))


@settings(max_examples=30)
@given(groups, groups)
def test_a_distance_is_symmetric_zero_to_itself_and_at_most_the_largest(one: list, other: list) -> None:
    there, back = distance(times(one), times(other)), distance(times(other), times(one))
    assert (there.mean, there.largest, there.months) == pytest.approx((back.mean, back.largest, back.months))
    assert 0 <= there.mean <= there.largest + 1e-9 <= 100 + 1e-8
    assert distance(times(one), times(one)).largest == 0


def test_a_result_whose_patients_are_the_published_ones_has_no_distance() -> None:
    trial = library.trial("extenet")
    rows = [
        {"arm": arm, "status": "ok", "pfs_days": months * survival.DAYS_PER_MONTH, "pfs_cnsr": int(not event)}
        for arm, each in published_curves.published(trial, "idfs").items()
        for months, event in zip(each.durations.tolist(), each.events.tolist(), strict=True)
    ]
    found = distances(trial, pl.DataFrame(rows))
    assert [(one["endpoint"], one["arm"]) for one in found] == [("idfs", "placebo"), ("idfs", "neratinib")]
    assert np.allclose([one["distance"] for one in found], 0, atol=1e-6)
    assert all(one["months"] == pytest.approx(23.9) for one in found)


def test_a_result_without_published_curves_stays_as_it_is() -> None:
    trial = library.trial("toga")
    assert distances(trial, pl.DataFrame()) == []
