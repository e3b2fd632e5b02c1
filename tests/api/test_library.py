"""What ``import her2lab`` offers, and the library as tables and records."""

from __future__ import annotations

import subprocess
import sys

import pytest

import her2lab
from her2lab.provenance.program import source_files


def test_import_loads_no_heavy_package():
    code = ("import sys, her2lab; dir(her2lab); "
            "print([name for name in ('numpy', 'polars', 'pydantic', 'plotly', 'rich') if name in sys.modules])")
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("name", her2lab.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name):
    assert name in dir(her2lab)
    assert getattr(her2lab, name) is not None
    assert name == "__version__" or getattr(her2lab, name).__doc__


def test_a_name_that_is_not_public_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'trails'"):
        her2lab.trails  # noqa: B018


def test_a_simulation_does_not_depend_on_the_public_api():
    read = {path.parent.name for path in source_files("her2lab.trial.run")}
    assert not read & {"api", "presentation", "cli", "report"}


@pytest.mark.parametrize(("table", "key"), [
    (her2lab.trials, "trial"), (her2lab.drugs, "drug"), (her2lab.populations, "population"), (her2lab.claims, "claim")])
def test_tables_have_one_row_for_each_record(table, key):
    found = table()
    assert found[key].n_unique() == found.height > 0
    assert found[key].null_count() == 0


def test_a_trial_is_loaded_by_id_by_path_and_from_a_mapping(tmp_path):
    arm = {"id": "single", "n": 30, "regimen": [{"drug": "lapatinib", "dose": "1500 mg", "route": "oral", "every": 1,
                                                 "until": "progression"}]}
    given = {"id": "mine", "title": "my trial", "population": "breast_metastatic_1l", "arms": [arm],
             "assessments": {"tumour": 42}, "followup": "24 months", "endpoints": ["pfs"]}
    trial = her2lab.load_trial(given)
    given["arms"][0]["n"] = 7
    assert trial.arms[0].n == 30
    assert her2lab.load_trial(trial) is trial
    assert trial.followup == pytest.approx(730.5)


def test_a_mistake_in_a_mapping_names_the_field():
    with pytest.raises(her2lab.InputError, match="followup"):
        her2lab.load_trial({"id": "mine", "title": "", "followup": "many months", "arms": [{"id": "a", "n": 1}]})


@pytest.mark.parametrize(("load", "name", "near"), [
    (her2lab.load_trial, "cleopatr", "cleopatra"), (her2lab.load_drug, "trastuzumb", "trastuzumab")])
def test_a_misspelt_name_is_refused_with_the_nearest(load, name, near):
    with pytest.raises(her2lab.InputError, match=near) as refused:
        load(name)
    assert "--" not in str(refused.value)


def test_a_drug_is_loaded_from_a_file(tmp_path):
    from her2lab.resources import folder

    path = tmp_path / "lapatinib.yaml"
    path.write_bytes((folder("facts") / "drugs" / "lapatinib.yaml").read_bytes())
    assert her2lab.load_drug(path) == her2lab.load_drug("lapatinib")
