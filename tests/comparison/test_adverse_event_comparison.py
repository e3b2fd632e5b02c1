"""Rates of adverse events beside published ones, and the fit of what drugs do to organs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from her2lab.comparison import adverse_events
from her2lab.comparison.adverse_events import AdverseEventComparison
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.toxicity import Fit, ToxicityCalibration
from her2lab.fitting import toxicity


def row(published: float, simulated: float, n: int = 300, use: str = "calibration") -> AdverseEventComparison:
    return AdverseEventComparison("t", use, "a", "diarrhoea", "any", n, published, simulated, 600, True)


@given(st.floats(0, 100), st.integers(20, 3000))
def test_an_interval_holds_the_simulated_rate_and_narrows_with_the_size_of_the_trial(percent: float, n: int) -> None:
    low, high = adverse_events.predicted(percent, 600, n)
    assert 0 <= low <= percent + 100 / n + 0.2
    assert percent - 100 / n - 0.2 <= high <= 100
    large = adverse_events.predicted(percent, 600, 4 * n)
    assert large[1] - large[0] <= high - low + 100 / n


@given(st.floats(1, 99), st.floats(0, 0.6))
def test_differences_between_trials_widen_an_interval(percent: float, spread: float) -> None:
    alone, among = (adverse_events.predicted_elsewhere(percent, 600, 400, each) for each in (0.0, spread))
    assert among[1] - among[0] >= alone[1] - alone[0] - 0.5


def test_the_spread_between_trials_is_what_chance_does_not_explain() -> None:
    assert adverse_events.between_trials([row(50, 50), row(20, 20)]) == 0.0
    shifted = 100 * float(norm.cdf(0.5))
    assert adverse_events.between_trials([row(shifted, 50, n=100_000)] * 5) == pytest.approx(0.5, abs=0.05)
    assert adverse_events.between_trials([row(shifted, 50, n=100_000, use="validation")]) == 0.0


def test_laboratory_values_stand_beside_what_the_laboratory_found() -> None:
    simulated = {"any": 20.0, "any_measured": 60.0, "grade3": 5.0, "grade3_measured": 8.0}
    assert adverse_events.simulated_rate(simulated, {"any": 55.0}, "any") == 20.0
    assert adverse_events.simulated_rate(simulated, {"any": 55.0, "basis": "laboratory"}, "any") == 60.0
    assert adverse_events.simulated_rate(simulated, {"grade3": 9.0, "basis": "laboratory"}, "grade3") == 8.0
    assert adverse_events.simulated_rate(simulated, {"any": 55.0}, "grade3") is None


def test_a_number_is_moved_until_its_event_is_as_frequent_as_published() -> None:
    """The event's probit rises by 0.7 with each e-fold of the number; the published rate is reached at 3."""
    number = toxicity.FreeParameter(Fit(drug="d", parameter="p", event="e", arms=["t/a"]), value=0.2)
    for _ in range(8):
        number.miss = 0.7 * (math.log(3.0) - math.log(number.value))
        number.move()
    assert number.value == pytest.approx(3.0, rel=0.01)


def test_what_is_fitted_is_a_calibration_trial_and_every_name_exists() -> None:
    calibration = library.toxicity_calibration("adverse_events")
    for fit in calibration.fits:
        assert fit.parameter in library.drug(fit.drug).parameters
        for name, arm in (each.split("/") for each in fit.arms):
            trial = library.trial(name)
            assert trial.use == "calibration", name
            assert trial.published is not None
            assert trial.published.adverse_events[arm][fit.event], fit


@pytest.mark.parametrize(("change", "said"), [
    ({"arms": ["aphinity/placebo"]}, "only trials marked `use: calibration` may be fitted"),
    ({"parameter": "diarrhea_potency"}, "the drug has no such number"),
    ({"event": "ild"}, "no such rate is published"),
])
def test_a_fit_that_cannot_be_made_is_refused_before_any_run(change: dict[str, Any], said: str,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    fit = Fit(drug="docetaxel", parameter="diarrhoea_potency", event="diarrhoea", arms=["cleopatra/placebo"])
    wrong = ToxicityCalibration(id="wrong", title="x", patients=20, seed=1, rounds=1, followup=100.0,
                                between_trials=0.3, fits=[fit.model_copy(update=change)])
    monkeypatch.setattr(library, "toxicity_calibration", lambda _: wrong)
    monkeypatch.setattr(toxicity, "run_trial", lambda *_, **__: pytest.fail("a trial was run"))
    with pytest.raises(InputError, match=said):
        toxicity.run("wrong")


def test_an_unknown_calibration_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean adverse_events"):
        library.toxicity_calibration("adverse_event")
