"""Doses become changes of the rate at which a drug enters."""

from __future__ import annotations

import pytest

from her2lab.exchange.course import GivenDose
from her2lab.exchange.schedule import in_words, rate_changes


def dose(day: float, length: float, milligrams: float, planned: float | None = None) -> GivenDose:
    return GivenDose("drug", "slot_intake", day, length, milligrams, planned, None if planned is None else day)


def test_an_infusion_begins_and_ends() -> None:
    changes = rate_changes([dose(0.0, 0.0625, 500.0), dose(21.0, 0.0625, 400.0)])
    assert [(change.day, change.rate) for change in changes] == [(0.0, 8000.0), (0.0625, 0.0), (21.0, 6400.0),
                                                                (21.0625, 0.0)]


def test_tablets_dispensed_week_by_week_are_one_course_until_the_dose_changes() -> None:
    changes = rate_changes([dose(0.0, 7.0, 700.0), dose(7.0, 7.0, 700.0), dose(14.0, 7.0, 525.0)])
    assert [(change.day, change.rate) for change in changes] == [(0.0, 100.0), (14.0, 75.0), (21.0, 0.0)]


def test_what_was_reduced_is_said() -> None:
    assert in_words(dose(14.0, 7.0, 525.0, 700.0)) == "75 mg a day, reduced to 75 % of the planned dose"
    late = GivenDose("drug", "slot_infusion", 28.0, 1 / 24, 100.0, 100.0, 21.0)
    assert in_words(late) == "100 mg over 60 min, 7 days later than planned"
    assert "by a rule" in in_words(dose(3.0, 1.0, 5.0))
    assert dose(0.0, 1.0, 3.0, 4.0).reduced_to == pytest.approx(0.75)
