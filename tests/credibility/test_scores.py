"""Every published figure beside its prediction, and what the scores make of it."""

from __future__ import annotations

import math

import made_up
import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.comparison import published_intervals
from her2lab.comparison.figures import crps, figures
from her2lab.comparison.regimen_classes import regimen_class
from her2lab.comparison.scales import Belief, FigureScale, scale_of
from her2lab.credibility.naive import CLASS_MEAN, NO_EFFECT, Library
from her2lab.credibility.scores import judge, reached, score
from her2lab.facts import library

CLEOPATRA = library.trial("cleopatra")


def found(trial=CLEOPATRA, **options):
    return figures(trial, made_up.summary(trial, **options))


@given(st.sampled_from(["orr", "pfs_12m", "os_median"]), st.floats(0.5, 99.5))
def test_a_scale_goes_there_and_back(endpoint, value):
    scale = scale_of(endpoint, 10**6)
    assert scale.back(scale.to(value)) == pytest.approx(value, rel=1e-6)


def test_no_response_at_all_counts_as_half_a_patient():
    assert FigureScale("share", 50).to(0.0) == FigureScale("share", 50).to(1.0)


def test_crps_of_a_normal_forecast_at_its_centre():
    # (sqrt(2) - 1)/sqrt(pi) standard deviations: Gneiting and Raftery 2007, equation 21
    figure = next(each for each in found() if each.reference is not None)
    assert crps(figure, Belief(figure.truth, 2.0)) == pytest.approx(2 * (math.sqrt(2) - 1) / math.sqrt(math.pi))


def test_a_prediction_is_taken_back_to_its_own_interval():
    scale, level = FigureScale("ratio", 100), 0.9
    belief = Belief.of(scale, 0.7, 0.5, 0.98, level)
    assert belief.interval(scale, level) == pytest.approx((0.5, 0.98))


def test_the_published_interval_of_a_share_is_wilsons():
    assert published_intervals.wilson(50.0, 100) == pytest.approx((40.38, 59.62),
                                                                  abs=0.01)  # Newcombe 1998 Stat Med 17:857


def test_without_a_published_interval_it_follows_from_the_number_of_events():
    contrast = CLEOPATRA.published.contrasts[0].model_copy(update={"low": None, "high": None})
    (low, high), stored = published_intervals.of_contrast(CLEOPATRA, contrast, 0.68)
    assert not stored
    assert low < 0.68 < high
    # 0.58 to 0.80 was published, by all patients with an event at that time
    assert (low, high) == pytest.approx((0.58, 0.80), abs=0.03)


def test_every_published_figure_has_a_row_even_if_it_was_not_simulated():
    result = made_up.summary(CLEOPATRA)
    del result["arms"][0]["endpoints"]["orr"]
    rows = figures(CLEOPATRA, result)
    published = CLEOPATRA.published
    assert len(rows) == sum(map(len, published.arms.values())) + len(published.contrasts)
    missing = rows[0]
    assert (missing.note, missing.inside) == ("not simulated", False)


def test_an_open_end_holds_whatever_lies_beyond():
    result = made_up.summary(CLEOPATRA)
    result["arms"][0]["endpoints"]["os_median"].update(value=None, low=39.0, high=None)
    row = next(each for each in figures(CLEOPATRA, result) if each.endpoint == "os_median")
    assert row.inside
    assert row.crps is None
    assert row.width_ratio is None


def test_a_figure_at_the_rounded_end_of_the_interval_is_inside():
    result = made_up.summary(CLEOPATRA)
    result["arms"][0]["endpoints"]["orr"].update(low=69.34)  # 69.3 was published
    assert figures(CLEOPATRA, result)[0].inside


def test_subgroups_are_figures_of_their_own():
    group = {**made_up.summary(CLEOPATRA, patients=100), "property": "hr_positive", "level": "yes"}
    rows = figures(CLEOPATRA, {**made_up.summary(CLEOPATRA, patients=200), "subgroups": [group]})
    parts = [each for each in rows if each.subgroup == "hr_positive yes"]
    assert len(parts) == len(rows) / 2
    assert parts[0].n == CLEOPATRA.arms[0].n / 2


@pytest.mark.parametrize(("trial", "arm", "endpoint", "expected"), [
    ("cleopatra", "pertuzumab", "pfs_median", "two antibodies + chemotherapy"),
    ("emilia", "tdm1", "orr", "conjugate"),
    ("emilia", "lapatinib_capecitabine", "orr", "kinase inhibitor + chemotherapy"),
    ("hera", "observation", "dfs_24m", "observation"),
    ("neosphere", "pertuzumab_trastuzumab", "pcr", "two antibodies"),       # chemotherapy comes after surgery
    ("neosphere", "pertuzumab_trastuzumab", "pfs_60m", "two antibodies + chemotherapy"),
])
def test_the_class_of_a_regimen_is_what_kinds_of_drugs_it_holds(trial, arm, endpoint, expected):
    record = library.trial(trial)
    chosen = next(each for each in record.arms if each.id == arm)
    assert regimen_class(record, chosen, endpoint, library.drug) == expected


def test_naive_forecasts_read_no_outcome_of_a_validation_trial():
    trials = library.trials()
    changed = [trial if trial.use == "calibration" else doubled(trial) for trial in trials]
    assert Library(changed).seen == Library(trials).seen


def test_a_trial_is_no_part_of_its_own_naive_forecast():
    trials = [library.trial("cleopatra"), library.trial("pertain")]
    figure = next(each for each in found() if each.endpoint == "pfs_median" and each.arm == "pertuzumab")
    alone = Library(trials[:1]).forecast(CLASS_MEAN, figure)
    both = Library(trials).forecast(CLASS_MEAN, figure)
    assert alone is None
    only = [math.log(arm["pfs_median"]) for arm in trials[1].published.arms.values()]
    assert min(only) <= both.belief.mean <= max(only)


def test_without_effect_every_ratio_is_one():
    figure = next(each for each in found() if each.reference is not None)
    assert Library(library.trials()).forecast(NO_EFFECT, figure).belief.mean == 0.0


def test_predictions_that_are_right_score_better_than_naive_ones_and_meet_the_targets():
    judged = judge(found(width=0.1), Library(library.trials()))
    scores = score(judged)
    assert (scores.inside, scores.n) == (len(judged), len(judged))
    assert scores.log_hazard_ratio_median == pytest.approx(0, abs=1e-9)
    assert all(each.skill > 0 for each in scores.against.values())
    assert all(each.met for each in reached(scores, library.credibility_plan().targets))


def test_predictions_that_are_wrong_miss_the_targets():
    scores = score(judge(found(factor=0.5, width=0.1), Library(library.trials())))
    assert scores.inside == 0
    assert scores.log_hazard_ratio_median == pytest.approx(math.log(2))
    met = [each.met for each in reached(scores, library.credibility_plan().targets)]
    assert met[0] is False
    assert met[2] is False


def test_nothing_to_judge_is_neither_met_nor_missed():
    assert [each.met for each in reached(score([]), library.credibility_plan().targets)] == [None] * 5


def doubled(trial):
    """Return a trial with other published outcomes."""
    if trial.published is None:
        return trial
    arms = {arm: {name: value / 2 for name, value in of.items()} for arm, of in trial.published.arms.items()}
    contrasts = [each.model_copy(update={"hr": each.hr and each.hr * 2}) for each in trial.published.contrasts]
    return trial.model_copy(update={"published": trial.published.model_copy(
        update={"arms": arms, "contrasts": contrasts})})
