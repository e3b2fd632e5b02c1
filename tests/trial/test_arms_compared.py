"""Arms that are twins or have patients of their own, and the arm that the others are compared with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.records import Arm
from her2lab.presentation.report.page import design
from her2lab.presentation.trial_terminal import outcome
from her2lab.trial import TrialResult, run_arms
from her2lab.trial.results.biomarkers import compare
from her2lab.trial.run import _first_rows
from her2lab.trial.statistics import endpoints

from . import toys

N = 12
ARMS = [Arm(id="placebo", n=N, regimen=toys.CONTROL), Arm(id="pertuzumab", n=N, regimen=toys.TREATED),
        Arm(id="again", n=N - 4, regimen=toys.CONTROL)]


def run(patients: int, **fields: object) -> TrialResult:
    trial = toys.trial(arms=ARMS, followup=400.0, **fields)
    return run_arms(toys.setting(trial), toys.cohort(patients), {arm.id: arm.n for arm in ARMS})


@pytest.fixture(scope="module")
def independent() -> TrialResult:
    return run(3 * N - 4, virtual_patients="independent")


def test_independent_arms_have_no_patient_in_common(independent: TrialResult) -> None:
    assert independent.patients["TWIN"].n_unique() == independent.patients.height == 3 * N - 4


def test_a_patient_fares_alike_whoever_is_in_the_other_arms(independent: TrialResult) -> None:
    """The first arm is that of twins, to the last digit; the third has patients 24 on."""
    twins, first = run(3 * N - 4).patients.filter(arm="placebo"), independent.patients.filter(arm="placebo")
    assert first.equals(twins)
    assert independent.patients.filter(arm="again")["patient"][0] == f"P{2 * N:05d}"


def test_the_chance_of_a_run_is_larger_without_twins(independent: TrialResult) -> None:
    """Same regimen in two arms of twins: the ratio is 1 whatever the patients; not so between other patients."""
    equal = [Arm(id="one", n=N, regimen=toys.CONTROL), Arm(id="other", n=N, regimen=toys.CONTROL)]

    def run_sd(virtual_patients: str) -> float:
        trial = toys.trial(arms=equal, followup=700.0, virtual_patients=virtual_patients)
        found = run_arms(toys.setting(trial), toys.cohort(2 * N), {"one": N, "other": N}).summary["contrasts"]
        return next(each["hazard_ratio"]["run_sd"] for each in found if each["endpoint"] == "pfs")

    assert run_sd("twins") == pytest.approx(0, abs=1e-9)
    assert run_sd("independent") > 0.1


def test_the_report_and_the_screen_say_whose_patients_the_arms_have(independent: TrialResult) -> None:
    assert "Every arm has virtual patients of its own (independent arms)." in design(independent.trial)
    assert "All arms have the same virtual patients (twins)." in design(toys.trial())
    assert "every arm its own" in str(outcome(independent.trial, independent.summary, [])[1])
    assert independent.summary["virtual_patients"] == "independent"
    assert "others in every arm" in independent.summary["interval"]
    assert "virtual_patients" not in run(N).summary


@given(sizes=st.lists(st.integers(1, 50), min_size=3, max_size=3))
def test_independent_arms_share_the_cohort_without_gap_or_overlap(sizes: list[int]) -> None:
    by_arm = dict(zip([arm.id for arm in ARMS], sizes, strict=True))
    firsts = _first_rows(toys.trial(arms=ARMS, virtual_patients="independent"), by_arm)
    rows = [row for arm, first in firsts.items() for row in range(first, first + by_arm[arm])]
    assert rows == list(range(sum(sizes)))


# ------------------------------------------------------------------------------------------------ the reference
def test_all_arms_are_compared_with_the_reference() -> None:
    found = endpoints.pairs(toys.trial(arms=ARMS, reference="pertuzumab"), ["pfs_median"])
    assert found == [("pfs", "placebo", "pertuzumab"), ("pfs", "again", "pertuzumab")]


@pytest.mark.parametrize("reference", [None, "placebo"])
def test_the_first_arm_is_the_reference_unless_the_file_says_otherwise(reference: str | None) -> None:
    found = endpoints.pairs(toys.trial(arms=ARMS, reference=reference), ["pfs_median"])
    assert found == [("pfs", "pertuzumab", "placebo"), ("pfs", "again", "placebo")]


def test_a_hazard_ratio_is_turned_round_with_the_reference() -> None:
    def hazard_ratio(reference: str) -> float:
        found = run(N, reference=reference).summary["contrasts"]
        pair = {"placebo", "pertuzumab"}
        return next(each["hazard_ratio"]["value"] for each in found
                    if each["endpoint"] == "pfs" and {each["arm"], each["reference"]} == pair)

    assert hazard_ratio("pertuzumab") == pytest.approx(1 / hazard_ratio("placebo"), rel=1e-4)


def test_biomarkers_are_compared_with_the_reference() -> None:
    found = run(N, reference="pertuzumab")
    compared = compare(found.summary, found.patients.with_columns(hr_positive=1), None, ["hr_positive"])
    assert {each.get("reference") for each in compared} <= {"pertuzumab", None}
    assert found.summary["reference"] == "pertuzumab"


def test_some_arms_of_a_trial_keep_its_reference_only_if_it_is_among_them() -> None:
    trial = library.trial("cleopatra").replace(reference="pertuzumab")
    assert library.with_arms(trial, ["pertuzumab", "placebo"]).reference == "pertuzumab"
    assert library.with_arms(trial, ["placebo"]).reference is None
    with pytest.raises(InputError, match="there is no arm"):
        trial.replace(reference="nobody")
