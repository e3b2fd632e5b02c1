"""Calibration: reads calibration trials only, moves only what it says, and leaves the rest of a file alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from her2lab.comparison.published_curves import curve, survival_at
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.calibrations import Free
from her2lab.fitting import calibration
from her2lab.fitting.misfit import TargetMisfit, compare
from her2lab.fitting.optimiser import search
from her2lab.fitting.write_back import rewrite_values


def test_only_trials_marked_for_calibration_are_fitted() -> None:
    for one in library.calibrations().values():
        for trial in one.trials:
            assert library.trial(trial).use == "calibration"


def test_a_validation_trial_is_refused_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    held_out = library.trial("cleopatra").model_copy(update={"use": "validation"})
    monkeypatch.setattr(library, "trial", lambda name: held_out)
    monkeypatch.setattr(calibration, "run_trial", lambda *a, **k: pytest.fail("a trial was run"))
    with pytest.raises(InputError, match="use: calibration"):
        calibration.run("breast_metastatic_1l", evaluations=1)


def test_every_free_number_is_marked_as_calibrated_where_it_stands_and_lies_in_its_bounds() -> None:
    for one in library.calibrations().values():
        for free in one.free:
            people = library.population(one.population)
            there = {**people.covariates, **people.parameters} if free.drug is None else (
                library.drug(free.drug).parameters)
            number = there[free.parameter]
            assert number.calibrated, free
            holder = number if free.level is None else number.levels[free.level]
            assert free.low <= getattr(holder, free.field) <= free.high, free


def test_free_numbers_reach_the_population_and_the_drugs_and_leave_the_rest_alone() -> None:
    population, drug = library.population("breast_metastatic_1l"), library.drug("trastuzumab_emtansine")
    free = [Free(parameter="clone.growth_rate", field="median", low=0.01, high=0.1),
            Free(drug=drug.id, parameter="payload_kill_rate", field="value", low=0.01, high=1)]
    people, drugs = calibration.with_values(population, {drug.id: drug}, free, [0.05, 0.3])
    assert people.parameters["clone.growth_rate"].median == 0.05
    assert drugs[drug.id].parameters["payload_kill_rate"].value == 0.3
    assert {k: v for k, v in people.parameters.items() if k != "clone.growth_rate"} == {
        k: v for k, v in population.parameters.items() if k != "clone.growth_rate"}
    assert library.drug(drug.id).parameters["payload_kill_rate"].value != 0.3


def test_a_free_number_may_be_a_level_of_a_property() -> None:
    population = library.population("breast_adjuvant")
    free = [Free(parameter="left_by_chemotherapy", level="yes", field="median", low=0.001, high=1)]
    people, _ = calibration.with_values(population, {}, free, [0.05])
    levels, before = people.covariates["left_by_chemotherapy"].levels, population.covariates["left_by_chemotherapy"]
    assert levels["yes"].median == 0.05
    assert levels["no"] == before.levels["no"]
    assert before.levels["yes"].median != 0.05


def test_the_search_finds_what_was_put_in_and_never_leaves_the_bounds() -> None:
    free = [Free(parameter="a", field="value", low=0.01, high=10), Free(parameter="b", field="value", low=1, high=2)]
    one = library.calibration("breast_metastatic_1l").model_copy(update={"free": free, "stiffness": 1e-6})

    def assess(values: Sequence[float]) -> list[TargetMisfit]:
        assert 0.01 <= values[0] <= 10
        assert 1 <= values[1] <= 2
        return [TargetMisfit("a", 0.0, 0.0, math.log(values[0] / 0.7)), TargetMisfit("b", 0.0, 0.0, values[1] - 3.0)]

    found = search(one, [0.05, 1.2], partial(map, assess), 20)
    assert found[0] == pytest.approx(0.7, rel=0.02)
    assert found[1] == pytest.approx(2.0, rel=0.02)


def test_rewriting_changes_the_numbers_and_nothing_else(tmp_path: Path) -> None:
    before = ("# head\nparameters:\n  a.b: {kind: lognormal, median: 1.0e-4, cv_percent: 50}   # why\n"
              "  c:\n    kind: constant\n    value: 2\n"
              '  d:\n    levels:\n      "yes": {kind: lognormal, median: 7}\n'
              '      "no": {kind: lognormal, median: 8}\n')
    path = tmp_path / "p.yaml"
    path.write_text(before)
    rewrite_values(path, {("a.b", "median"): 0.03, ("c", "value"): 5.5, ("d", "no", "median"): 9.5})
    after = before.replace("1.0e-4", "0.03").replace("value: 2", "value: 5.5").replace("median: 8", "median: 9.5")
    assert path.read_text() == after
    assert [p.name for p in tmp_path.iterdir()] == ["p.yaml"]


def test_rewriting_what_is_not_there_is_refused_and_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("parameters:\n  a: {median: 1}\n")
    with pytest.raises(InputError, match=r"a\.cv_percent"):
        rewrite_values(path, {("a", "median"): 2.0, ("a", "cv_percent"): 3.0})
    assert path.read_text() == "parameters:\n  a: {median: 1}\n"


def test_the_digitised_curves_of_cleopatra_have_the_published_medians() -> None:
    for file, medians in (("cleopatra_pfs.csv", (12.4, 18.7)), ("cleopatra_os.csv", (40.8, 56.5))):
        table = curve(file)
        for arm, median in zip(("placebo", "pertuzumab"), medians, strict=True):
            rows = table.filter(table["arm"] == arm)
            at_median = survival_at(rows["time_months"].to_numpy(), rows["event"].to_numpy(), [median])[0]
            assert at_median == pytest.approx(50, abs=4)


def test_a_curve_with_a_negative_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "facts" / "curves"
    folder.mkdir(parents=True)
    (folder / "bad.csv").write_text("time_months,event,arm\n-1,1,a\n")
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))
    with pytest.raises(InputError, match=r"bad\.csv"):
        curve("bad.csv")


def test_duration_of_response_counts_responders_from_their_response() -> None:
    patients = pl.DataFrame({"arm": "placebo", "status": "ok", "orr": [True, True, True, False], "pfs_cnsr": 0,
                             "first_response_days": [60.0, 60.0, 90.0, None], "pfs_days": [180.0, 600.0, 900.0, 60.0]})
    result = SimpleNamespace(patients=patients, summary={"arms": [{"id": "placebo", "endpoints": {}}], "contrasts": []})
    one = library.calibration("breast_metastatic_1l")
    one = one.model_copy(update={"targets": one.targets.model_copy(
        update={"endpoints": {"dor": 6.0}, "contrasts": {}, "curves": []})})
    found = compare(one, {"cleopatra": library.trial("cleopatra")}, {"cleopatra": result})
    assert [each.target for each in found] == ["cleopatra/placebo/dor_median"]
    assert (found[0].published, found[0].simulated) == (50.0, pytest.approx(200 / 3))  # two of three last beyond it


def test_survival_is_a_kaplan_meier_estimate() -> None:
    times, events = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0])
    assert survival_at(times, events, [0.5, 1.5, 3.5]) == pytest.approx([100, 75, 37.5])
