"""Surgery, micrometastases, brain metastases, T cells and gastric cancer: what each setting adds to a trial."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from her2lab import population
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.trial import run_trial
from her2lab.trial.results.trial_result import TrialResult

N = 60
CHEMOTHERAPY = "{drug: docetaxel, dose: 75 mg/m2, start: 0, every: 21, cycles: 6}"
TRASTUZUMAB = "{drug: trastuzumab, dose: 6 mg/kg, start: 0, every: 21, duration: 365}"
TUCATINIB = "{drug: tucatinib, dose: 300 mg, every: 1, per_day: 2, route: oral, duration: 365}"


def trial(folder: Path, people: str, arms: dict[str, list[str]], *lines: str) -> TrialResult:
    """Run a small trial of a year and a half."""
    text = [f"id: sites\ntitle: sites\npopulation: {people}\nfollowup: 18 months",
            "assessments: {tumour: 63, lvef: 91, blood: 21}", *lines, "arms:"]
    for name, regimen in arms.items():
        text.append(f"  - {{id: {name}, n: {N}, regimen: [{', '.join(regimen)}]}}")
    file = folder / "sites.yaml"
    file.write_text("\n".join(text) + "\n", encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run_trial(library.trial(file), seed=3)


def value(result: TrialResult, arm: str, endpoint: str) -> float:
    found = next(each for each in result.summary["arms"] if each["id"] == arm)
    return float(found["endpoints"][endpoint]["value"])


def test_surgery_finds_complete_responses_and_more_of_them_after_chemotherapy(tmp_path: Path) -> None:
    arms = {"antibody": [TRASTUZUMAB], "both": [TRASTUZUMAB, CHEMOTHERAPY]}
    result = trial(tmp_path, "breast_neoadjuvant", arms, "surgery: 140", "endpoints: [pcr, pcr_breast, idfs_12m]")
    for arm in arms:
        assert 0 <= value(result, arm, "pcr") <= value(result, arm, "pcr_breast") <= 100
    assert value(result, "both", "pcr") >= value(result, "antibody", "pcr")
    assert value(result, "both", "idfs_12m") > 50
    counted = result.patients.filter(arm="antibody")
    gone = pl.min_horizontal("pfs_days", "os_days") < 140                 # progressed or died before the operation
    assert (counted["pcr"].is_null() == counted.select(gone).to_series()).all()
    assert value(result, "antibody", "pcr") == pytest.approx(100 * counted["pcr"].sum() / len(counted), rel=1e-4)
    assert result.patients["first_response_days"].drop_nulls().max() < 140  # type: ignore[operator]


def test_surgery_needs_a_population_that_says_what_it_leaves(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="beyond the knife"):
        trial(tmp_path, "breast_metastatic_1l", {"one": [TRASTUZUMAB]}, "surgery: 140", "endpoints: [pcr]")


def test_a_year_of_trastuzumab_after_surgery_keeps_more_free_of_disease_than_observation(tmp_path: Path) -> None:
    result = trial(tmp_path, "breast_adjuvant", {"observation": [], "trastuzumab": [TRASTUZUMAB]},
                   "endpoints: [idfs_15m]")
    assert value(result, "trastuzumab", "idfs_15m") >= value(result, "observation", "idfs_15m") > 0


def test_brain_metastases_respond_to_what_crosses_the_barrier(tmp_path: Path) -> None:
    arms = {"antibody": [TRASTUZUMAB], "inhibitor": [TUCATINIB]}
    result = trial(tmp_path, "breast_metastatic_1l", arms, "baseline: {brain_metastases: 1.0}",
                   "endpoints: [ic_orr, cns_pfs_median, os_median]")
    assert value(result, "inhibitor", "ic_orr") > value(result, "antibody", "ic_orr")
    scans = result.visits.filter(pl.col("sum_of_diameters").is_not_null())
    assert (scans["brain_diameters"].is_not_null()).all()
    assert scans.filter(pl.col("day") > 0)["brain_diameters"].max() > 5  # type: ignore[operator]


def test_a_checkpoint_inhibitor_helps_where_pd_l1_holds_t_cells_back(tmp_path: Path) -> None:
    pembrolizumab = "{drug: pembrolizumab, dose: 200 mg, start: 0, every: 21, until: progression}"
    arms = {"alone": [TRASTUZUMAB], "with": [TRASTUZUMAB, pembrolizumab]}
    positive, negative = (
        trial(tmp_path, "gastric_metastatic_1l", arms, f"baseline: {{pdl1_cps1: {share}}}", "endpoints: [orr, pfs_6m]")
        for share in (1.0, 0.0)
    )

    def gain(result: TrialResult) -> float:
        return value(result, "with", "pfs_6m") - value(result, "alone", "pfs_6m")

    assert gain(positive) >= gain(negative) >= 0


def test_gastric_cancer_is_more_often_mixed_than_breast_cancer() -> None:
    shares = {name: population.draw(library.population(name), 2000, seed=1).parameters["share_3"]
              for name in ("breast_metastatic_1l", "gastric_metastatic_1l")}
    assert np.mean(shares["gastric_metastatic_1l"] > 0.02) > 3 * np.mean(shares["breast_metastatic_1l"] > 0.02)
