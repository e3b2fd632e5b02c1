"""Every reference of a file of facts resolves, and every file says what it must hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from her2lab import resources

FACTS = resources.folder("facts")

BROKEN = {
    "a source that is gone": ("guidelines/her2_breast.yaml", "  wolff2018:", "  wolff2019:", "wolff2018"),
    "a status that is gone": ("guidelines/her2_breast.yaml", "\n    status: ", "\n    statu: ", "status"),
    "a number of a module": ("parameters/heart.yaml", "\nparameters:\n  ", "\nparameters:\n  x_", "x_"),
    "the module itself": ("parameters/heart.yaml", "module:", "modul:", "module"),
    "the lines of a regimen": ("regimens/capecitabine_1000.yaml", "\nregimen:", "\nregimens:", "regimen"),
    "the arm of a fit": ("toxicity/adverse_events.yaml", "[cleopatra/placebo]", "[cleopatra/control]", "placebo"),
    "the number of a fit": ("toxicity/adverse_events.yaml", "parameter: diarrhoea_potency", "parameter: diarrhoea",
                            "diarrhoea_potency"),
    "the trial of a calibration": ("calibrations/breast_metastatic_1l.yaml", "h0648g, cleopatra]", "h0648, cleopatra]",
                                   "h0648g"),
    "the number of a calibration": ("calibrations/breast_metastatic_1l.yaml", "{parameter: clone.growth_rate",
                                    "{parameter: clone.growth", "clone.growth_rate"),
    "the trial of a curve": ("curves/curves.yaml", "trial: cleopatra", "trial: cleopatr", "cleopatra"),
    "a priced drug": ("prices/us_2014.yaml", "  trastuzumab:", "  trastuzumap:", "trastuzumab"),
    "a class of a risk score": ("monitoring/heart.yaml", "every_days: {", "every_days: {no_such_class: 9, ", "class"),
    "a property of a population": ("populations/breast_metastatic_2l.yaml", "\nbefore_entry: {brain_metastases",
                                   "\nbefore_entry: {brain_metastasis", "brain_metastases"),
    "a number of a population": ("populations/breast_metastatic_1l.yaml", "  clone.growth_rate:", "  clone.growth:",
                                 "constant"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_renamed_is_missed(her2lab, tmp_path: Path, name: str) -> None:
    file, good, bad, said = BROKEN[name]
    text = (FACTS / file).read_text(encoding="utf-8")
    assert good in text
    copy = tmp_path / file
    copy.parent.mkdir()
    copy.write_text(text.replace(good, bad), encoding="utf-8")
    ended = her2lab("facts", "check", copy)
    assert ended.status == 2
    assert all(f"{copy.name}" in line for line in ended.err.splitlines())
    assert said in ended.err


def test_a_copied_drug_needs_exposures_of_its_own(her2lab, tmp_path: Path) -> None:
    text = (FACTS / "drugs/pertuzumab.yaml").read_text(encoding="utf-8").replace("id: pertuzumab", "id: pertuzumab_b")
    copy = tmp_path / "pertuzumab_b.yaml"
    copy.write_text(text, encoding="utf-8")
    ended = her2lab("facts", "check", copy)
    assert ended.status == 2
    assert "does not give pertuzumab_b" in ended.err
    assert "observed_exposure[0].dosing" in ended.err
