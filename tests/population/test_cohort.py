"""Virtual patients: reproducible one by one, and distributed as their file says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her2lab import population
from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.population import random


@pytest.fixture(scope="module")
def first_line():
    return library.population("breast_metastatic_1l")


def test_a_patient_is_the_same_whatever_the_size_of_the_cohort_and_the_order(first_line) -> None:
    whole = population.draw(first_line, 40, seed=3)
    some = population.draw(first_line, 3, seed=3, patients=np.array([31, 2, 17]))
    for row, patient in enumerate([31, 2, 17]):
        assert some.properties.row(row) == whole.properties.row(patient)
        for name, values in some.parameters.items():
            assert values[row] == whole.parameters[name][patient], name


def test_another_seed_gives_other_patients(first_line) -> None:
    one, two = (population.draw(first_line, 5, seed).column("weight") for seed in (1, 2))
    assert not np.array_equal(one, two)


def test_a_baseline_key_moves_the_mix_and_leaves_everybody_else_alone(first_line) -> None:
    plain = population.draw(first_line, 2000, seed=1)
    moved = population.draw(first_line, 2000, seed=1, baseline={"hr_positive": 0.9, "ihc3": 0.5})
    assert moved.column("hr_positive").mean() == pytest.approx(0.9, abs=0.03)
    assert (moved.properties["ihc"] == "3+").mean() == pytest.approx(0.5, abs=0.04)
    assert np.array_equal(plain.column("weight"), moved.column("weight"))


def test_an_unknown_baseline_key_is_refused_by_name(first_line) -> None:
    with pytest.raises(InputError, match=r"baseline\.shoe_size"):
        population.draw(first_line, 5, seed=1, baseline={"shoe_size": 0.8})


@pytest.mark.parametrize(("key", "value"), [("year_median", 1800), ("age_median", 500), ("lvef_median", 90)])
def test_a_median_that_no_patient_can_have_is_refused(first_line, key: str, value: float) -> None:
    with pytest.raises(InputError, match=rf"baseline\.{key}.*between"):
        population.draw(first_line, 5, seed=1, baseline={key: value})


def test_medians_shares_and_correlations_are_those_of_the_file(first_line) -> None:
    cohort = population.draw(first_line, 4000, seed=5)
    assert np.median(cohort.column("weight")) == pytest.approx(66, rel=0.02)
    assert cohort.column("hr_positive").mean() == pytest.approx(0.48, abs=0.02)
    assert np.corrcoef(np.log(cohort.column("weight")), cohort.column("height"))[0, 1] == pytest.approx(0.3, abs=0.05)
    assert (np.sum([cohort.parameters[f"share_{i}"] for i in (2, 3)], axis=0) < 1).all()


def test_later_years_have_better_later_lines_and_fewer_cells_that_spread() -> None:
    early, late = (population.draw(library.population("breast_adjuvant"), 200, seed=1, baseline={"year_median": year})
                   for year in (2000, 2015))
    assert (late.column("micrometastatic_share") < early.column("micrometastatic_share")).all()
    growth = "clone_1_fate_later_line_growth"
    assert (late.parameters[growth] < early.parameters[growth]).all()
    assert np.array_equal(early.column("weight"), late.column("weight"))


def test_a_trial_without_lapatinib_before_has_another_line_in_its_place() -> None:
    third_line = library.population("breast_metastatic_3l")
    cohort = population.draw(third_line, 200, seed=1, baseline={"prior_tdm1": 0.5, "prior_lapatinib": 0.0})
    assert not cohort.column("prior_lapatinib").any()
    assert np.array_equal(cohort.column("prior_vinorelbine"), 1 - cohort.column("prior_tdm1"))
    usual = population.draw(third_line, 200, seed=1, baseline={"prior_tdm1": 0.5})
    assert not usual.column("prior_vinorelbine").any()


def test_body_size_formulas_give_textbook_values(first_line) -> None:
    cohort = population.draw(first_line, 500, seed=5)
    weight, height = cohort.column("weight"), cohort.column("height")
    index = weight / (height / 100) ** 2
    du_bois = 0.007184 * weight**0.425 * height**0.725
    janmahasatian = 9270 * weight / (8780 + 244 * index)
    assert cohort.column("body_surface_area") == pytest.approx(du_bois)
    assert cohort.column("lean_body_weight") == pytest.approx(janmahasatian)


@given(seed=st.integers(0, 2**40), patient=st.integers(0, 10**6), size=st.integers(1, 5))
@settings(max_examples=50)
def test_a_longer_stream_begins_like_a_shorter_one(seed: int, patient: int, size: int) -> None:
    one = random.uniforms(seed, np.array([patient]), "scan", size)
    more = random.uniforms(seed, np.array([patient, patient + 1]), "scan", size + 3)
    assert np.array_equal(one[0], more[0, :size])
    assert ((one > 0) & (one < 1)).all()


def test_purposes_are_independent_streams() -> None:
    patients = np.arange(4000)
    a, b = (random.normals(1, patients, purpose)[:, 0] for purpose in ("death", "new lesion"))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.05
    assert a.mean() == pytest.approx(0, abs=0.05)
    assert a.std() == pytest.approx(1, abs=0.05)


def test_a_drug_that_lacks_a_parameter_of_its_module_is_refused_by_name(first_line) -> None:
    drug = library.drug("trastuzumab")
    poorer = drug.model_copy(update={"parameters": {k: v for k, v in drug.parameters.items() if k != "clearance"}})
    with pytest.raises(InputError, match=r"parameters\.clearance"):
        population.drug_parameters(poorer, "antibody_a", population.draw(first_line, 2, seed=1))


def test_spread_between_patients_is_the_published_one(first_line) -> None:
    cohort = population.draw(first_line, 4000, seed=5)
    volume = population.drug_parameters(library.drug("trastuzumab"), "antibody_a", cohort)["antibody_a_central_volume"]
    assert np.median(volume) == pytest.approx(2.62, rel=0.02)
    assert np.std(np.log(volume)) == pytest.approx(np.sqrt(np.log1p(0.246**2)), rel=0.05)
