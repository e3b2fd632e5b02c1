"""An arm outside what was fitted or seen says in which ways, and has wider intervals."""

from __future__ import annotations

import math

import pytest

from her2lab.facts import library
from her2lab.trial.extrapolation import Extrapolation, extrapolations
from her2lab.trial.statistics.estimate import Estimate, proportion
from her2lab.trial.statistics.prediction import Predictor

SPREADS = library.between_trials()


def reasons(trial) -> dict[str, str]:
    return {arm: "; ".join(each.reasons) for arm, each in extrapolations(trial).items()}


def with_regimen(*lines, **changes):
    trial = library.trial("emilia")
    return trial.replace(arms=[{"id": "only", "n": 100, "regimen": list(lines)}], **changes)


@pytest.mark.parametrize("name", ["cleopatra", "emilia", "toga", "destiny_breast01", "katherine"])
def test_a_trial_that_was_fitted_is_within(name):
    assert not any(reasons(library.trial(name)).values())


def test_a_drug_in_a_population_in_which_it_was_not_fitted():
    found = reasons(library.trial("destiny_breast03"))
    assert found["tdm1"] == ""
    assert "not fitted in breast_metastatic_2l" in found["tdxd"]


@pytest.mark.parametrize(("line", "says"), [
    ({"drug": "trastuzumab_emtansine", "dose": "3.6 mg/kg", "every": 84, "until": "progression"}, "every 84 days"),
    ({"drug": "trastuzumab_emtansine", "dose": "0.6 mg/kg", "every": 21, "until": "progression"}, "0.6 mg/kg, seen"),
    ({"drug": "everolimus", "dose": "10 mg", "every": 1, "route": "oral", "until": "progression"}, "in no trial"),
    ({"drug": "trastuzumab_emtansine", "dose": "3.6 mg/kg", "every": 21, "until": "progression"}, ""),
])
def test_dose_interval_and_drug(line, says):
    found = reasons(with_regimen(line))["only"]
    assert says in found
    assert bool(says) == bool(found)


def test_a_year_that_is_not_given_is_said():
    trial = library.trial("emilia")
    (found,) = set(reasons(trial.replace(baseline={})).values())
    assert "2010" in found
    assert "year_median" in found


def test_a_population_of_the_trial_file_is_outside():
    people = library.population("breast_metastatic_2l").model_dump(mode="json", exclude_none=True)
    trial = library.trial("emilia").replace(population={**people, "id": "mine"})
    assert all("population mine of the trial file" in each for each in reasons(trial).values())


def test_intervals_of_an_arm_outside_are_wider_and_others_the_same():
    predictor = Predictor(SPREADS, "metastatic", {"in": Extrapolation(), "out": Extrapolation(("drug",))})
    sampled = Estimate(10.0, 10.0, 10.0)
    plain, within, outside = (each.endpoint("pfs_median", sampled, 100, 100)
                              for each in (Predictor(SPREADS, "metastatic"), predictor.of("in"), predictor.of("out")))
    assert within == plain
    factor = SPREADS.extrapolation["outside"].value
    assert math.log(outside.high / 10) == pytest.approx(factor * math.log(plain.high / 10))
    assert predictor.of("in", "out").spreads == predictor.of("out").spreads


def test_a_year_that_is_not_given_widens_survival_only():
    undated = Predictor(SPREADS, "metastatic", {"arm": Extrapolation((), ("year",))}).of("arm")
    plain, sampled = Predictor(SPREADS, "metastatic"), proportion(40, 100)
    assert undated.endpoint("orr", sampled, 100, 100) == plain.endpoint("orr", sampled, 100, 100)
    months = Estimate(20.0, 18.0, 22.0)
    assert undated.endpoint("os_median", months, 100, 100).high > plain.endpoint("os_median", months, 100, 100).high
