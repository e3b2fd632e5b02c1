"""A regimen in words."""

from __future__ import annotations

import pytest

from her2lab.facts.records import Administration, Dose
from her2lab.presentation.regimen import regimen
from tests.presentation import standin


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"dose": Dose(amount=8.0, unit="mg/kg"), "at": [0.0]}, "drug 8 mg/kg iv on day 0"),
        (
            {
                "dose": Dose(amount=1000.0, unit="mg/m2"),
                "per_day": 2,
                "days": [*range(1, 15)],
                "every": 21.0,
                "route": "oral",
                "until": "progression",
            },
            "drug 1000 mg/m² twice a day oral on days 1 to 14 of every 21 until progression",
        ),
        ({"auc": 6.0, "every": 21.0, "cycles": 6}, "drug AUC 6 iv every 21 days for 6 cycles"),
        (
            {
                "dose": Dose(amount=240.0, unit="mg"),
                "every": 1.0,
                "duration": 365.0,
                "route": "oral",
                "ramp": [(Dose(amount=120.0, unit="mg"), 7.0)],
            },
            "drug 120 mg for 7 days, then 240 mg oral every day for 365 days",
        ),
        (
            {"dose": Dose(amount=80.0, unit="mg/m2"), "days": [1, 8, 15], "every": 21.0, "cycles": 6},
            "drug 80 mg/m² iv on days 1, 8, 15 of every 21 for 6 cycles",
        ),
    ],
)
def test_administrations_in_words(line, words):
    assert regimen([Administration(drug="drug", **line)]) == [words]


def test_a_loading_dose_and_what_follows_are_one_sentence():
    lines = standin.trial().arms[1].regimen
    assert regimen(lines)[0] == "trastuzumab 8 mg/kg iv on day 0, then 6 mg/kg every 21 days until progression"
