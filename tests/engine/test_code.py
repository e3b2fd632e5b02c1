"""The generated code: elementary functions, both forms of the factorisation, the order of elimination."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from her2lab import engine
from her2lab.engine import derivative, kernel, model_code, writer
from her2lab.engine.expression import Graph
from her2lab.engine.sparse_lu import factorise


@pytest.mark.parametrize("lanes", [1, 4, 8])
def test_any_number_of_lanes_gives_the_same_solution(
    drug: engine.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lanes: int
) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path))
    monkeypatch.setattr(kernel, "lane_count", lambda cpu, features: lanes)
    other = engine.compile_model(Path(__file__).parent / "models" / "drug.ant")
    values = {"depot": np.linspace(0, 500, 11), "infusion": 3.0}
    ours, theirs = (m.simulate(parameters=values, times=[1.0, 30.0], rtol=1e-8).values for m in (drug, other))
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)


def test_loops_over_tables_agree_with_straight_line_code(
    drug: engine.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path))
    monkeypatch.setattr(model_code, "MAX_UNROLLED", 0)
    other = engine.compile_model(Path(__file__).parent / "models" / "drug.ant")
    ours, theirs = (m.simulate(parameters={"depot": 300.0}, times=[1.0, 30.0], rtol=1e-8).values for m in (drug, other))
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)


def test_fences_in_long_bodies_change_no_bit(
    drug: engine.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER2LAB_CACHE", str(tmp_path))
    monkeypatch.setattr(writer, "LOADS_BETWEEN_FENCES", 2)
    other = engine.compile_model(Path(__file__).parent / "models" / "drug.ant")
    ours, theirs = (m.simulate(parameters={"depot": 300.0}, times=[1.0, 30.0]).values for m in (drug, other))
    np.testing.assert_array_equal(ours, theirs)


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


def test_elimination_order_avoids_the_fill_of_an_arrow() -> None:
    arrow = [set(range(9)), *({0, i} for i in range(1, 9))]  # eliminating the first row first would fill everything
    factors = factorise(arrow)
    assert sum(map(len, factors.lower)) == sum(map(len, factors.upper)) == 8


def test_a_pool_shared_by_blocks_is_eliminated_last_and_joins_no_two_blocks() -> None:
    blocks, size = 4, 12
    pool = blocks * size
    rows: list[set[int]] = []
    for block in range(blocks):
        first = block * size
        rows += [{first + i, first + (i + 1) % size, pool} for i in range(size)]
    rows.append(set(range(0, pool, 3)) | {pool})
    factors = factorise(rows)
    block_of = [i // size for i in factors.order]
    assert factors.order[-1] == pool
    for i, entries in enumerate(factors.upper):
        assert {block_of[j] for j in entries} <= {block_of[i], pool // size}


def test_elimination_of_a_ring_creates_the_least_fill() -> None:
    path = [{(i - 1) % 12, (i + 1) % 12} for i in range(12)]
    factors = factorise(path)
    assert sum(map(len, factors.upper)) == 2 * 12 - 3  # a ring: one new entry for each vertex but the last three


def test_equal_expressions_are_one_and_one_denominator_is_one_division() -> None:
    graph = Graph()
    x, y, k = graph.leaf("state", 0), graph.leaf("state", 1), graph.leaf("parameter", 0)
    total = graph.add(k, x)
    assert graph.add(x, k) == total
    first, second = graph.divide(x, total), graph.divide(y, total)
    shared = {a for a in graph.order([first, second], stop=lambda _: False) if graph.nodes[a][0] == "reciprocal"}
    assert len(shared) == 1
    assert graph.subtract(first, first) == graph.zero


def test_gradient_is_sparse() -> None:
    graph = Graph()
    x, y = graph.leaf("state", 0), graph.leaf("state", 1)
    (gradient,) = derivative.gradients(graph, [graph.multiply(graph.number(3), graph.multiply(x, x))])
    assert list(gradient) == [x]
    assert y not in gradient
