"""The spread between trials: what differs beyond chance, from calibration trials only, written in place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Trial
from her2lab.fitting import between_trials as evidence
from her2lab.fitting.between_trials import TrialPair, paule_mandel, spreads


def pair(difference: float, kind: str = "orr", **more: Any) -> TrialPair:
    fields: dict[str, Any] = {"trial": "cleopatra", "disease": "metastatic", "predicted": 0.0,
                              "published": difference, "predicted_sd": 0.1, "published_sd": 0.1}
    return TrialPair(kind=kind, **(fields | more))


def test_the_spread_that_was_put_in_comes_out() -> None:
    random = np.random.default_rng(5)
    known = random.uniform(0.01, 0.1, 4000)
    differences = random.normal(0, np.sqrt(known + 0.3**2))
    assert paule_mandel(list(differences), list(known)) == pytest.approx(0.3, abs=0.015)
    assert paule_mandel(list(random.normal(0, np.sqrt(known / 2))), list(known)) == 0
    assert paule_mandel([0.4] * 8, [0.0] * 8) == pytest.approx(0.4)     # a common error counts


def test_spreads_stay_in_their_range_and_need_a_few_pairs() -> None:
    known = library.between_trials().spreads
    few = [pair(9.0, "cr")] * 3
    found = {each.key: each for each in spreads([*[pair(5.0)] * 6, *[pair(0.0, "os_median")] * 6, *few], known)}
    assert found["orr"].value == known["orr"].range[1]  # type: ignore[index]
    assert found["os_median"].value == known["os_median"].range[0]  # type: ignore[index]
    assert found["cr"].estimated is None
    assert found["cr"].value == known["cr"].value


def test_a_setting_may_have_its_own_spread() -> None:
    known = {key: library.between_trials().spreads["orr"] for key in ("orr", "gastric.orr")}
    pairs = [*[pair(0.3)] * 5, *[pair(0.8, disease="gastric")] * 5]
    both, gastric = spreads(pairs, known)
    assert (both.pairs, gastric.pairs) == (10, 5)
    assert both.value < gastric.value


def test_median_and_landmarks_of_a_curve_have_one_spread() -> None:
    known = {key: library.between_trials().spreads[key] for key in ("pfs_median", "pfs_landmark", "os_median")}
    pairs = [*[pair(0.2, "pfs_median")] * 5, *[pair(0.3, "pfs_landmark")] * 5, *[pair(0.1, "os_landmark")] * 4]
    median, landmark, survival = spreads(pairs, known)
    assert (median.value, median.pairs) == (landmark.value, 10)
    assert survival.pairs == 4


def test_each_free_number_takes_a_degree_of_freedom() -> None:
    free = sum(len(each.free) for each in library.calibrations().values())
    assert evidence.lost_freedom(4 * free) == pytest.approx((4 / 3) ** 0.5)
    assert evidence.lost_freedom(free) == pytest.approx(2 ** 0.5)     # and no more than that


def test_a_validation_trial_is_refused() -> None:
    held_out = next(trial.id for trial in library.trials() if trial.use == "validation")
    with pytest.raises(InputError, match="use: calibration"):
        spreads([pair(0.1, trial=held_out)], library.between_trials().spreads)


def result(trial: Trial, arms: list[dict[str, Any]]) -> dict[str, Any]:
    return {"trial": trial.id, "arms": arms, "contrasts": [{
        "endpoint": "pfs", "arm": "pertuzumab", "reference": "placebo",
        "hazard_ratio": {"value": 0.8, "sampling_low": 0.7, "sampling_high": 0.9, "run_sd": 0.05}}]}


def test_pairs_of_a_result() -> None:
    trial = library.trial("cleopatra")
    orr = {"value": 50.0, "low": 1.0, "high": 99.0, "sampling_low": 46.0, "sampling_high": 54.0}
    unknown = {"value": None, "sampling_low": None, "sampling_high": None}
    arms = [{"id": "placebo", "n": 4 * 406, "endpoints": {"orr": orr, "os_median": unknown, "pfs_12m": orr}},
            {"id": "pertuzumab", "n": 4 * 402, "endpoints": {}}]
    first, ratio = evidence.pairs_of(trial, result(trial, arms))
    assert (first.kind, first.predicted, first.disease) == ("orr", 0.0, "metastatic")
    assert first.published_sd == pytest.approx(2 * first.predicted_sd)     # a trial of a quarter of the patients
    assert ratio.kind == "pfs_hazard_ratio"
    assert ratio.published_sd == pytest.approx(np.log(0.80 / 0.58) / 3.92)


def test_results_of_validation_trials_are_not_opened_and_the_values_are_written(
        her2lab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = library.between_trials_file().read_text()
    (tmp_path / "facts").mkdir()
    shutil.copy(library.between_trials_file(), tmp_path / "facts")
    monkeypatch.setenv("HER2LAB_HOME", str(tmp_path))
    for trial in library.trials():
        folder = tmp_path / "out" / "trials" / trial.id
        folder.mkdir(parents=True)
        text = "not a result" if trial.use == "validation" else json.dumps(made_up(trial))
        (folder / "result.json").write_text(text)
    ended = her2lab("population", "spread", "--from", tmp_path / "out", "--json")
    assert ended.status == 0, ended.err
    written = (tmp_path / "facts" / "between_trials.yaml").read_text()
    values = {each["key"]: each["value"] for each in json.loads(ended.out)}
    assert f"orr: {{value: {values['orr']!r}," in written
    assert values["orr"] == pytest.approx(0.5 * 2 ** 0.5, abs=0.05)     # few figures: at most a half is lost to the fit
    assert written.count("\n") == before.count("\n")


def made_up(trial: Trial) -> dict[str, Any]:
    """Return a result whose responses have odds e^0.5 times the published ones."""
    arms = []
    for arm in trial.arms:
        orr = (trial.published.arms if trial.published else {}).get(arm.id, {}).get("orr")
        cells = {}
        if orr is not None:
            values = [100 / (1 + (100 / orr - 1) * np.exp(-0.5 + x)) for x in (0.0, 0.001, -0.001)]
            cells["orr"] = dict(zip(("value", "sampling_low", "sampling_high"), values, strict=True))
        arms.append({"id": arm.id, "n": arm.n, "endpoints": cells})
    return {"trial": trial.id, "arms": arms, "contrasts": []}


def test_a_folder_without_results(her2lab: Any, tmp_path: Path) -> None:
    ended = her2lab("population", "spread", "--from", tmp_path)
    assert ended.status == 2
    assert "holds no result of a calibration trial" in ended.line
