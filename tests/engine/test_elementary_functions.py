"""Exponential, logarithm and power in lanes."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab import engine


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("exp(x)", np.exp),
        ("ln(x + 30)", lambda x: np.log(x + 30)),
        ("(x + 30)^p", lambda x: (x + 30) ** 2.7),
        ("x^(2*p)", lambda x: np.where(x > 0, np.abs(x) ** 5.4, 0.0)),  # continued by 0, see Graph.power
        ("x^(p + 0.3)", lambda x: x**3),
    ],
)
def test_elementary_functions_in_lanes_match_numpy(formula: str, expected: object) -> None:
    model = engine.compile_model(f"model a; x = 0; p = 2.7; y = 0; x' = 0; y' = {formula}; end")
    x = np.array([-27.5, -3.0, -0.1, 0.0, 1e-9, 0.3, 1.0, 8.0, 41.0])
    result = model.simulate(parameters={"x": x}, times=[1.0], rtol=1e-6)
    np.testing.assert_allclose(result["y"][:, 0], expected(x), rtol=1e-12, atol=1e-300)  # type: ignore[operator]
