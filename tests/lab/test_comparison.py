"""Simulated beside published, in rows and words."""

from __future__ import annotations

import pytest
import standin

from her2lab.facts.records import Administration, Dose
from her2lab.presentation.comparison import ComparisonRow, rows
from her2lab.presentation.report.words import administration
from her2lab.presentation.words import contrast_name, endpoint_name


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


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"dose": Dose(amount=8.0, unit="mg/kg"), "at": [0.0]}, "Drug 8 mg/kg, on day 0"),
        (
            {
                "dose": Dose(amount=1000.0, unit="mg/m2"),
                "per_day": 2,
                "days": [*range(1, 15)],
                "every": 21.0,
                "route": "oral",
                "until": "progression",
            },
            "Drug 1000 mg/m² twice daily by mouth, on days 1–14 of each cycle, every 21 days from day 0, "
            "until progression",
        ),
        ({"auc": 6.0, "every": 21.0, "cycles": 6}, "Drug AUC 6, every 21 days from day 0, 6 cycles"),
        (
            {
                "dose": Dose(amount=240.0, unit="mg"),
                "every": 1.0,
                "duration": 365.0,
                "route": "oral",
                "ramp": [(Dose(amount=120.0, unit="mg"), 7.0)],
            },
            "Drug 240 mg (after 120 mg for 7 days) by mouth, every day from day 0, for 365 days",
        ),
        (
            {"dose": Dose(amount=80.0, unit="mg/m2"), "days": [1, 8, 15], "every": 21.0, "cycles": 6},
            "Drug 80 mg/m², on days 1, 8, 15 of each cycle, every 21 days from day 0, 6 cycles",
        ),
    ],
)
def test_administrations_in_words(line, words):
    assert administration(Administration(drug="drug", **line)) == words
