"""Every way of giving a drug, in whole patients: infusions, injections, tablets, doses by area, many drugs at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from her2lab import trial
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.trial import TrialResult

HEAD = """\
id: routes
title: ways of giving a drug
population: breast_metastatic_1l
assessments: {tumour: 63, lvef: 84, blood: 21}
followup: 6 months
endpoints: [orr, pfs]
arms:
  - id: only
    n: 6
    regimen:
"""
SIX = (
    "{drug: trastuzumab_deruxtecan, dose: 5.4 mg/kg, every: 21, until: progression}",
    "{drug: pertuzumab, dose: 420 mg, every: 21, until: progression}",
    "{drug: tucatinib, dose: 300 mg, per_day: 2, every: 1, route: oral, until: progression}",
    "{drug: capecitabine, dose: 1000 mg/m2, per_day: 2, days: 1-14, every: 21, route: oral, until: progression}",
    "{drug: letrozole, dose: 2.5 mg, every: 1, route: oral, until: progression}",
    "{drug: pembrolizumab, dose: 200 mg, every: 21, until: progression}",
)


def run(folder: Path, *lines: str) -> TrialResult:
    file = folder / "routes.yaml"
    off = ", ".join(f"{rule.id}: false" for rule in library.rules())  # nothing is held, so that plans are what is given
    regimen = "".join(f"      - {line}\n" for line in lines)
    file.write_text(f"{HEAD}{regimen}rules: {{{off}}}\n", encoding="utf-8")
    return trial.run_trial(library.trial(file), seed=4)


def peak(result: TrialResult, drug: str) -> Any:
    return np.nanmax(result.series["only"].concentrations[drug], axis=1)


def test_six_drugs_of_five_kinds_run_in_one_arm(tmp_path: Path) -> None:
    result = run(tmp_path, *SIX)
    assert result.summary["arms"][0]["failed"] == 0
    for drug in ("trastuzumab_deruxtecan", "pertuzumab", "tucatinib", "capecitabine", "letrozole", "pembrolizumab"):
        assert (peak(result, drug) > 0).all(), drug
    levels = result.series["only"]
    capecitabine = levels.concentrations["capecitabine"]
    assert (capecitabine[:, levels.days == 13] > 100 * capecitabine[:, levels.days == 20]).all()  # none from day 15 on


def test_injections_under_the_skin_and_into_the_muscle_and_a_dose_by_area(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "{drug: trastuzumab, dose: 600 mg, route: sc, every: 21, until: progression}",
        "{drug: fulvestrant, dose: 500 mg, route: im, at: [0, 14, 28]}",
        "{drug: carboplatin, auc: 6, every: 21, cycles: 2}",
    )
    patients = result.patients
    clearance = patients["creatinine_clearance"].to_numpy()
    two = patients["pfs_days"].to_numpy() > 21
    assert two.any()
    np.testing.assert_allclose(patients["delivered_mg_carboplatin"].to_numpy()[two],
                               (2 * 6 * (np.minimum(clearance, 125) + 25))[two])
    levels = result.series["only"]
    rising = levels.concentrations["trastuzumab"][:, np.searchsorted(levels.days, [0.25, 2.0])]
    assert (rising[:, 0] < rising[:, 1]).all()              # out of the depot over days
    assert (peak(result, "fulvestrant") > 0).all()


@pytest.mark.parametrize(("lines", "words"), [
    ([*SIX, "{drug: trastuzumab, dose: 6 mg/kg, every: 21, cycles: 2}"],
     "value 'trastuzumab': no free slot for this drug: the model has antibody_a, antibody_b"),
    ([*SIX, "{drug: atezolizumab, dose: 1200 mg, every: 21, cycles: 2}"],
     "value 'atezolizumab': no free slot.*at most 1 checkpoint"),
    (["{drug: trastuzumab, dose: 8 mg/kg, at: [0]}",
      "{drug: trastuzumab, dose: 600 mg, route: sc, start: 21, every: 21, cycles: 2}"],
     "trastuzumab is given by two routes in one arm"),
])
def test_what_does_not_fit_is_refused_by_name(tmp_path: Path, lines: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(tmp_path, *lines)
