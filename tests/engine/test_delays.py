"""delay(): what a state was a while ago, exactly up to the tolerance, on any output grid."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest

from her2lab import engine

TIMES = np.linspace(0, 8, 17)


def by_steps(times: np.ndarray) -> np.ndarray:
    """x' = -x(t - 1) with x = 1 before 0, by the method of steps."""
    def value(t: float) -> float:
        return sum((-1) ** n * max(t - n + 1, 0.0) ** n / factorial(n) for n in range(12) if n == 0 or t > n - 1)

    return np.array([value(t) for t in times])


@pytest.fixture(scope="module")
def feedback(cache: object) -> engine.Model:
    return engine.compile_model("model a; x = 1; tau = 1; x' = -delay(x, tau); end")


@pytest.mark.parametrize(("rtol", "error"), [(1e-4, 1e-4), (1e-9, 1e-8)])
def test_delayed_feedback_is_that_of_the_method_of_steps(feedback: engine.Model, rtol: float, error: float) -> None:
    assert np.allclose(feedback.simulate(times=TIMES, rtol=rtol)["x"][0], by_steps(TIMES), atol=error)


def test_delay_belongs_to_each_patient(feedback: engine.Model) -> None:
    tau = np.array([2.0, 1.0, 0.3] * 30)
    found = feedback.simulate(times=TIMES, parameters={"tau": tau}, rtol=1e-6)
    assert np.array_equal(found["x"][1], feedback.simulate(times=TIMES, rtol=1e-6)["x"][0])
    assert np.array_equal(found["x"][:3], found["x"][-3:])
    none = feedback.simulate(times=TIMES, parameters={"tau": 0.0}, max_steps=1000)
    assert none.status[0] != engine.Status.OK


def test_output_times_and_pieces_do_not_matter(feedback: engine.Model) -> None:
    last = {feedback.simulate(8.0, points=points, rtol=1e-6)["x"][0, -1] for points in (2, 9, 1001)}
    assert len(last) == 1
    batch = feedback.start(1)
    for until in (0.4, 1.7, 1.7, 5.0, 8.0):
        batch.advance(until, rtol=1e-6)
    assert batch.state[0, 0] == pytest.approx(by_steps(np.array([8.0]))[0], abs=1e-5)


def test_more_steps_are_kept_than_there_was_room_for_at_first() -> None:
    text = "model a; x = 1; y = 0; x' = -delay(x, 1); y' = cos(30*time) ; z := delay(y, 1.5); end"
    found = engine.compile_model(text).simulate(times=TIMES, rtol=1e-8)
    assert np.allclose(found["x"][0], by_steps(TIMES), atol=1e-6)
    assert np.allclose(found["z"][0], np.sin(30 * np.maximum(TIMES - 1.5, 0)) / 30, atol=1e-6)


def test_dose_comes_back_after_the_delay_and_is_not_stepped_over() -> None:
    model = engine.compile_model("model a; x = 0; y = 0; x' = -50*x; y' = 50*delay(x, 10); end")
    dose = engine.Inputs.build(1, [(0, 3.3, "x", 1.0, 0.0)])
    found = model.simulate(times=[13.3, 13.32, 40], inputs=dose, rtol=1e-7)
    assert np.allclose(found["y"][0], [0.0, 1 - np.exp(-1), 1.0], atol=1e-5)


def test_event_may_look_back() -> None:
    model = engine.compile_model("model a; x = 0; y = 0; x' = 1; e: at (delay(x, 2) > 3): y = delay(x, 1); end")
    assert model.simulate(times=[4.9, 5.1], rtol=1e-8)["y"][0] == pytest.approx([0.0, 4.0], rel=1e-8)


def test_delay_of_a_rule_is_that_of_what_it_is_made_of() -> None:
    model = engine.compile_model("model a; x = 1; x' = 1; y := x^2 + time; z := delay(y, 2); w := delay(z, 1); end")
    found = model.simulate(times=[5.0], rtol=1e-8)
    assert found["z"][0, 0] == pytest.approx(4.0**2 + 3)
    assert found["w"][0, 0] == pytest.approx(3.0**2 + 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [("model a; x = 1; x' = delay(x, 1 + x); end", "delay that changes"),
     ("model a; x = sin(time); y = 1; y' = delay(x, 1); end", "before the start")],
)
def test_delay_that_is_not_supported_is_refused(text: str, words: str) -> None:
    with pytest.raises(engine.UnsupportedModel, match=words):
        engine.compile_model(text)
