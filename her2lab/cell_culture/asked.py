"""What a person asks of a culture, read and checked alike for the command line and for Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from her2lab.cell_culture import medium
from her2lab.cell_culture.culture import Culture, custom_line
from her2lab.errors import InputError
from her2lab.facts import amounts
from her2lab.facts.cell_vocabulary import READOUTS


def cells_with(receptors: Mapping[str, float], features: tuple[str, ...]) -> Culture:
    """Return otherwise typical cells with so many receptors each, called by these."""
    words = ", ".join(f"{number:,.10g} {name.upper()}" for name, number in receptors.items())
    return custom_line(f"cells with {words}", dict(receptors), features)


def course_end(text: str) -> float:
    """Return the end of a course in days.

    Raises
    ------
    InputError
        If the text is no time above zero.
    """
    end = amounts.time(text)
    if not end > 0:
        raise InputError("is no course", value=text, expected="a time above zero, such as 24h")
    return end


def washout_day(text: str | None, end: float, name_of_end: str) -> float | None:
    """Return the day of the change of medium, None without one; `name_of_end` is what the person calls the end.

    Raises
    ------
    InputError
        If the text is no time, or one after the end of the course.
    """
    if text is None:
        return None
    day = amounts.time(text)
    if not 0 < day <= end:
        raise InputError("is not within the course", value=text,
                         expected=f"a time above zero, not after {name_of_end}")
    return day


def share_taken_away(value: float, given: object) -> float:
    """Return the share of a gene's product that a knock-down takes away; `given` is how it was said.

    Raises
    ------
    InputError
        If it is none.
    """
    if not 0 <= value <= 1:
        raise InputError("is not a share", value=given, expected="a number from 0 to 1, such as 0.8 for 80 %")
    return value


def readouts(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of readouts, each once.

    Raises
    ------
    InputError
        If there is no such readout.
    """
    return tuple(dict.fromkeys(medium.known("readout", name, READOUTS) for name in names))
