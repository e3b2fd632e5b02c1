"""The concentration of half the effect: found where there is one, and not otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from her2lab import cell_culture
from her2lab.cell_culture.dose_response import concentrations, half_effect
from her2lab.errors import InputError

DOSES = concentrations(1.0, 1e4, 13)


def test_concentrations_are_evenly_spaced_on_a_logarithmic_scale() -> None:
    assert (DOSES[0], DOSES[-1], len(DOSES)) == (1.0, 1e4, 13)
    assert np.diff(np.log(DOSES)) == pytest.approx(np.log(1e4) / 12)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (2.0, 1.0), (1.0, 1.0)])
def test_a_range_must_rise_from_above_zero(low: float, high: float) -> None:
    with pytest.raises(InputError, match="lower end"):
        concentrations(low, high, 5)


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.1), (0.2, 3.0), (5.0, -1.0)])
def test_the_half_effect_of_a_logistic_is_found(low: float, high: float) -> None:
    found = half_effect(DOSES, low + (high - low) / (1 + (80 / DOSES) ** 1.5))
    assert found is not None
    assert found.concentration == pytest.approx(80, rel=1e-3)
    assert (found.low, found.high, found.steepness) == pytest.approx((low, high, 1.5), rel=1e-2)


@pytest.mark.parametrize(
    "values",
    [np.full(13, 0.7), np.sin(DOSES), 1 / (1 + 1e7 / DOSES), 1 / (1 + DOSES / 1e-4), np.zeros(13)],
    ids=["flat", "no sigmoid", "above the range", "below the range", "nothing"],
)
def test_there_is_none_where_none_was_seen(values: np.ndarray) -> None:
    assert half_effect(DOSES, values) is None


def test_lapatinib_inhibits_more_the_more_there_is() -> None:
    cells = cell_culture.Culture.of("SKBR3")
    found = cell_culture.dose_response(cells, cell_culture.CultureTreatment(), "lapatinib", DOSES, 1 / 24, ["pher2",
                                                                                                            "pakt"])
    assert (np.diff(found.values["pher2"]) < 0).all()
    fold = found.fold_change["pher2"]
    assert fold[0] is not None
    assert fold[0] > 0.9
    assert fold[-1] is not None
    assert fold[-1] < 0.2
    half = found.half_effect["pher2"]
    assert half is not None
    assert 10 < half.concentration < 3000


def test_what_is_given_with_every_concentration_is_not_given_to_the_untreated() -> None:
    cells, background = cell_culture.Culture.of("MCF7"), cell_culture.CultureTreatment(ligands={"nrg1": 10.0})
    found = cell_culture.dose_response(cells, background, "lapatinib", DOSES[:2], 1 / 24, ["pher3"])
    fold = found.fold_change["pher3"][0]
    assert fold is not None
    assert fold > 1.5
