"""A new drug is one new file: two invented drugs run in patients and in a dish without a change of the Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from her2lab import cell_culture, trial
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.library.drug_files import drugs_in
from her2lab.population import check_drug
from her2lab.trial import TrialResult

ANTIBODY = """\
id: newmab
name: newmab
drug_class: antibody
module: antibody
mechanism: an invented antibody against domain II
molar_mass: {value: 150, unit: kDa, assumption: invented}
routes: [iv]
infusion_minutes: {value: 60, unit: min, assumption: invented}
dose_units: [mg]
parameters:
  clearance: {value: 0.2, unit: L/day, assumption: invented, cv_percent: 30}
  central_volume: {value: 3, unit: L, assumption: invented}
  intercompartmental_clearance: {value: 0.5, unit: L/day, assumption: invented}
  peripheral_volume: {value: 3, unit: L, assumption: invented}
  association_rate: {value: 1.0e-4, unit: 1/(nM*s), assumption: invented}
  dissociation_constant: {value: 0.3, unit: nM, assumption: invented}
  epitope_ii: {value: 1, unit: "1", assumption: invented}
  block_homodimer: {value: 0.8, unit: "1", assumption: invented}
  block_ligand_independent: {value: 0.9, unit: "1", assumption: invented}
  block_ligand_induced: {value: 0.9, unit: "1", assumption: invented}
sources: {}
"""
INHIBITOR = """\
id: newtinib
name: newtinib
drug_class: small_molecule
module: small_molecule
mechanism: an invented inhibitor of HER1 and HER2
molar_mass: {value: 500, unit: g/mol, assumption: invented}
routes: [oral]
dose_units: [mg]
parameters:
  absorption_rate: {value: 0.5, unit: 1/h, assumption: invented}
  clearance: {value: 20, unit: L/h, assumption: invented, cv_percent: 40}
  central_volume: {value: 300, unit: L, assumption: invented}
  unbound_fraction: {value: 0.1, unit: "1", assumption: invented}
  ic50_her1: {value: 20, unit: nM, assumption: invented}
  ic50_her2: {value: 5, unit: nM, assumption: invented}
sources: {}
"""
TRIAL = """\
id: invented
title: two invented drugs
population: breast_metastatic_1l
arms:
  - {id: control, n: 24, regimen: [{drug: newmab, dose: 0.001 mg, at: [0]}]}     # as good as none
  - {id: antibody, n: 24, regimen: [{drug: newmab, dose: 600 mg, every: 21, until: progression}]}
  - {id: inhibitor, n: 24, regimen: [{drug: newtinib, dose: 300 mg, every: 1, route: oral, until: progression}]}
assessments: {tumour: 63}
followup: 12 months
endpoints: [orr, pfs]
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a `facts` folder of its own: the two drugs, nothing else."""
    folder = tmp_path / "facts" / "drugs"
    folder.mkdir(parents=True)
    (folder / "newmab.yaml").write_text(ANTIBODY, encoding="utf-8")
    (folder / "newtinib.yaml").write_text(INHIBITOR, encoding="utf-8")
    (tmp_path / "invented.yaml").write_text(TRIAL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shrinkage(result: TrialResult, arm: str) -> np.ndarray:
    rows = result.patients.filter(result.patients["arm"] == arm)
    return rows["best_change_percent"].to_numpy()


def test_two_invented_drugs_shrink_tumours_and_reach_their_patients(room: Path) -> None:
    result = trial.run_trial(library.trial(room / "invented.yaml"), seed=3, jobs=2)
    control = shrinkage(result, "control")
    for arm, drug in (("antibody", "newmab"), ("inhibitor", "newtinib")):
        assert np.mean(shrinkage(result, arm) < control) > 0.9, arm
        level = result.series[arm].concentrations[drug]
        assert np.nanmedian(level[:, 40]) > 0
    given = result.patients.filter(result.patients["arm"] == "inhibitor")
    np.testing.assert_allclose(given["delivered_mg_newtinib"] % 300, 0, atol=1e-6)


def test_two_invented_drugs_act_in_a_dish(room: Path) -> None:
    culture = cell_culture.Culture.of("bt474")
    treatments = [cell_culture.CultureTreatment(), cell_culture.CultureTreatment({"newmab": 100.0}),
                  cell_culture.CultureTreatment({"newtinib": 1000.0})]
    course = cell_culture.run([(culture, each) for each in treatments], [1.0, 3.0], ["pakt", "viability"])
    for readout in ("pakt", "viability"):
        untreated, antibody, inhibitor = course.of(readout)[:, -1]
        assert antibody < untreated
        assert inhibitor < untreated


@pytest.mark.parametrize(("old", "new", "words"), [
    ("  clearance: {value: 20, unit: L/h, assumption: invented, cv_percent: 40}\n", "",
     "drug newtinib lacks a parameter of module small_molecule.*L/day"),
    ("ic50_her2", "ic50_her22", "small_molecule has no such constant.*ic50_her2"),
])
def test_a_slip_in_a_new_drug_is_named(room: Path, old: str, new: str, words: str) -> None:
    file = room / "facts" / "drugs" / "newtinib.yaml"
    file.write_text(INHIBITOR.replace(old, new), encoding="utf-8")
    drugs_in.cache_clear()
    with pytest.raises(InputError, match=words):
        check_drug(library.drug("newtinib"))
