"""An integration that fails is tried again more tightly, and says where, when and by which state it ended."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab import engine
from her2lab.errors import InputError

RISE = {  # a rate that goes from 0 to 1 at 200 and whose exponential overflows far from there
    "time": "1/(1 + exp(-5*(time - 200)))",
    "state": "1/(1 + exp(-5*(y - 200)))",
    "square": "1/(1 + exp(-50*(time - 200)))^2",
    "power": "1/(1 + 2^(-50*(time - 200)))",
    "arctangent": "2*arctan(exp(50*(time - 200)))/pi",
}


@pytest.mark.parametrize("rate", RISE.values(), ids=RISE.keys())
def test_slope_of_a_logistic_is_a_number_where_its_exponential_overflows(rate: str) -> None:
    result = engine.compile_model(f"model a; x = 0; y = 0; y' = 1; x' = {rate}; end").simulate(times=[100, 240])
    assert result.status[0] == engine.Status.OK
    assert np.allclose(result["x"][0], [0.0, 40.0], rtol=1e-3)


def test_hill_function_of_the_reciprocal_starts_at_zero() -> None:
    result = engine.compile_model("model a; x = 0; x' = 0.01 + 1/(1 + (3/x)^4) - x; end").simulate(times=[1])
    assert result["x"][0, 0] == pytest.approx(0.01 * (1 - np.exp(-1)), rel=1e-3)


def test_patient_that_strayed_beyond_a_pole_is_tried_again_more_tightly() -> None:
    """x - sin(5 time) leaves an unstable rest at 1: to -1, unless an error puts it on the other side."""
    model = engine.compile_model("model a; x = 0.99999; x' = (x - sin(5*time))^2 - 1 + 5*cos(5*time); end")
    batch = model.start(1)
    batch.advance(40.0)
    assert batch.status[0] == engine.Status.STEP_TOO_SMALL
    assert model.simulate(times=[40])["x"][0, 0] == pytest.approx(np.sin(200) - 1, abs=1e-3)


def test_failure_names_time_state_and_cause() -> None:
    text = "model a; w = 5; speed = 1; w' = -w; x = 1; x' = speed*x^2; end"
    result = engine.compile_model(text).simulate(times=[2], parameters={"speed": [0.1, 1.0]})
    assert list(result.failures) == [1]
    assert "at time 1.0" in result.failures[1]
    assert "; x is" in result.failures[1]


def test_most_steps_is_an_option() -> None:
    model = engine.compile_model("model a; x = 1; x' = -x; end")
    result = model.simulate(9, max_steps=4)
    assert result.status[0] == engine.Status.TOO_MANY_STEPS
    assert "more steps" in result.failures[0]


def test_fault_47_failing_integrations_write_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    blowing_up = engine.compile_model("model a; x = 1; k = 1; x' = k*x^2; end")
    blowing_up.simulate(parameters={"k": [1.0, 0.01, 30.0]}, times=[5.0])
    engine.compile_model("model a; x = 1; x' = ln(0.5 - time)*x; end").simulate(times=[2.0])
    with pytest.raises(InputError):
        engine.compile_model("model a; x = )(; end")
    with pytest.raises(InputError):
        engine.compile_model("<sbml></sbml>")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
