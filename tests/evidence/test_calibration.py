"""Calibration: reads calibration trials only, moves only what it says, and leaves the rest of a file alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from her2lab.errors import InputError
from her2lab.evidence import calibration
from her2lab.evidence.curves import curve, survival_at
from her2lab.evidence.rewriting import rewrite_values
from her2lab.facts import library


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


def test_every_free_number_is_marked_as_calibrated_in_its_population_and_lies_in_its_bounds() -> None:
    for one in library.calibrations().values():
        parameters = library.population(one.population).parameters
        for free in one.free:
            assert parameters[free.parameter].calibrated
            assert free.low <= getattr(parameters[free.parameter], free.field) <= free.high


def test_rewriting_changes_the_numbers_and_nothing_else(tmp_path: Path) -> None:
    before = ("# head\nparameters:\n  a.b: {kind: lognormal, median: 1.0e-4, cv_percent: 50}   # why\n"
              "  c:\n    kind: constant\n    value: 2\n")
    path = tmp_path / "p.yaml"
    path.write_text(before)
    rewrite_values(path, {("a.b", "median"): 0.03, ("c", "value"): 5.5})
    assert path.read_text() == before.replace("1.0e-4", "0.03").replace("value: 2", "value: 5.5")
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


def test_survival_is_a_kaplan_meier_estimate() -> None:
    times, events = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0])
    assert survival_at(times, events, [0.5, 1.5, 3.5]) == pytest.approx([100, 75, 37.5])
