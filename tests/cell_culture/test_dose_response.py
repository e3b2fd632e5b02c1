"""Relative EC50, absolute IC50 and GR50: each found where there is one, and a reason where there is none."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from her2lab import cell_culture
from her2lab.cell_culture.dose_response import absolute_ic50, concentrations, gr50, growth_inhibition, relative_ec50
from her2lab.errors import InputError

DOSES = concentrations(1.0, 1e4, 13)


def test_concentrations_are_evenly_spaced_on_a_logarithmic_scale() -> None:
    assert (DOSES[0], DOSES[-1], len(DOSES)) == (1.0, 1e4, 13)
    assert np.diff(np.log(DOSES)) == pytest.approx(np.log(1e4) / 12)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (2.0, 1.0), (1.0, 1.0)])
def test_a_range_must_rise_from_above_zero(low: float, high: float) -> None:
    with pytest.raises(InputError, match="lower end"):
        concentrations(low, high, 5)


def hill(doses, at_zero, at_saturation, ec50, coefficient):
    """Return an exact Hill curve."""
    return at_zero + (at_saturation - at_zero) / (1 + (ec50 / doses) ** coefficient)


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.1), (0.2, 3.0), (5.0, -1.0)])
def test_the_relative_ec50_of_a_hill_curve_is_its_middle(low: float, high: float) -> None:
    found = relative_ec50(DOSES, hill(DOSES, low, high, 80, 1.5))
    assert found.concentration == pytest.approx(80, rel=1e-3)
    assert found.reason is None
    assert found.curve is not None
    assert (found.curve.at_zero, found.curve.at_saturation) == pytest.approx((low, high), rel=1e-2)
    assert found.curve.hill_coefficient == pytest.approx(1.5, rel=1e-2)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.full(13, 0.7), "changes by no more"),
        (np.zeros(13), "changes by no more"),
        (np.sin(DOSES), "no sigmoid"),
        (1 / (1 + 1e7 / DOSES), "does not span"),
        (1 / (1 + DOSES / 1e-4), "changes|does not span|no sigmoid"),
    ],
    ids=["flat", "nothing", "no sigmoid", "above the range", "below the range"],
)
def test_there_is_no_relative_ec50_where_none_was_seen(values: np.ndarray, reason: str) -> None:
    found = relative_ec50(DOSES, values)
    assert found.concentration is None
    assert re.search(reason, str(found.reason))


@example(10.0, 0.701171875, 0.4952205963936059)     # its middle is too near to the end of the range for an EC50
@given(st.floats(10, 1000), st.floats(0.7, 3), st.floats(0.0, 0.9))
def test_the_absolute_ic50_of_a_hill_curve_is_where_it_is_half_of_untreated(ec50, coefficient, at_saturation) -> None:
    found = absolute_ic50(DOSES, 3 * hill(DOSES, 1.0, at_saturation, ec50, coefficient), untreated=3.0)
    share = 0.5 / (1 - at_saturation)  # of the achieved effect
    exact = ec50 * (share / (1 - share)) ** (1 / coefficient) if share < 1 else np.inf
    assume(abs(exact / DOSES[-1] - 1) > 0.01)
    if exact > DOSES[-1]:
        assert found.concentration is None
        assert "half of untreated at every concentration" in str(found.reason)
    else:
        assert found.concentration == pytest.approx(exact, rel=1e-2)


def test_relative_ec50_and_absolute_ic50_differ_where_the_effect_is_partial() -> None:
    values = hill(DOSES, 1.0, 0.4, 100.0, 1.0)  # half of untreated is five sixths of the effect
    assert relative_ec50(DOSES, values).concentration == pytest.approx(100, rel=1e-3)
    assert absolute_ic50(DOSES, values, 1.0).concentration == pytest.approx(500, rel=1e-3)


@pytest.mark.parametrize(
    ("values", "untreated", "reason"),
    [
        (hill(DOSES, 1.0, 0.6, 100, 1), 1.0, "above half of untreated at every"),
        (hill(DOSES, 0.4, 0.0, 100, 1), 1.0, "not above half of untreated at the lowest"),
        (0.5 + 0.4 * np.cos(np.linspace(0, 9, 13)), 1.0, "more than once"),
        (hill(DOSES, 0.0, 1.0, 100, 1), 0.0, "untreated cells is not above zero"),
    ],
    ids=["partial", "below the range", "up and down", "nothing untreated"],
)
def test_there_is_no_absolute_ic50_where_the_range_does_not_reach_it(values, untreated, reason) -> None:
    found = absolute_ic50(DOSES, values, untreated)
    assert found.concentration is None
    assert reason in str(found.reason)


def test_the_gr50_does_not_depend_on_how_fast_cells_divide() -> None:
    """Hafner 2016: rates of growth that fall alike give the same GR50, counts of cells do not give the same IC50."""
    share = hill(DOSES, 1.0, 0.0, 100, 1)  # of untreated growth
    slow, fast = (gr50(DOSES, growth_inhibition(rate * share, rate)) for rate in (0.2, 0.9))
    assert slow.concentration == pytest.approx(fast.concentration)
    exact = 100 * (1 / np.log2(1.5) - 1)
    assert slow.concentration == pytest.approx(exact, rel=1e-2)
    counts = [absolute_ic50(DOSES, np.exp(3 * rate * (share - 1)), 1.0).concentration for rate in (0.5, 0.9)]
    assert counts[0] != pytest.approx(counts[1], rel=0.2)


def test_a_gr_value_is_one_zero_or_negative_for_free_growth_standstill_and_death() -> None:
    assert growth_inhibition(np.array([0.5, 0.0, -0.5]), 0.5) == pytest.approx([1.0, 0.0, -0.5])


def test_gr_values_of_cells_follow_their_growth_over_the_course() -> None:
    """Untreated cells grow at a constant rate, so that both definitions agree where the rate is constant as well."""
    found = cell_culture.dose_response(cell_culture.Culture.of("SKBR3"), cell_culture.CultureTreatment(),
                                       "lapatinib", DOSES[:1], 3.0, ["viability", "net_growth"])
    values = found.growth_inhibition
    assert values["viability"] == pytest.approx(values["net_growth"], abs=1e-3)
    assert found.untreated_growth == pytest.approx(3 * found.untreated["net_growth"], rel=1e-3)


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
    half = found.relative_ec50["pher2"].concentration
    assert half is not None
    assert 10 < half < 3000
    assert found.gr50 == {}  # neither viability nor growth was read


def test_what_is_given_with_every_concentration_is_not_given_to_the_untreated() -> None:
    cells, background = cell_culture.Culture.of("MCF7"), cell_culture.CultureTreatment(ligands={"nrg1": 10.0})
    found = cell_culture.dose_response(cells, background, "lapatinib", DOSES[:2], 1 / 24, ["pher3"])
    fold = found.fold_change["pher3"][0]
    assert fold is not None
    assert fold > 1.5
