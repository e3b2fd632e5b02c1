"""Reading option values: finite numbers and whole numbers within bounds, refused by name otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Annotated, Any, get_args

import typer

from her2lab.api.arguments import LARGEST_SEED, MOST_JOBS
from her2lab.errors import InputError

MOST_RECEPTORS = 1e7  # per cell; amplified lines have up to about 3 million


def whole(option: str, least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` to `most` for the option of that name."""

    def read(text: str | int) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise InputError("not usable", field=option, value=text, expected=f"a whole number from {least} to {most}")
        return value

    return read


def finite(option: str, *, positive: bool = False) -> Callable[[str], float]:
    """Return a reader of finite (and, if asked, positive) numbers for the option of that name."""
    expected = "a positive finite number" if positive else "a finite number"

    def read(text: str | float) -> float:
        value = _number(text)
        if not math.isfinite(value) or (positive and value <= 0):
            raise InputError("not usable", field=option, value=text, expected=expected)
        return value

    return read


def within(option: str, low: float, high: float, unit: str) -> Callable[[str], float]:
    """Return a reader of numbers from `low` to `high` in that unit for the option of that name."""

    def read(text: str | float) -> float:
        value = _number(text)
        if not low <= value <= high:
            raise InputError("not usable", field=option, value=text, expected=f"{low:g} to {high:g} {unit}")
        return value

    return read


def one_among(option: str, names: Any) -> Callable[[str], Any]:
    """Return a reader of one of the names of a literal type for the option of that name."""
    allowed = get_args(names)

    def read(text: str) -> Any:
        if text not in allowed:
            raise InputError("not usable", field=option, value=text, expected=" or ".join(allowed))
        return text

    return read


def _number(text: str | float) -> float:
    """Return a number, or NaN for what is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def assignments(option: str, texts: list[str]) -> dict[str, float]:
    """Read ``name=number`` pairs; a name given twice is refused rather than silently replaced."""
    values: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        name = name.strip()
        if not equals or not name:
            raise InputError("not usable", field=option, value=text, expected="name=number, such as k1=0.5")
        if name in values:
            raise InputError(f"{name} is given twice", field=option, value=text, expected="each name once")
        values[name] = finite(f"{option} {name}")(number)
    return values


def settings(option: str, texts: Sequence[str]) -> dict[str, str]:
    """Read ``drug.parameter=value`` with or without a unit; a name given twice is refused."""
    values: dict[str, str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not value or name.count(".") != 1 or not all(name.split(".")):
            raise InputError("not usable", field=option, value=text,
                             expected='drug.parameter=value, such as "trastuzumab.clearance=0.2 L/day"')
        if name in values:
            raise InputError(f"{name} is given twice", field=option, value=text, expected="each name once")
        values[name] = value
    return values


def receptors(option: str) -> Callable[[str], float]:
    """Return a reader of receptors per cell for the option of that name."""

    def read(text: str | float) -> float:
        value = _number(text)
        if not 0 <= value <= MOST_RECEPTORS:
            expected = f"receptors per cell, from 0 to {MOST_RECEPTORS:g}, such as 1.5e6"
            raise InputError("not usable", field=option, value=text, expected=expected)
        return value

    return read


read_seed = whole("--seed", 0, LARGEST_SEED)
Jobs = Annotated[int | None, typer.Option(metavar="J", parser=whole("--jobs", 1, MOST_JOBS),
                                          help="Workers.  [default: one per core]")]
Changed = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="DRUG.PARAMETER=VALUE", show_default=False,
                 help="Another value of a drug's parameter, with or without its unit; may be repeated."),
]
