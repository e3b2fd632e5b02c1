"""Mutations of the text of a file of facts, as a slip of a hand or a bad copy would make them, and of units."""

from __future__ import annotations

import random
import re

NASTY = (
    "", "null", "true", "-1", "0", "1e309", "-1e-300", "9" * 60, ".nan", "1,5", "<3", "[]", "{}", "[1, [2]]", "x" * 300,
    '"\\u202e"', '"\\x1b[2J"', "'", '"', "!!python/name:os.system", "&a 1", "*a", "3 mg", "8 mg/kg", "1-9999", "du*",
    "m/0", "m**2**2**2**9", "(((", "NO", "12:30", "0x1F", "1_000", "µg/mL", "µg", "−5", "\t", "{a: 1, a: 2}", "|", ">",
    "breast_metastatic_1l", "trastuzumab", "../../etc/passwd", "%", "=1+1",
)
VALUE = re.compile(r"(?<=: )[^,\n{}\[\]]+|(?<=\[)[^,\n{}\[\]]+")
KEY = re.compile(r"[a-z_0-9]+(?=:)")
UNIT_PIECES = ("mg", "kg", "m2", "m", "L", "day", "h", "nM", "1", "2", "*", "**", "/", "(", ")", "^", "²", "-", " ",
               "%", "µ", "U", "d", "u", "0", "e9", ".", "\n", "Gcell", "'", "#", "[", "]", ",", "lambda", "µg")


def mutated(text: str, chance: random.Random) -> str:
    """Return the text with one to three slips."""
    for _ in range(chance.randint(1, 3)):
        text = chance.choice(SLIPS)(text, chance)
    return text


def unit(chance: random.Random) -> str:
    """Return a text that looks somewhat like a unit."""
    return "".join(chance.choice(UNIT_PIECES) for _ in range(chance.choice((1, 2, 3, 5, 8, 20, 60))))


def _another_value(text: str, chance: random.Random) -> str:
    return _at_one(VALUE, text, chance.choice(NASTY), chance)


def _another_name(text: str, chance: random.Random) -> str:
    return _at_one(KEY, text, chance.choice(("x", "value", "unit", "source", "id", "by", "dose")), chance)


def _value_of_another(text: str, chance: random.Random) -> str:
    found = VALUE.findall(text)
    return _at_one(VALUE, text, chance.choice(found), chance) if found else text


def _without_a_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    place = chance.randrange(len(lines)) if lines else 0
    return "".join(lines[:place] + lines[place + 1:])


def _line_twice(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    place = chance.randrange(len(lines)) if lines else 0
    return "".join(lines[:place + 1] + lines[place:])


def _indented(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    place = chance.randrange(len(lines)) if lines else 0
    return "".join([*lines[:place], "  " + lines[place], *lines[place + 1:]]) if lines else text


def _cut_off(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _character(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice("\x00\ufeff\u202e\t:{}[]-#&*!|>'\"%@`,?\x85é") + text[place + 1:]


SLIPS = (_another_value, _another_value, _another_name, _value_of_another, _without_a_line, _line_twice, _indented,
         _cut_off, _character)


def _at_one(pattern: re.Pattern[str], text: str, new: str, chance: random.Random) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = chance.choice(found)
    return text[: match.start()] + new + text[match.end():]
