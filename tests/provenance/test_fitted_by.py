"""Every number has an origin, and a fitted one names its calibration and the trials."""

from __future__ import annotations

from her2lab.facts import library
from her2lab.provenance.fitted_by import fitted_by
from her2lab.provenance.numbers import numbers

KNOWN = {number.id: number for number in numbers()}


def test_a_fitted_number_names_its_calibration_and_the_trials() -> None:
    (fit,) = fitted_by(KNOWN["populations/breast_metastatic_1l/clone.growth_rate"])
    assert fit.calibration == "breast_metastatic_1l"
    assert tuple(fit.trials) == library.calibration("breast_metastatic_1l").trials
    assert "median" in fit.what


def test_a_number_that_is_taken_over_names_the_calibration_of_its_base() -> None:
    inherited = KNOWN["populations/breast_metastatic_3l/clone.growth_rate"]
    assert not inherited.calibrated
    assert [fit.calibration for fit in fitted_by(inherited)] == ["breast_metastatic_1l"]


def test_the_effect_of_a_drug_on_an_organ_names_the_event_and_its_trials() -> None:
    (fit,) = fitted_by(KNOWN["drugs/pertuzumab/diarrhoea_potency"])
    assert (fit.calibration, fit.what, fit.trials) == ("adverse_events", "diarrhoea", ("cleopatra",))


def test_every_number_has_an_origin() -> None:
    assert all(number.source or number.assumption for number in KNOWN.values())
