"""Concentrations and times as text."""

from __future__ import annotations

import pytest

from her2lab.errors import InputError
from her2lab.facts.amounts import PUBLISHED, concentration, concentration_text, time, time_text


@pytest.mark.parametrize(
    ("text", "nanomolar"),
    [("1uM", 1000.0), ("10nM", 10.0), ("200 pM", 0.2), ("0.5 mM", 5e5), ("1e-3 uM", 1.0), (".5nM", 0.5),
     ("1 µM", 1000.0)],
)
def test_concentrations_are_in_nanomolar(text: str, nanomolar: float) -> None:
    assert concentration(text) == pytest.approx(nanomolar)


@pytest.mark.parametrize(("text", "hours"), [("2h", 2.0), ("30 min", 0.5), ("3 d", 72.0), ("24h", 24.0)])
def test_times_are_in_days(text: str, hours: float) -> None:
    assert time(text) * 24 == pytest.approx(hours)


@pytest.mark.parametrize(
    "text",
    ["", "1", "uM", "-1uM", "-1 nM", "1 um", "1UM", "1 M", "1mg/L", "1,5uM",
     "nanuM", "infuM", "1e400uM", "200mM", "1uM 2uM"],
)
def test_what_is_no_concentration_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        concentration(text)
    line = str(caught.value)
    assert repr(text) in line
    assert "expected" in line
    assert "\n" not in line


def test_a_finding_in_millimolar_is_a_slip() -> None:
    assert concentration("2.5 uM", PUBLISHED) == pytest.approx(2500.0)
    with pytest.raises(InputError, match="mM is not a unit of concentration; expected a number with pM, nM, uM"):
        concentration("1 mM", PUBLISHED)


@pytest.mark.parametrize("text", ["", "24", "h", "-2h", "2 hours", "1 week", "2H", "400 d", "nan h"])
def test_what_is_no_time_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="expected"):
        time(text)


@pytest.mark.parametrize("text", ["1 uM", "2.5 nM", "200 pM", "0 nM", "3 mM"])
def test_concentrations_are_written_as_they_are_read(text: str) -> None:
    assert concentration_text(concentration(text)) == text


@pytest.mark.parametrize("text", ["30 min", "2 h", "72 h", "14 d"])
def test_times_are_written_as_they_are_read(text: str) -> None:
    assert time_text(time(text)) == text
