"""The engine agrees with a second engine and with formulas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from her2lab import engine
from her2lab._types import Floats

TIMES = np.array([0.0, 0.3, 1.0, 4.0, 10.0, 40.0])

CASES = {
    "amounts and two compartments": """model a
        compartment V1 = 2.5, V2 = 0.3; substanceOnly species A in V1; species B in V2, C in V2;
        A = 7; B = 1; C = 0; k = 0.4; r = 0.9;
        J1: A -> B; k*A; J2: B -> C; r*V2*B; J3: 2 C -> A; 0.1*V2*C^2; end""",
    "function definition and Hill power": """function f(x, k, h) x^h/(k^h + x^h) end
        model a; species X, Y; compartment V = 1.7; X in V; Y in V; X = 0; Y = 2; h = 1.5; k = 0.8;
        J1: -> X; V*f(Y, k, h); J2: X -> ; 0.5*V*X; J3: Y -> ; V*f(X, 0.3, 4)*Y; end""",
    "piecewise, logic and min": """model a; x = 3; y = 0; act := piecewise(1, x > 2 && y < 4, 2, x > 1, 0.5);
        x' = -0.3*act*x; y' = min(act, 0.7) - max(0.1*y, 0.01) + abs(x - 1); end""",
    "initial assignments": """model a; compartment V = 2; species A in V, B in V; k = 0.5; total = 8;
        A = total/(1 + k); B = A*k; J: A -> B; V*(k*A - 0.2*B); end""",
    "time in the rates": """model a; x = 1; y = 0; w = 1.3;
        x' = sin(w*time) - 0.2*x; y' = exp(-0.1*time)*x^2; end""",
    "boundary species and rate rule": """model a; compartment V = 3; species $S in V, P in V; S = 2; P = 0;
        g = 1; g' = -0.1*g; J: S -> P; V*g*S/(1 + S); end""",
    "growing compartment": """model a; compartment V; V = 1; species A in V, B in V; A = 5; B = 1;
        V' = 0.05*V; J: A -> B; V*0.3*A; end""",
    "assigned compartment": """model a; compartment V; s = 1; s' = 0.1; V := 1 + s^2; species A in V; A = 5;
        J: A -> ; 0.3*A*V; end""",
    "functions": """model a; x = 0.4; y = 1; x' = 0.1*cos(x) - 0.05*tanh(y) + 0.01*ln(1 + y) - 0.02*sqrt(y);
        y' = 0.3*exp(-y) - 0.1*log10(1 + x) + 0.02*arctan(x) - 0.01*floor(3*x)*y + 0.01*ceil(x); end""",
    "stiff (Robertson)": """model a; x = 1; y = 0; z = 0; x' = -0.04*x + 1e4*y*z;
        y' = 0.04*x - 1e4*y*z - 3e7*y^2; z' = 3e7*y^2; end""",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_small_models_agree_with_libroadrunner(text: str, roadrunner_states: Callable[..., np.ndarray]) -> None:
    model = engine.compile_model(text)
    ours = model.simulate(times=TIMES, rtol=1e-6, outputs=model.states).values[0]
    theirs = roadrunner_states(model, TIMES)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-10)


def test_drug_model_agrees_with_libroadrunner(drug: engine.Model, roadrunner_states: Callable[..., np.ndarray]) -> None:
    times = np.linspace(0, 60, 31)
    values = {"depot": 300.0}
    ours = drug.simulate(parameters=values, times=times, rtol=1e-6, outputs=drug.states).values[0]
    theirs = roadrunner_states(drug, times, depot=300.0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-8)


def test_linear_model_is_the_matrix_exponential() -> None:
    rates = np.array([[-1.0, 0.2, 0.0], [1.0, -0.7, 3.0], [0.0, 0.5, -40.0]])
    lines = [f"x{i}' = {' + '.join(f'({rates[i, j]})*x{j}' for j in range(3))}; x{i} = {i + 1}" for i in range(3)]
    model = engine.compile_model("model a\n" + "\n".join(lines) + "\nend")
    times = np.array([0.5, 2.0, 5.0])
    values = model.simulate(times=times, rtol=1e-8).values[0]
    expected = np.array([expm(rates * t) @ [1.0, 2.0, 3.0] for t in times])
    np.testing.assert_allclose(values, expected, rtol=1e-6)


def test_error_falls_with_the_tolerance(drug: engine.Model) -> None:
    exact = drug.simulate(parameters={"depot": 300.0}, times=[30.0], rtol=1e-11, atol=1e-14).values
    found = [drug.simulate(parameters={"depot": 300.0}, times=[30.0], rtol=r).values for r in (1e-4, 1e-7)]
    errors = [np.max(np.abs(values / exact - 1)) for values in found]
    assert errors[0] < 2e-3
    assert errors[1] < errors[0] / 100


def test_mass_is_conserved_to_rounding() -> None:
    model = engine.compile_model(
        """model a; compartment V = 2; species A in V, B in V, C in V; A = 10; B = 0; C = 0;
           J1: A -> B; V*50*A*B + V*A; J2: B -> C; V*0.3*B; J3: C -> A; V*0.1*C/(0.2 + C); end"""
    )
    values = model.simulate(parameters={"A": [1.0, 10.0, 100.0]}, times=np.linspace(0, 100, 11)).values
    np.testing.assert_allclose(values.sum(axis=2), [[1.0] * 11, [10.0] * 11, [100.0] * 11], rtol=1e-12)


def test_hill_power_starts_at_zero_without_not_a_number() -> None:
    model = engine.compile_model("model a; x = 0; y = 0; h = 0.6; x' = 1 - x; y' = x^h - y; end")
    result = model.simulate(parameters={"h": [0.6, 1.0, 2.5]}, times=[5.0], rtol=1e-6)
    assert (result.status == engine.Status.OK).all()
    assert np.isfinite(result.values).all()


def test_interpolated_values_are_as_accurate_as_steps(washout: engine.Model) -> None:
    times = np.linspace(0, 10, 97)
    values = washout.simulate(parameters={"C": 4.0}, times=times, rtol=1e-7)["C"][0]
    np.testing.assert_allclose(values, 4.0 * np.exp(-0.7 / 2.5 * times), rtol=1e-5)


def test_fault_02_pulse_in_time_is_never_stepped_over() -> None:
    model = engine.compile_model(
        """model a; x = 0; begin = 50; width = 0.01;
           x' = piecewise(10/width, time - begin >= 0 && time < begin + width, 0); end"""
    )
    values = model.simulate(parameters={"begin": [0.0, 3.0, 50.0, 99.995], "width": 0.01}, times=[100.0]).values
    np.testing.assert_allclose(values.ravel(), [10.0, 10.0, 10.0, 5.0], rtol=1e-6)


def test_a_state_that_starts_at_zero_and_stays_small_is_as_accurate_as_the_large_one_that_feeds_it() -> None:
    text = "model a; x = 1e6; y = 0; z = 0; x' = -0.1*x; y' = 1e-10*x - 5*y; z' = 3*y - 2e4*z*z; end"
    times = np.linspace(0.0, 20.0, 21)
    found = engine.compile_model(text).simulate(times=times).values[0]

    def rates(_: float, s: Floats) -> list[float]:
        return [-0.1 * s[0], 1e-10 * s[0] - 5 * s[1], 3 * s[1] - 2e4 * s[2] ** 2]

    theirs = solve_ivp(rates, (0.0, 20.0), [1e6, 0.0, 0.0], "Radau", times, rtol=1e-10, atol=1e-16).y.T
    np.testing.assert_allclose(found[1:], theirs[1:], rtol=1e-3)
