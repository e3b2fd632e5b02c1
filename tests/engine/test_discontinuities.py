"""A condition in time alone is never stepped over: in a rate, a rule or a trigger, on any output grid."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab import engine

HOURS = 240.0
WAVE = 2 * np.arccos(0.999)  # how long in each turn sin(time) stays above 0.999; 38 turns fit into 240

RATES = {
    "rem": ("rem(time, 24) < 0.5", 10 * 0.5),
    "floor": ("time - 24*floor(time/24) < 0.5", 10 * 0.5),
    "ceil": ("24*ceil(time/24) - time < 0.5", 10 * 0.5),
    "period of the patient": ("rem(time, tau) < 0.5", 10 * 0.5),
    "nested staircases": ("floor(rem(time, tau)/6) == 2", 10 * 6.0),
    "wave": ("sin(time) > 0.999", 38 * WAVE),
    "wave of a staircase": ("cos(2*pi*floor(time)/24) > 0.99", 10 * 1.0),
    "pieces": ("rem(piecewise(time, time < 120, time - 12), 24) < 0.5", 10 * 0.5),
    "square": ("(time - 120)^2 < 0.25", 1.0),
    "band": ("rem(time, 24) >= 23.999 && rem(time, 24) < 23.9995", 10 * 0.0005),
}


@pytest.mark.parametrize(("condition", "expected"), RATES.values(), ids=RATES.keys())
def test_rate_that_is_switched_in_time_is_integrated_whole(condition: str, expected: float) -> None:
    model = engine.compile_model(f"model a; x = 0; tau = 24; x' = piecewise(1, {condition}, 0); end")
    found = [model.simulate(HOURS, points=points)["x"][0, -1] for points in (2, 7, 1001)]
    assert found[0] == pytest.approx(expected, rel=1e-8)
    assert len(set(found)) == 1


def test_condition_in_an_assignment_rule_is_integrated_whole() -> None:
    model = engine.compile_model("model a; x = 0; dose := piecewise(10, rem(time, 24) < 0.5, 0); x' = dose; end")
    assert model.simulate(HOURS, points=2)["x"][0, -1] == pytest.approx(50.0, rel=1e-9)


def test_staircase_without_comparison_is_integrated_whole() -> None:
    model = engine.compile_model("model a; x = 0; y = 0; x' = floor(rem(time, 24)/6); y' = ceil(-time/24); end")
    found = model.simulate(HOURS, points=2)
    assert found["x"][0, -1] == pytest.approx(360.0, rel=1e-9)
    assert found["y"][0, -1] == pytest.approx(-1080.0, rel=1e-9)


@pytest.mark.parametrize(
    ("trigger", "times"),
    [("rem(time, 24) < 0.5", 9), ("rem(time, 24) == 12", 10), ("floor(time/24) == 3", 1), ("sin(time) > 0.999", 38)],
)
def test_trigger_in_time_alone_is_met_each_time(trigger: str, times: int) -> None:
    model = engine.compile_model(f"model a; n = 0; y = 1; y' = -y; e: at ({trigger}): n = n + 1; end")
    assert {model.simulate(239.0, points=points)["n"][0, -1] for points in (2, 7, 500)} == {times}


def test_each_patient_has_its_own_period() -> None:
    model = engine.compile_model("model a; x = 0; tau = 24; x' = piecewise(1, rem(time, tau) < 0.5, 0); end")
    found = model.simulate(HOURS, points=2, parameters={"tau": [24.0, 7.0, -24.0, 1e9]})["x"][:, -1]
    np.testing.assert_allclose(found, [5.0, 17.5, 5.0, 0.5], rtol=1e-8)


@pytest.mark.parametrize(
    "text",
    ["model a; x = 0; x' = piecewise(1, sin(time) > 0.9*x, 0); end",
     "model a; x = 0; w = 0; x' = 1; e: at (sin(time) > 0.9*x): w = 1; end"],
)
def test_wave_compared_with_a_moving_state_is_refused(text: str) -> None:
    with pytest.raises(engine.UnsupportedModel, match="wave in time"):
        engine.compile_model(text)
