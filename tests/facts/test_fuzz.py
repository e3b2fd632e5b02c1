"""Slips in files of facts, trials and units are refused in one line each; the longer run is `benchmarks.fuzz`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import fuzz, mutations

FILES = ("trials/destiny_breast03.yaml", "regimens/capecitabine_1000.yaml", "parameters/heart.yaml",
         "monitoring/heart.yaml", "tools/tools.yaml", "populations/breast_metastatic_2l.yaml",
         "rules/neutrophils.yaml", "drugs/capecitabine.yaml")
CHANCE = st.randoms(use_true_random=False)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=CHANCE)
@pytest.mark.parametrize("name", FILES)
def test_a_file_with_slips_is_in_order_or_refused(tmp_path: Path, facts: Path, name: str,
                                                  chance: random.Random) -> None:
    text = mutations.mutated((facts / name).read_text(encoding="utf-8"), chance)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert fuzz.outcome(path) in ("in order", "refused")


@given(chance=CHANCE)
def test_what_looks_like_a_unit_is_one_or_refused(chance: random.Random) -> None:
    assert fuzz.outcome_of_unit(mutations.unit(chance)) in ("in order", "refused")


@pytest.fixture(scope="session")
def facts() -> Path:
    from her2lab import resources

    return resources.folder("facts")
