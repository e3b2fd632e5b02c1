"""Simulated beside published, in rows and words."""

from __future__ import annotations

import pytest

from her2lab.presentation.comparison import ComparisonRow, rows
from her2lab.presentation.words import contrast_name, endpoint_name
from tests.presentation import standin


def row(value=10.0, low=8.0, high=12.0, published=11.0, **more):
    return ComparisonRow("what", "whose", "months", 1, value, low, high, published, **more)


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        (row(), "inside"),
        (row(published=12.1), "outside"),
        (row(published=12.0), "inside"),
        (row(low=11.04), "inside"),
        (row(high=None, published=99.0), "inside"),
        (row(high=None, published=7.0), "outside"),
        (row(published=None), "–"),
        (row(low=None, high=None), "–"),
    ],
)
def test_verdict(cell, verdict):
    assert cell.verdict == verdict


def test_fault_26_never_inf_or_nan():
    assert row(value=None, high=None).simulated_text == "not reached (8.0 to –)"
    assert row(value=None, note="not estimable: no events").simulated_text == "not estimable: no events"
    assert row(published=None).published_text == "–"


def test_published_limits_are_shown():
    assert row(published_low=9.0, published_high=13.0).published_text == "11.0 (9.0 to 13.0)"


def test_rows_of_a_result():
    table = rows(standin.summary(standin.trial()))
    assert [r.what for r in table[::2]] == [
        "Objective response",
        "Median progression-free survival",
        "Median overall survival",
        "Progression-free survival, hazard ratio",
    ]
    assert table[-1].whose == "pertuzumab v placebo"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("os_24m", "Overall survival at 24 months"),
        ("idfs_36m", "Invasive disease-free survival at 36 months"),
        ("pcr", "Pathological complete response"),
        ("something_new", "Something new"),
    ],
)
def test_endpoint_names(key, name):
    assert endpoint_name(key) == name


def test_responses_have_odds():
    assert contrast_name("pcr").endswith("odds ratio")
    assert contrast_name("os").endswith("hazard ratio")
