"""Events: what sets them off, what they do, and what does not change their result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from her2lab import engine
from her2lab.lab.cli.model import app

BALL = "model ball; y = 10; v = 0; g = 9.81; n = 0; y' = v; v' = -g; hit: at (y < 0): v = -0.8*v, n = n + 1; end"
DOSING = """model dosing
    A = 0; k = 0.3; tau = 2.5; dose = 5; next = 1; last = -1; A' = -k*A;
    give: at (time >= next): A = A + dose, last = time, next = next + tau;
    end"""
CYCLE = """model cycle
    compartment C = 2; species S in C; S = 10; species P in C; P = 0; k = 0.5; hold = 0;
    make: S -> P; k*S*C;
    feed: at (S < 4): S = S + 6;
    slow: at (P > 15): k = 0.2;
    purge: at 1.5 after (P > 20), fromTrigger=false: P = P/2;
    end"""
SWELL = """model swell
    compartment C = 1; species S in C; S = 3; k = 0.1; decay: S -> ; k*S*C;
    grow: at (time >= 2), priority = 1: C = 4;
    more: at (time >= 2), priority = 2: k = 2*k;
    end"""


def ball_height(times: np.ndarray) -> np.ndarray:
    """The height of the ball of the model BALL, from its formula."""
    start, speed, begin, out = 10.0, 0.0, 0.0, []
    for t in times:
        while True:
            fall = (speed + np.sqrt(speed**2 + 2 * 9.81 * start)) / 9.81
            if t <= begin + fall:
                break
            begin, speed, start = begin + fall, 0.8 * (9.81 * fall - speed), 0.0
        out.append(start + speed * (t - begin) - 9.81 / 2 * (t - begin) ** 2)
    return np.array(out)


def test_bouncing_ball_follows_its_formula() -> None:
    times = np.linspace(0, 9, 91)
    result = engine.compile_model(BALL).simulate(times=times, rtol=1e-8)
    assert np.allclose(result["y"][0], ball_height(times), atol=1e-6)
    assert result["n"][0, -1] == 5


@pytest.mark.parametrize(("before", "start"), [("false", 9.0), ("true", 0.0)])
def test_dose_at_time_zero_is_given_where_the_trigger_was_false_before(before: str, start: float) -> None:
    text = f"model a; x = 0; x' = -x; give: at (time >= 0), t0={before}: x = 9; end"
    assert np.allclose(engine.compile_model(text).simulate(times=[0, 1])["x"][0], [start, start / np.e], rtol=1e-4)


def test_repeated_doses_are_given_exactly_at_their_times() -> None:
    times = np.array([1.0, 3.4, 3.5, 3.6, 30.0])
    result = engine.compile_model(DOSING).simulate(parameters={"tau": [2.5, 0.7]}, times=times, rtol=1e-8)
    for i, tau in enumerate((2.5, 0.7)):
        given = 1 + tau * np.arange(60)
        expected = [5 * np.exp(-0.3 * (t - given[given <= t])).sum() for t in times]
        assert np.allclose(result["A"][i], expected, rtol=1e-6)
    assert result["last"][0].tolist() == [1.0, 1.0, 3.5, 3.5, 28.5]


def test_pulse_in_time_is_not_stepped_over() -> None:
    model = engine.compile_model("model a; x = 1; w = 0; x' = 0*x; e: at (time >= 50 && time < 50.0001): w = time; end")
    assert model.simulate(times=[1000])["w"][0, 0] == 50


def test_record_waits_for_all_events_of_its_moment_however_many() -> None:
    """Twenty wait; the second sets all of them off once more."""
    event = "e{}: at (trig > 0), t0=false, fromTrigger=false: n = n + 1, trig = piecewise(0, n == 0, 1)"
    model = engine.compile_model(f"model a; n = 0; trig = 1; {'; '.join(map(event.format, range(20)))}; end")
    assert model.simulate(times=[0, 1])["n"][0].tolist() == [40, 40]


def test_higher_priority_goes_first_and_none_goes_last() -> None:
    text = """model a; x = 1; s = 0; s' = 1;
        low: at (time >= 1), priority = 1, fromTrigger=false: x = 2*x;
        none: at (time >= 1), fromTrigger=false: x = x + 100;
        high: at (time >= 1), priority = 5, fromTrigger=false: x = x + 1; end"""
    assert engine.compile_model(text).simulate(times=[2])["x"][0, 0] == 104
    early = text.replace("fromTrigger=false", "fromTrigger=true")
    assert engine.compile_model(early).simulate(times=[2])["x"][0, 0] == 101  # the last to go, with x of the trigger


def test_values_are_those_of_the_trigger_or_of_the_execution() -> None:
    text = "model a; x = 0; y = 0; x' = 1; e: at 2 after (time >= 1), fromTrigger={}: y = x; end"
    models = [engine.compile_model(text.format(early)) for early in ("true", "false")]
    found = [model.simulate(times=[2.9, 3, 4])["y"][0] for model in models]
    assert np.allclose(found, [[0, 1, 1], [0, 3, 3]], rtol=1e-9)


@pytest.mark.parametrize(("persistent", "done"), [("true", 1.0), ("false", 0.0)])
def test_event_whose_trigger_fails_while_it_waits(persistent: str, done: float) -> None:
    delayed = f"model a; x = 0; y = 0; x' = 1; e: at 2 after (x > 1 && x < 2), persistent={persistent}: y = 1; end"
    assert engine.compile_model(delayed).simulate(times=[9])["y"][0, 0] == done
    tied = f"""model a; x = 0; y = 0; s = 0; s' = 1;
        first: at (time >= 1), priority = 2: x = 1;
        second: at (time >= 1 && x < 1), priority = 1, persistent={persistent}: y = 1; end"""
    assert engine.compile_model(tied).simulate(times=[9])["y"][0, 0] == done


def test_events_set_each_other_off_at_one_moment() -> None:
    text = """model chain; a = 0; b = 0; c = 0; s = 0; s' = 1;
        e: at (c > 0): a = time; f: at (b > 0): c = 1; g: at (time >= 1): b = 1; end"""
    assert engine.compile_model(text).simulate(times=[1, 2])["a"][0].tolist() == [1, 1]


def test_amount_is_kept_where_a_compartment_is_resized() -> None:
    found = engine.compile_model(SWELL).simulate(times=[0, 1, 2, 4], rtol=1e-8)
    expected = [3, 3 * np.exp(-0.1), 3 / 4 * np.exp(-0.2), 3 / 4 * np.exp(-0.6)]
    assert np.allclose(found["S"][0], expected, rtol=1e-6)


@pytest.mark.parametrize("text", [CYCLE, DOSING])
def test_second_engine_agrees(text: str, roadrunner_states: Callable[..., np.ndarray]) -> None:
    model, times = engine.compile_model(text), np.linspace(0, 20, 41) + 0.01
    found = model.simulate(times=times, rtol=1e-6, outputs=model.states).values[0]
    expected = roadrunner_states(model, np.concatenate([[0], times]))[1:]
    assert np.allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_result_does_not_depend_on_threads_nor_on_other_patients() -> None:
    model, times = engine.compile_model(CYCLE), np.linspace(0, 20, 21)
    k = np.geomspace(0.05, 5, 150)
    alone = [model.simulate(parameters={"k": k[i : i + 1]}, times=times, threads=1).values[0] for i in (0, 71, 149)]
    for threads in (1, 3):
        together = model.simulate(parameters={"k": k}, times=times, threads=threads).values
        assert np.array_equal(together[[0, 71, 149]], alone)
    assert np.array_equal(model.simulate(parameters={"k": k[::-1]}, times=times).values[::-1], together)


def test_output_times_do_not_change_the_solution() -> None:
    model = engine.compile_model(CYCLE)
    few = model.simulate(times=[20]).values[0, -1]
    for points in (101, 1001):
        assert np.array_equal(model.simulate(times=np.linspace(0, 20, points)).values[0, -1], few)


def test_waiting_events_survive_the_end_of_a_call() -> None:
    model = engine.compile_model(
        "model a; x = 0; y = 0; x' = 1; e: at 2 after (x > 1): y = x; f: at (time >= 1.5): x = 7; end"
    )
    batch = model.start(2)
    for until in (1.0, 1.2, 1.5, 2.9, 3.5):
        batch.advance(until, rtol=1e-8)
        if until == 1.2:
            batch = batch.select([1, 0]).copy()
    assert np.allclose(batch.values(["x", "y"]), [[9, 1], [9, 1]])


def test_dose_from_outside_sets_off_an_event_once() -> None:
    model = engine.compile_model("model a; x = 0; n = 0; r = 0; x' = r - 0.1*x; e: at (x > 5): n = n + 1; end")
    bolus = engine.Inputs.build(1, [(0, 1.0, "x", 8.0, 0.0), (0, 1.0, "n", 10.0, 0.0)])
    found = model.simulate(times=[1, 1.001, 2], inputs=bolus, rtol=1e-8)
    assert found["x"][0, 0] == 0
    assert found["n"][0].tolist() == [0, 11, 11]
    assert np.allclose(found["x"][0, 2], 8 * np.exp(-0.1), rtol=1e-6)


def test_infusion_goes_on_through_an_event() -> None:
    model = engine.compile_model(
        "model a; x = 0; k = 0; r = 0; n = 0; x' = r; e: at (r > 1): n = n + 1; f: at (x > 3): k = time; end"
    )
    infusion = engine.Inputs.build(1, [(0, 1.0, "r", 8.0, 4.0)])
    found = model.simulate(times=[2, 9], inputs=infusion, rtol=1e-8)
    assert np.allclose(found.values[0][:, [found.names.index(x) for x in ("x", "n", "k")]], [[2, 1, 0], [8, 1, 2.5]])


def test_failed_event_concerns_its_patient_only() -> None:
    model = engine.compile_model("model a; x = 1; p = 1; x' = -x; e: at (time >= 1): x = 1/p; end")
    result = model.simulate(parameters={"p": [1.0, 0.0, 2.0]}, times=[0.5, 1, 2])
    assert result.status.tolist() == [engine.Status.OK, engine.Status.NOT_FINITE, engine.Status.OK]
    assert np.isnan(result.values).any(axis=2).tolist() == [[False] * 3, [False, True, True], [False] * 3]


def test_events_without_end_are_a_failure() -> None:
    model = engine.compile_model(
        "model a; f = 1; s = 0; s' = 1; e: at (f < 0.5): f = 1; g: at (f > 0.5), t0=false: f = 0; end"
    )
    result = model.simulate(times=[1])
    assert result.status.tolist() == [engine.Status.CHATTERING]
    assert "at time 0:" in result.failures[0]


RESTLESS = {
    "ball that comes to rest": (
        "model a; y = 1; v = 0; y' = v; v' = -10; bounce: at (y <= 0): v = -0.5*v, y = 0; end", "1.3"
    ),
    "relay that slides": (
        "model a; x = 0; u = 1; x' = u; up: at (x < 1), t0=true: u = 1; bounce: at (x > 1): u = -1; end", "1"
    ),
}


@pytest.mark.parametrize(("text", "time"), RESTLESS.values(), ids=RESTLESS.keys())
def test_events_that_let_no_time_pass_end_with_event_and_time(text: str, time: str) -> None:
    result = engine.compile_model(text).simulate(times=[5])
    assert result.status.tolist() == [engine.Status.CHATTERING]
    assert f"at time {time}" in result.failures[0]
    assert "the last was" in result.failures[0]


def test_more_events_may_wait_than_there_was_room_for_at_first() -> None:
    model = engine.compile_model(
        "model a; x = 0; n = 0; x' = 1; e: at 100 after (sin(time) > 0), fromTrigger=false: n = n + 1; end"
    )
    found = model.simulate(times=np.linspace(0, 400, 9))
    due = 2 * np.pi * np.arange(64) + 100
    assert found["n"][0].tolist() == [(due <= t).sum() for t in found.times]


def test_model_without_events_has_no_code_for_them() -> None:
    from her2lab.engine.kernel import write_module
    from her2lab.engine.model_code import ModelCode
    from her2lab.engine.sbml import read_equations
    from her2lab.engine.source import read_source

    sources = [read_source(text)[0] for text in ("model a; x = 0; x' = 1; end", BALL)]
    codes = [str(write_module(ModelCode(read_equations(source), 4))) for source in sources]
    assert ["detect_events" in code for code in codes] == [False, True]


def test_command_runs_a_model_with_events(tmp_path: Path) -> None:
    (tmp_path / "ball.ant").write_text(BALL, encoding="utf-8")
    found = CliRunner().invoke(app, ["run", str(tmp_path / "ball.ant"), "--until", "3", "--points", "4", "--json"])
    assert found.exit_code == 0
    assert np.allclose(json.loads(found.stdout)["variables"]["y"], ball_height(np.arange(4.0)), atol=1e-2)


def test_narrow_band_of_a_state_is_not_stepped_over() -> None:
    model = engine.compile_model(
        "model a; x = 0; w = 0; k = 2; x' = 1; e: at (x > 2*k + 1 && x < 2*k + 1.001): w = x; end"
    )
    assert np.allclose(model.simulate(times=[1000])["w"][0, 0], 5, rtol=1e-9)


def test_trigger_on_equality_of_a_moving_state_is_refused_by_name() -> None:
    with pytest.raises(engine.UnsupportedModel, match="meet"):
        engine.compile_model("model a; x = 0; w = 0; x' = 1; meet: at (x == 1): w = 1; end")


@pytest.mark.parametrize("level", [0.25, 1e-4])
def test_short_dip_of_a_state_is_not_stepped_over(level: float) -> None:
    model = engine.compile_model(f"model a; x = 2500; w = 0; x' = 2*(time - 50); e: at (x < {level}): w = time; end")
    assert np.allclose(model.simulate(times=[1000], rtol=1e-8)["w"][0, 0], 50 - np.sqrt(level), rtol=1e-6)
