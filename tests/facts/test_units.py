"""Doses, times and units: faults 20, 21, 22."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.facts.quantity import Quantity
from her2lab.facts.units import DOSE_UNITS, REGISTRY, convert, parse_dose, parse_time, unit

AMOUNTS = st.floats(min_value=1e-6, max_value=1e6)


def fact(value: float, of: str) -> Quantity:
    return Quantity(value=value, unit=of, assumption="made up for a test")


@given(AMOUNTS, st.sampled_from(DOSE_UNITS), st.sampled_from(["", " ", "  "]))
def test_a_dose_comes_back_as_it_was(amount: float, of: str, space: str) -> None:
    dose = parse_dose(f"{amount!r}{space}{of}")
    assert (dose.amount, dose.unit) == (amount, of)


@pytest.mark.parametrize(
    "text",
    [
        "8",
        8,
        8.0,
        "mg",
        "8 mgkg",
        "8 g",
        "8 mg/ml",
        "0 mg",
        "-8 mg/kg",
        "nan mg",
        "inf mg",
        "1e400 mg",
        "8,5 mg",
        "<8 mg",
        True,
        None,
        [8],
        "8 mg/kg/day",
        "8 U",
        "",
        "8 mg mg",
    ],
)
def test_fault_20_a_dose_needs_amount_and_unit(text: object) -> None:
    with pytest.raises(InputError):
        parse_dose(text)


def test_fault_21_doses_per_weight_and_surface_are_dimensions_of_their_own() -> None:
    for one in DOSE_UNITS:
        for other in DOSE_UNITS:
            assert REGISTRY.Unit(unit(one)).is_compatible_with(unit(other)) == (one == other)
    assert not REGISTRY.Unit(unit("mg/kg")).is_compatible_with(unit("1"))
    with pytest.raises(InputError, match="cannot be turned into"):
        convert(fact(8, "mg/kg"), "mg")


@pytest.mark.parametrize("text", ["U", "U/L", "mU/mL", "kU"])
def test_fault_21_u_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="IU"):
        unit(text)


@pytest.mark.parametrize(
    "text",
    ["du*", "(", "m**(", "m/0", "1/0", "m**1e9", "m**2**2**2**2", "9**9**9", "*".join("m" * 2000), "(" * 5000, "m;",
     "m,m", "m\n", "m()", "m**-", "lambda", "1e400 m", "m m"],
)
def test_fault_45_the_text_of_a_unit_has_a_grammar_and_a_length(text: str) -> None:
    with pytest.raises(InputError):
        unit(text)


@given(st.text("mgLdayh*/()^12-²% µ", max_size=90))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    with suppress(InputError):
        unit(text)


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 5000 + " mg", "8 " + "mg" * 5000])
def test_the_text_of_an_amount_has_a_length(text: str) -> None:
    for read in (parse_dose, parse_time):
        with pytest.raises(InputError) as caught:
            read(text)
        assert len(str(caught.value)) < 400


def test_fault_22_mass_to_amount_needs_a_molar_mass() -> None:
    with pytest.raises(InputError, match="molar_mass"):
        convert(fact(70, "mg/L"), "nM")
    assert convert(fact(74, "mg/L"), "nM", fact(148, "kDa")) == pytest.approx(500)
    assert convert(fact(500, "nM"), "mg/L", fact(148, "kDa")) == pytest.approx(74)
    assert convert(fact(15.57, "L/umol"), "L/mg", fact(807.9, "g/mol")) == pytest.approx(19.27, rel=1e-3)


@pytest.mark.parametrize(
    ("value", "of", "to", "expected"),
    [
        (44.1, "L/h", "L/day", 1058.4),
        (1e-4, "1/(nM*s)", "1/(nM*day)", 8.64),
        (84.2, "h", "day", 84.2 / 24),
        (148, "kDa", "kg/mol", 148),
        (2.06e8, "cells/mL", "Gcell/mL", 0.206),
        (1e6, "receptors/cell", "million/cell", 1),
        (50, "percent", "1", 0.5),
        (3, "µg/mL", "mg/L", 3),
        (3, "μg/mL", "mg/L", 3),
        (1.8, "1", "1", 1.8),
        (334, "um/day", "mm/day", 0.334),
    ],
)
def test_facts_are_converted_to_the_unit_of_the_model(value: float, of: str, to: str, expected: float) -> None:
    assert convert(fact(value, of), to) == pytest.approx(expected, rel=1e-12)


@given(st.floats(min_value=0, max_value=1e6), st.sampled_from(["", " d", " day", " days"]))
def test_days_are_days(value: float, of: str) -> None:
    assert parse_time(f"{value!r}{of}") == value
    assert parse_time(value) == value


@given(st.integers(1, 1000))
def test_months_and_years_agree(years: int) -> None:
    assert parse_time(f"{12 * years} months") == pytest.approx(parse_time(f"{years} years"))
    assert parse_time(f"{years} weeks") == 7 * years
    assert parse_time(f"{24 * years} h") == pytest.approx(years)
    assert parse_time(f"{1440 * years} min") == pytest.approx(years)


def test_a_month_is_a_twelfth_of_a_year() -> None:
    assert parse_time("99 months") == 99 * 365.25 / 12


@pytest.mark.parametrize(
    "value", ["", "long", "3 fortnights", "1,5 days", True, None, [1], math.nan, math.inf, "1e400 days", "5 M"]
)
def test_what_is_not_a_time(value: object) -> None:
    with pytest.raises(InputError):
        parse_time(value)
