"""Concentrations and times written as text, such as ``1uM`` and ``30 min``; a number without a unit is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from her2lab.errors import InputError

NANOMOLAR = {"pM": 1e-3, "nM": 1.0, "uM": 1e3, "mM": 1e6}
PUBLISHED = {unit: NANOMOLAR[unit] for unit in ("pM", "nM", "uM")}  # mM in a finding is a slip of the unit
DAYS = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0}
HOURS_PER_DAY = 24.0
MOST_NANOMOLAR = 1e8  # 100 mM: beyond it is a slip of the unit, not a medium
MOST_DAYS = 365.0     # a culture is split long before
_TEXT = re.compile(r"([0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?)\s*([A-Za-zµμ]+)")


def concentration(text: str, units: Mapping[str, float] = NANOMOLAR) -> float:
    """Return a concentration in nM.

    Parameters
    ----------
    text
        A number and one of the units; the space between them may be left out.
    units
        Unit -> how many nM it is; pM, nM, uM and mM if none are given.

    Raises
    ------
    InputError
        If it is anything else, negative, or above 100 mM.
    """
    return _read(text, units, MOST_NANOMOLAR, "a concentration", "such as 1uM", "100mM")


def time(text: str) -> float:
    """Return a time in days.

    Parameters
    ----------
    text
        A number and one of min, h and d; the space between them may be left out.

    Raises
    ------
    InputError
        If it is anything else, negative, or above a year.
    """
    return _read(text, DAYS, MOST_DAYS, "a time", "such as 24h", "365d")


def _read(text: str, units: Mapping[str, float], most: float, kind: str, example: str, limit: str) -> float:
    wanted = f"a number with {', '.join(units)}, {example}"
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise InputError(f"is not {kind}", value=text, expected=wanted)
    unit = match[2].replace("µ", "u").replace("μ", "u")
    if unit not in units:
        raise InputError(f"the unit {match[2]} is not a unit of {kind.removeprefix('a ')}", value=text, expected=wanted)
    value = float(match[1]) * units[unit]
    if not math.isfinite(value) or value > most * (1 + 1e-9):
        raise InputError(f"is too large for {kind}", value=text, expected=f"at most {limit}")
    return value


def concentration_text(nanomolar: float) -> str:
    """Return a concentration in the unit that reads best: ``1 uM``, ``2.5 nM``."""
    unit = next((name for name in ("mM", "uM", "nM") if nanomolar >= NANOMOLAR[name]), "pM" if nanomolar else "nM")
    return f"{nanomolar / NANOMOLAR[unit]:.4g} {unit}"


def time_text(days: float) -> str:
    """Return a time in the unit that reads best: ``30 min``, ``24 h``, ``14 d``."""
    unit = "min" if days < DAYS["h"] else "h" if days <= 4 else "d"
    return f"{days / DAYS[unit]:.4g} {unit}"
