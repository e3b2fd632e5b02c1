"""Laws that hold for any parameters and doses: found by search, not by example."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from her2lab import engine

RATE = st.floats(1e-3, 30.0)
SIZE = st.floats(0.0, 1e3)
TIMES = [0.5, 3.0, 20.0]
search = settings(max_examples=40)


@pytest.fixture(scope="module")
def linear(cache: object) -> engine.Model:
    """x' = A x with every entry of A a parameter."""
    entries = "; ".join(f"a{i}{j} = 0" for i, j in product(range(3), repeat=2))
    rates = "; ".join(f"x{i}' = " + " + ".join(f"a{i}{j}*x{j}" for j in range(3)) for i in range(3))
    return engine.compile_model(f"model linear; {entries}; x0 = 1; x1 = 0; x2 = 0; {rates}; end")


@pytest.fixture(scope="module")
def cycle(cache: object) -> engine.Model:
    """A closed cycle with saturable and bimolecular steps, from slow to stiff."""
    return engine.compile_model(
        """model cycle; compartment V = 2; species A in V, B in V, C in V; A = 1; B = 0; C = 0; k = 1; m = 1; h = 1;
           J1: A -> B; V*k*A*B + V*A; J2: B -> C; V*m*B/(0.2 + B); J3: C -> A; V*h*C; end"""
    )


@pytest.fixture(scope="module")
def two(cache: object) -> engine.Model:
    """Two compartments, linear: doses superpose."""
    return engine.compile_model(
        "model two; C = 0; P = 0; k = 1; a = 1; b = 1; C' = b*P - (a + k)*C; P' = a*C - b*P; end"
    )


@search
@given(rates=st.lists(st.floats(0.0, 20.0), min_size=6, max_size=6), loss=st.floats(0.0, 5.0))
def test_linear_model_is_the_matrix_exponential(linear: engine.Model, rates: list[float], loss: float) -> None:
    exchange = np.zeros((3, 3))
    exchange[~np.eye(3, dtype=bool)] = rates
    exchange -= np.diag(exchange.sum(axis=0) + loss)  # what leaves one arrives in another, or is lost
    entries = {f"a{i}{j}": exchange[i, j] for i, j in product(range(3), repeat=2)}
    values = linear.simulate(parameters=entries, times=TIMES, rtol=1e-8).values[0]
    expected = np.array([expm(exchange * t)[:, 0] for t in TIMES])
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-8)


@search
@given(a=SIZE, b=SIZE, c=SIZE, k=RATE, m=RATE, h=RATE)
def test_mass_is_conserved(cycle: engine.Model, a: float, b: float, c: float, k: float, m: float, h: float) -> None:
    result = cycle.simulate(parameters={"A": a, "B": b, "C": c, "k": k, "m": m, "h": h}, times=TIMES)
    assert result.status[0] == engine.Status.OK
    np.testing.assert_allclose(result.values.sum(axis=2)[0], a + b + c, rtol=1e-10, atol=1e-12)


@search
@given(a=SIZE, b=SIZE, c=SIZE, k=RATE, m=RATE, h=RATE)
def test_amounts_stay_positive(cycle: engine.Model, a: float, b: float, c: float, k: float, m: float, h: float) -> None:
    """Up to the tolerance: the method is not one that clips, since clipping would lose mass."""
    values = cycle.simulate(parameters={"A": a, "B": b, "C": c, "k": k, "m": m, "h": h}, times=TIMES).values
    assert values.min() >= -1e-4 * max(a + b + c, 1e-6)


@search
@given(shift=st.floats(0.01, 50.0), dose=st.floats(0.1, 1e3), begin=st.floats(0.0, 5.0), width=st.floats(0.01, 3.0))
def test_a_later_schedule_gives_the_same_course_later(
    washout: engine.Model, shift: float, dose: float, begin: float, width: float
) -> None:
    def course(delay: float) -> np.ndarray:
        rows = [(0, begin + delay, "rate", dose, width), (0, begin + 4.0 + delay, "C", dose, 0.0)]
        times = np.array([6.0, 7.0, 9.5, 15.0]) + delay
        return washout.simulate(times=times, inputs=engine.Inputs.build(1, rows), rtol=1e-7)["C"][0]

    np.testing.assert_allclose(course(shift), course(0.0), rtol=1e-4, atol=1e-5 * dose)


@search
@given(cuts=st.lists(st.floats(0.01, 19.9), min_size=1, max_size=6), k=RATE, m=RATE, h=RATE)
def test_a_split_interval_is_the_same_interval(
    cycle: engine.Model, cuts: list[float], k: float, m: float, h: float
) -> None:
    start = {"A": 3.0, "B": 0.5, "k": k, "m": m, "h": h}
    whole, split = cycle.start(1, start), cycle.start(1, start)
    whole.advance(20.0, rtol=1e-7)
    for cut in [*sorted(cuts), 20.0]:
        split.advance(cut, rtol=1e-7)
    np.testing.assert_allclose(split.state, whole.state, rtol=1e-4, atol=1e-6)


@search
@given(
    first=st.floats(0.1, 1e3), second=st.floats(0.1, 1e3), factor=st.floats(0.01, 100.0), k=RATE, a=RATE, b=RATE
)
def test_linear_kinetics_are_linear_in_the_dose(
    two: engine.Model, first: float, second: float, factor: float, k: float, a: float, b: float
) -> None:
    """Doses superpose, and a multiple of the dose is that multiple of the course."""
    rows = [(0, 0.0, "C", first, 0.0), (1, 1.5, "C", second, 0.0)]
    rows += [(2, 0.0, "C", factor * first, 0.0), (2, 1.5, "C", factor * second, 0.0)]
    inputs = engine.Inputs.build(3, rows)
    values = two.simulate(parameters={"k": k, "a": a, "b": b}, times=[1.0, 2.0, 8.0], inputs=inputs, rtol=1e-8).values
    size = factor * (first + second)
    np.testing.assert_allclose(values[2], factor * (values[0] + values[1]), rtol=1e-5, atol=1e-7 * size)
