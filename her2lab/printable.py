"""Characters that a screen does not show as they are: control characters, and those that turn the order of letters."""

from __future__ import annotations

import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, direction and joining marks, halves of characters, separators
_LAYOUT = "\n\t"


def hidden(text: str) -> str | None:
    """Return the first character of a text that a screen does not show as one, by its code, or None.

    Line ends and tabs of a longer text are no such characters.
    """
    if text.isascii() and text.isprintable():
        return None
    return next((f"U+{ord(each):04X}" for each in text
                 if each not in _LAYOUT and unicodedata.category(each) in _HIDDEN), None)


def escaped(text: str) -> str:
    """Return a text with such characters, line ends and tabs among them, as escapes: a line of it is one line."""
    return "".join(each if unicodedata.category(each) not in _HIDDEN else each.encode("unicode_escape").decode()
                   for each in text)


def shortened(value: object, most: int = 120) -> str:
    """Return a value as Python writes it, cut where it is longer than `most` characters."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= most else f"{text[:most]}…"
