"""Numbers of populations are moved by factors, and what follows is measured."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from her2lab.comparison.run_store import Stamp
from her2lab.credibility import sensitivity
from her2lab.facts import library
from her2lab.presentation.credibility import tables
from her2lab.trial import sensitivity_steps

PLAN = library.credibility_plan().sensitivity.model_copy(update={
    "numbers": ("clone.growth_rate", "clone.adcc_rate"),
    "references": (library.credibility_plan().sensitivity.references[0].model_copy(update={"also": ()}),),
})
BASE = library.population("breast_metastatic_1l").parameters


@pytest.fixture
def runs(monkeypatch):
    """Stand in for trials whose response is the square root of growth, and whose hazard ratio is growth."""
    asked = []

    def run(trial, *, people, **_):
        asked.append(trial)
        growth = people.parameters["clone.growth_rate"].median / BASE["clone.growth_rate"].median
        endpoints = {name: {"value": 40 * growth**0.5} for name in PLAN.references[0].endpoints}
        arms = [{"id": arm.id, "endpoints": endpoints} for arm in trial.arms]
        contrast = {"endpoint": "pfs", "arm": "pertuzumab", "reference": "placebo", "hazard_ratio": {"value": growth}}
        return SimpleNamespace(summary={"arms": arms, "contrasts": [contrast]})

    monkeypatch.setattr(sensitivity, "run_trial", run)
    monkeypatch.setattr(Stamp, "now", lambda *_: Stamp(1, 2, "m", "f", "p"))
    return asked


def test_elasticities_are_those_of_the_model(runs, tmp_path):
    found = sensitivity.analyse(PLAN, tmp_path / "s.json")
    growth, adcc = found["references"][0]["numbers"]
    assert growth["elasticity"]["orr"] == pytest.approx(0.5)
    assert growth["elasticity"]["pfs hazard ratio"] == pytest.approx(1.0)
    assert adcc["elasticity"]["orr"] == 0.0
    assert growth["mu_star"]["pfs hazard ratio"] > 0
    assert adcc["mu_star"]["pfs hazard ratio"] == pytest.approx(0, abs=1e-9)


def test_what_is_kept_is_not_run_again_unless_the_plan_has_changed(runs, tmp_path):
    first = sensitivity.analyse(PLAN, tmp_path / "s.json")
    count = len(runs)
    assert sensitivity.analyse(PLAN, tmp_path / "s.json") == first
    assert len(runs) == count
    sensitivity.analyse(PLAN.model_copy(update={"spread": 2.0}), tmp_path / "s.json")
    assert len(runs) == 2 * count
    assert json.loads((tmp_path / "s.json").read_text())["references"][0]["setting"] == "breast_metastatic_1l"


def test_the_tables_name_what_moves_most_first(runs, tmp_path):
    found = sensitivity.analyse(PLAN, tmp_path / "s.json")
    (table,) = tables.sensitivities(found)
    assert table.rows[0][:3] == ("clone.growth_rate", "fitted", table.rows[0][2])
    assert table.rows[0][2].startswith("+0.50 (")
    assert tables.assumptions(found) == []  # both numbers are fitted


def test_no_published_outcome_goes_into_it(runs, tmp_path):
    sensitivity.analyse(PLAN, tmp_path / "s.json")
    assert all(trial.published is None for trial in runs)


def test_a_number_given_by_level_is_moved_at_every_level():
    population = library.population("breast_metastatic_1l")
    moved = sensitivity_steps.scaled(population, {"clone_2_her_neuregulin": 2.0})
    before, after = (each.parameters["clone_2_her_neuregulin"].levels for each in (population, moved))
    assert {name: level.value for name, level in after.items()} == {
        name: 2 * level.value for name, level in before.items()}


def test_a_number_stays_in_its_range():
    distribution = BASE["clone.later_line_growth"].model_copy(update={"value": 0.9, "range": (0.05, 0.95)})
    low, high = sensitivity_steps.bounds(distribution.value, distribution.range, 1.5)
    assert high == pytest.approx(0.0541, abs=1e-3)  # ln(0.95/0.9)
    assert low == pytest.approx(-0.405, abs=1e-3)   # ln(1/1.5)
