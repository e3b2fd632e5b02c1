"""Fault 44 in a terminal: a name from a file can neither hide itself nor turn a line around."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her2lab.errors import InputError
from her2lab.printable import escaped, hidden, shortened


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\u202eb", "U+202E"), ("a\u2066b", "U+2066"), ("\x1b[31m", "U+001B"), ("a\u200bb", "U+200B"),
     ("a\u2028b", "U+2028"), ("a\x00", "U+0000")],
)
def test_characters_that_are_not_shown_are_found_and_escaped(text: str, code: str) -> None:
    assert hidden(text) == code
    assert hidden(escaped(text)) is None


@pytest.mark.parametrize("text", ["8 µg/mL", "étude, 試験", "two\nlines", "HER2-positive – a title"])
def test_letters_of_any_language_stay(text: str) -> None:
    assert hidden(text) is None
    assert escaped(text.replace("\n", " ")) == text.replace("\n", " ")


@given(st.text())
def test_an_error_is_one_line_that_shows_all_it_holds(text: str) -> None:
    said = str(InputError(text, file=text, field=text, value=text, expected=text))
    assert hidden(said) is None
    assert len(said.splitlines()) <= 1


def test_a_long_value_is_cut() -> None:
    assert len(shortened("9" * 5000)) < 130
    assert "digits" in shortened(10**5000)
