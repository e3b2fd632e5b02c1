"""Weights of largest entropy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.population.weights import accepted, balance, effective_size


@settings(max_examples=60)
@given(st.integers(2, 40), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_weights_add_up_to_one_and_meet_means_that_the_sample_can_have(n: int, k: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(n, k)) * 10.0 ** generator.integers(-3, 4, k)
    targets = generator.dirichlet(np.full(n, 3.0)) @ features
    weights = balance(features, targets)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()
    assert weights @ features == pytest.approx(targets, rel=1e-4, abs=1e-5 * features.std(axis=0).max())
    assert 1.0 - 1e-9 <= effective_size(weights) <= n + 1e-9


def test_a_sample_that_meets_the_means_keeps_equal_weights() -> None:
    features = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    assert balance(features, features.mean(axis=0)) == pytest.approx(np.full(4, 0.25))


def test_a_share_is_met_by_two_weights() -> None:
    flag = np.repeat([0.0, 1.0], [30, 10])[:, None]
    weights = balance(flag, [0.5])
    assert weights[:30] == pytest.approx(np.full(30, 0.5 / 30))
    assert weights[30:] == pytest.approx(np.full(10, 0.05))
    assert effective_size(weights) == pytest.approx(1 / (0.25 / 30 + 0.25 / 10))


@pytest.mark.parametrize("target", [1.2, -0.1])
def test_a_mean_outside_the_sample_is_refused_by_name(target: float) -> None:
    with pytest.raises(InputError, match="no weights meet this mean") as caught:
        balance(np.array([[0.0], [1.0], [1.0]]), [target], names=["age"])
    assert caught.value.field == "age"


def test_a_target_with_an_error_is_met_as_far_as_the_sample_allows() -> None:
    nobody = np.zeros((5, 1))
    assert balance(nobody, [0.3], tolerance=0.1) == pytest.approx(np.full(5, 0.2))
    some = np.repeat([0.0, 1.0], [150, 50])[:, None]
    assert balance(some, [0.5], tolerance=0.03)[:, None].T @ some == pytest.approx(0.5, abs=0.01)


def test_shapes_and_numbers_are_checked() -> None:
    with pytest.raises(InputError, match="wrong shape"):
        balance(np.zeros((3, 2)), [0.0])
    with pytest.raises(InputError, match="is not finite"):
        balance(np.zeros((3, 1)), [np.nan])


def test_acceptance_follows_the_weights() -> None:
    weights = np.array([0.1, 0.4, 0.2])
    assert accepted(weights, [0.2, 0.99, 0.6]).tolist() == [True, True, False]
