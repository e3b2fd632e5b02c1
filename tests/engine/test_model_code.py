"""The generated code does the same in any number of lanes and in both forms of the factorisation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from her2lab import engine
from her2lab.engine import kernel, model_code, writer


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
