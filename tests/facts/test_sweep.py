"""A sweep is a trial with one arm for each dose or interval; what cannot be swept is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from her2lab.errors import InputError
from her2lab.facts import library
from her2lab.facts.sweep import sweep_design

DB03, CLEOPATRA = library.trial("destiny_breast03"), library.trial("cleopatra")


def test_each_dose_is_an_arm_and_the_dose_as_it_was_is_the_arm_as_it_was() -> None:
    design = sweep_design(DB03, "tdxd", "T-DXd", "dose", [3.2, 5.4, 6.4])
    arms = {arm.id: arm for arm in design.trial.arms}
    assert [point.arm for point in design.points] == ["tdxd_dose_3p2", "tdxd", "tdxd_dose_6p4"]
    assert design.unit == "mg/kg"
    assert arms["tdxd_dose_3p2"].regimen[0].doses[0].amount == 3.2
    assert arms["tdxd"] == DB03.arms[1]
    assert design.trial.reference_arm == "tdm1"
    assert design.trial.use is None
    assert design.trial.published is not None
    assert set(design.trial.published.arms) == {"tdm1", "tdxd"}


def test_maintenance_follows_the_loading_dose_at_the_interval_of_the_sweep() -> None:
    design = sweep_design(CLEOPATRA, "pertuzumab", "pertuzumab", "interval", [42])
    loading, maintenance = (line for line in design.trial.arms[-1].regimen if line.drug == "pertuzumab")
    assert (loading.at, maintenance.start, maintenance.every) == ((0,), 42, 42)
    assert [line for line in design.trial.arms[-1].regimen if line.drug != "pertuzumab"] == [
        line for line in CLEOPATRA.arms[1].regimen if line.drug != "pertuzumab"]


def test_a_loading_dose_and_those_after_it_are_told_apart() -> None:
    with pytest.raises(InputError, match=r"2 lines with one.*expected 1 or 2"):
        sweep_design(CLEOPATRA, "pertuzumab", "pertuzumab", "dose", [100, 200])
    design = sweep_design(CLEOPATRA, "pertuzumab", "pertuzumab", "dose", [200], line=2)
    assert [dose.amount for line in design.trial.arms[-1].regimen if line.drug == "pertuzumab"
            for dose in line.doses] == [840, 200]


@pytest.mark.parametrize(("arguments", "says"), [
    (("txd", "T-DXd", "dose", [1.0]), "tdxd"),
    (("tdxd", "pertuzumab", "dose", [1.0]), "trastuzumab_deruxtecan"),
    (("tdxd", "T-DXd", "dose", []), "no value"),
    (("tdxd", "T-DXd", "dose", [1.0, 1.0]), "twice"),
    (("tdxd", "T-DXd", "dose", [-1.0]), "above 0"),
    (("tdxd", "T-DXd", "dose", [float("nan")]), "above 0"),
    (("tdxd", "T-DXd", "dose", [float(n) for n in range(1, 30)]), "at most 18"),
    (("tdxd", "T-DXd", "dose", [1.0], 4), "no such line"),
    (("tdxd", "T-DXd", "dose", [500.0]), "highest"),
])
def test_what_cannot_be_swept_is_refused(arguments: tuple[Any, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        sweep_design(DB03, *arguments)
