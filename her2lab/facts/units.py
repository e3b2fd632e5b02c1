"""Units: the project's own registry, doses, times, and conversion from the unit of a fact to that of the model.

A registry of our own rather than pint's full one, for three reasons: a dose per body weight or per body surface is a
dimension of its own (in pint ``mg/kg`` is a bare number and passes for anything), ``U`` is not a unit (enzyme unit,
unit of insulin or typing error?), and what is not listed here is refused.
"""

from __future__ import annotations

import math
import re

import pint

from her2lab.errors import InputError
from her2lab.facts.limits import DAYS_PER_YEAR
from her2lab.facts.quantity import Quantity
from her2lab.facts.regimen_records import Dose
from her2lab.nearest import one_of

_DEFINITIONS = """
pico- = 1e-12 = p-
nano- = 1e-9 = n-
micro- = 1e-6 = u- = µ-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
deci- = 1e-1 = d-
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-

second = [time] = s
minute = 60 * second = min
hour = 60 * minute = h
day = 24 * hour = d
week = 7 * day = wk
year = 365.25 * day = yr
month = year / 12 = mo
meter = [length] = m = metre
gram = [mass] = g
mole = [substance] = mol
cell = [cell_number]
liter = 1e-3 * meter ** 3 = L = litre
molar = mole / liter = M
# a protein of 1 kDa has a molar mass of 1 kg/mol
dalton = gram / mole = Da
international_unit = [activity] = IU
us_dollar = [currency] = USD
body_kilogram = [body_weight]
body_square_metre = [body_surface]
percent = 0.01 = %
million = 1e6
receptor = 1

@system model
    kilogram
@end
"""
_PER_BODY_WEIGHT = re.compile(r"/\s*kg\b")
_PER_BODY_SURFACE = re.compile(r"/\s*m(?:2|²|\^2|\*\*2)(?!\w)")
_SQUARE = re.compile(r"\b([a-zµ]*m)([23])\b")

# The grammar of a unit: names, whole powers of one digit, products and quotients; what is in brackets counts as 1.
LONGEST = 80  # characters of an amount or a unit
_FACTOR = r" *(?:1|(?:[A-Za-zµμ]+[23²]?|%)(?: *(?:\*\*|\^) *-?[0-9])?) *"
_PRODUCT = rf"{_FACTOR}(?:[*/](?!\*){_FACTOR})*"
_BRACKETS = re.compile(rf"\({_PRODUCT}\)")


def _plain(text: str) -> str:
    """Return unit text with doses per body weight and surface as dimensions of their own, squares as powers."""
    text = _PER_BODY_WEIGHT.sub("/body_kilogram", text.replace("μ", "µ"))
    return _SQUARE.sub(r"\1**\2", _PER_BODY_SURFACE.sub("/body_square_metre", text))


def _registry() -> pint.UnitRegistry[float]:
    lines = _DEFINITIONS.splitlines()
    registry: pint.UnitRegistry[float] = pint.UnitRegistry(lines, system="model", preprocessors=[_plain])
    return registry


REGISTRY = _registry()

DOSE_UNITS = ("mg", "mg/kg", "mg/m2")
_NUMBER = r"([-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
_AMOUNT = re.compile(rf"\s*{_NUMBER}\s*(\S.*?)?\s*")
_DAYS = {
    "min": 1 / 1440,
    "h": 1 / 24,
    "d": 1.0,
    "day": 1.0,
    "days": 1.0,
    "week": 7.0,
    "weeks": 7.0,
    "month": DAYS_PER_YEAR / 12,
    "months": DAYS_PER_YEAR / 12,
    "year": DAYS_PER_YEAR,
    "years": DAYS_PER_YEAR,
}


def parse_dose(text: object) -> Dose:
    """Return a dose written as text, such as ``8 mg/kg``, ``75 mg/m2`` or ``420 mg``.

    Raises
    ------
    InputError
        If there is no number, no unit, another unit, or the amount is not above zero.
    """
    wanted = "an amount with its unit, such as 8 mg/kg, 75 mg/m2 or 420 mg"
    if isinstance(text, int | float) and not isinstance(text, bool):
        raise InputError("the unit of the dose is missing", value=text, expected=wanted)
    match = _amount(text.replace("²", "2").replace("^2", "2")) if isinstance(text, str) else None
    if match is None:
        raise InputError("is not a dose", value=text, expected=wanted)
    amount, unit = float(match[1]), re.sub(r"\s*/\s*", "/", match[2] or "")
    if not unit:
        raise InputError("the unit of the dose is missing", value=text, expected=wanted)
    if unit not in DOSE_UNITS:
        raise InputError(f"the unit {unit} is not a unit of dose", value=text, expected=one_of(DOSE_UNITS))
    if not 0 < amount < math.inf:
        raise InputError("a dose must be above zero", value=text, expected="a positive, finite amount")
    return Dose(amount=amount, unit=unit)  # type: ignore[arg-type]  # checked above


def parse_share(value: object) -> float:
    """Return a share as a number, written as ``0.05``, ``5 %`` or ``5 percent``.

    Raises
    ------
    InputError
        If it is not one, or not from 0 to 1.
    """
    wanted = "a share such as 0.05 or 5 %"
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if match is None or match[2] not in (None, "%", "percent"):
        raise InputError("is not a share", value=value, expected=wanted)
    share = float(match[1]) / (100.0 if match[2] else 1.0)
    if not 0 <= share <= 1:
        raise InputError("is not from 0 to 1", value=value, expected=wanted)
    return share


def parse_time(value: object) -> float:
    """Return a time in days; a bare number means days.

    Parameters
    ----------
    value
        A number, or text such as ``99 months``, ``9 weeks``, ``12 h``; a month is 365.25/12 days.

    Raises
    ------
    InputError
        If it is not a finite time in one of these units.
    """
    wanted = "a time such as 21, 12 h, 9 weeks or 99 months"
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    match = _amount(value) if isinstance(value, str) else None
    if match is None:
        raise InputError("is not a time", value=value, expected=wanted)
    unit = match[2] or "days"
    if unit not in _DAYS:
        raise InputError(f"the unit {unit} is not a unit of time", value=value, expected=one_of(_DAYS))
    days = float(match[1]) * _DAYS[unit]
    if not math.isfinite(days):
        raise InputError("is not a finite time", value=value, expected=wanted)
    return days


def _amount(text: str) -> re.Match[str] | None:
    """Return number and unit of an amount written as text, None for what is none."""
    return _AMOUNT.fullmatch(text) if len(text) <= LONGEST else None


def unit(text: str) -> pint.Unit:
    """Return a unit of the project's registry.

    Raises
    ------
    InputError
        If the text is not a unit here; ``U`` is refused by name.
    """
    wanted = "a unit such as L/day, mg/L, nM or 1"
    if len(text) > LONGEST:
        raise InputError("is too long for a unit", value=text, expected=wanted)
    if re.search(r"(?<!\w)[km]?U(?!\w)", text):
        raise InputError("U is ambiguous", value=text, expected="IU for international units")
    try:
        if not _is_product(text):
            raise ValueError
        return REGISTRY.Unit("" if text == "1" else REGISTRY.parse_units(text))
    except (pint.errors.PintError, AttributeError, ValueError, TypeError, AssertionError):
        raise InputError("is not a unit", value=text, expected=wanted) from None


def _is_product(text: str) -> bool:
    """Return whether a text follows the grammar of units, so that nothing else comes to a parser of expressions."""
    brackets = 1
    while brackets:
        text, brackets = _BRACKETS.subn(" 1 ", text)
    return re.fullmatch(_PRODUCT, text) is not None


def convert(quantity: Quantity, to: str, molar_mass: Quantity | None = None) -> float:
    """Return the value of a fact in the unit of the model.

    Parameters
    ----------
    quantity
        The fact, in the unit of its source.
    to
        Unit of the model's symbol.
    molar_mass
        Needed to go between mass and amount of substance (mg/L and nM).

    Raises
    ------
    InputError
        If the units do not have the same dimension, or a molar mass would be needed.
    """
    source, target = REGISTRY.Quantity(quantity.value, unit(quantity.unit)), unit(to)
    if source.is_compatible_with(target):
        return float(source.m_as(target))
    mass = (
        REGISTRY.Quantity(1.0, "kg/mol")
        if molar_mass is None
        else REGISTRY.Quantity(molar_mass.value, unit(molar_mass.unit))
    )
    for through in (source * mass, source / mass):
        if through.is_compatible_with(target):
            if molar_mass is None:
                raise InputError(
                    f"{quantity.unit} and {to} are mass and amount of substance",
                    value=quantity.value,
                    expected="a molar_mass",
                )
            return float(through.m_as(target))
    raise InputError(
        f"the unit {quantity.unit} cannot be turned into {to}",
        value=quantity.value,
        expected=f"a unit like {to}",
    )
