"""What a trial changes of the parameters of drugs; and that it may."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from her2lab.errors import InputError, Problems
from her2lab.facts.dosing import known_drug
from her2lab.facts.drug_records import Drug
from her2lab.facts.quantity import Quantity
from her2lab.facts.strict_yaml import Document, Where
from her2lab.facts.units import convert

Change = tuple[str, Quantity, Quantity]  # parameter, as the library has it, as the trial has it
FORM = "{a_drug: {a_parameter: 0.2 L/day}}"


def read_changed_parameters(document: Document, given: Any, drugs: Mapping[str, Drug] | None,
                            at: Where = ("changed_parameters",)) -> dict[str, dict[str, str]]:
    """Return changed parameters by the id of their drug, each as a number with its unit.

    Raises
    ------
    InputError
        With all mistakes: an unknown drug or parameter (the nearest is named), a number that is none or that the
        parameter cannot have, a unit of another dimension.
    """
    read, problems = dict[str, dict[str, str]](), Problems()
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        raise document.error(at, "is not of this form", expected=FORM)
    for name, values in given.items():
        with problems:
            if drugs is None:
                read[name] = {parameter: str(value) for parameter, value in values.items()}
                continue
            drug = drugs[known_drug(document, (*at, name), name, drugs).id]
            if drug.id in read:
                raise document.error((*at, name), f"are parameters of {drug.id} as well", expected="each drug once")
            read[drug.id] = dict(_parameters(document, (*at, name), drug, values, problems))
    problems.end()
    return read


def _parameters(document: Document, at: Where, drug: Drug, values: Mapping[str, Any],
                problems: Problems) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        with problems:
            if name not in drug.parameters:
                raise document.unknown((*at, name), f"parameter of {drug.id}", name, drug.parameters)
            known = drug.parameters[name]

            def read(text: Any, known: Quantity = known, drug: Drug = drug) -> str:
                return _checked(text, known, drug)

            yield name, document.parsed((*at, name), read, value)


def _checked(value: Any, known: Quantity, drug: Drug) -> str:
    """Return a value with its unit, after a look at whether the parameter can have it."""
    number, unit = _parts(value, known.unit)
    amount = convert(Quantity(value=number, unit=unit, assumption="asked for"), known.unit, drug.molar_mass)
    lowest = min(0.0, *(known.range or (0.0,)), known.value)
    may_be_zero = known.unit == "1" or known.value == 0 or (known.range is not None and known.range[0] <= 0)
    if amount < lowest or (amount == 0 and not may_be_zero):
        raise InputError("cannot be so low", value=value,
                         expected=f"{'at least' if may_be_zero else 'above'} {lowest:g} {known.unit}; "
                         f"the library has {known.value:g}")
    return f"{number!r} {unit}"


def _parts(value: Any, unit: str) -> tuple[float, str]:
    """Return number and unit of ``0.2 L/day``; a number alone has the unit of the drug's file."""
    if isinstance(value, str):
        text, _, theirs = value.strip().partition(" ")
        unit = theirs.strip() or unit
    try:
        number = float(text if isinstance(value, str) else value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise InputError("is not a number with a unit", value=value, expected=f"such as 1.5 {unit}")
    return number, unit


def changed(drug: Drug, values: Mapping[str, str]) -> Drug:
    """Return a drug with the parameters that a trial gives it, in the units of its file; they are nobody's fit."""
    return drug.replace(parameters={**drug.parameters, **{name: after for name, _, after in moves(drug, values)}})


def moves(drug: Drug, values: Mapping[str, str]) -> Iterator[Change]:
    """Yield each changed parameter as it is in the library and as it is in the trial."""
    for name, text in values.items():
        known = drug.parameters[name]
        number, unit = _parts(text, known.unit)
        value = convert(Quantity(value=number, unit=unit, assumption="asked for"), known.unit, drug.molar_mass)
        yield name, known, known.replace(
            value=value, source=None, assumption=f"changed for this trial; the library has {known.value:g}", seen=None,
            range=None, calibrated=False, note=None)


def out_of_range(drug: Drug, values: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence on each changed parameter that lies outside what its file takes for possible."""
    for name, known, after in moves(drug, values):
        if known.range is not None and not known.range[0] <= after.value <= known.range[1]:
            unit = "" if known.unit == "1" else f" {known.unit}"
            yield (f"{drug.id}.{name} = {after.value:g}{unit} lies outside the range of its file, "
                   f"{known.range[0]:g} to {known.range[1]:g}")
